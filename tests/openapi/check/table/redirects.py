"""Redirects (RFC 9110 section 15.4)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import PASS, Answer, Reply, Site
from tests.openapi.check.table.statuses import GOOD, ONE

DECLARED: Final = f"{ONE}\nGET /go: {{302: {{headers: {{Location: string}}}}}}"
ELSEWHERE: Final = "https://elsewhere.example/there"


def to(location: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status).adding(Location=location)


def slash(location: str) -> Site:
    """A right server that redirects a path with a slash at its end."""

    def before(request: Request) -> Answer:
        return to(location, 308) if request.path == "/x/" else PASS

    return Site({"GET /x": GOOD}, before)


ROWS: Final = (
    Row("redirects: a declared one to another host", DECLARED, Site({"GET /x": GOOD, "GET /go": to(ELSEWHERE)})),
    Row("redirects: a declared one to the same host", DECLARED, Site({"GET /x": GOOD, "GET /go": to("/x")})),
    Row("redirects: nothing but a declared one", "GET /go: {302: ~}", Site({"GET /go": to(ELSEWHERE)})),
    Row(
        "redirects: a declared range 3XX",
        f"{ONE}\nGET /go: {{3XX: ~}}",
        Site({"GET /x": GOOD, "GET /go": to(ELSEWHERE, 307)}),
    ),
    Row("redirects: to the path without a slash at its end", ONE, slash("/x")),
    Row("redirects: to a relative address", ONE, slash("../x?a=1#b")),
    Row(
        "redirects: 201 with the address of the new resource on another host",
        f"{ONE}\nPOST /x: {{201: {{a: integer}}}}",
        Site({"GET /x": GOOD, "POST /x": Reply(201, GOOD.body, GOOD.headers).adding(Location=ELSEWHERE)}),
        options={"allow_writes": True},
    ),
    Row(
        "redirects: an undeclared one to another host",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Site({"GET /x": GOOD, "GET /y": to(ELSEWHERE)}),
        finds=("status-undeclared",),
        suspects=("redirect",),
    ),
    Row(
        "redirects: an undeclared one to the same host",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Site({"GET /x": GOOD, "GET /y": to("/x", 307)}),
        finds=("status-undeclared",),
    ),
    Row("redirects: from another spelling to another host", ONE, slash(ELSEWHERE), suspects=("redirect",)),
    Row("redirects: from another spelling to //host", ONE, slash("//elsewhere.example/x"), suspects=("redirect",)),
    Row(
        "redirects: a declared one without the Location that it requires",
        DECLARED,
        Site({"GET /x": GOOD, "GET /go": Reply(302)}),
        finds=("header-missing",),
    ),
)
