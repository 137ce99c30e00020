"""No verdict: nothing but refusals, unused or wrong credentials, a wrong address."""

from __future__ import annotations

from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.auth import ANSWERS, BEARER, UNKNOWN, guarded, is_known
from tests.openapi.check.table.row import TOKEN, Fresh, Row
from tests.openapi.check.table.server import Answer, Answering, Reply, Site, says
from tests.openapi.check.table.statuses import GOOD, ONE

OPEN: Final = f"GET /x: {{{ANSWERS}}}"
WITH: Final = {"token": TOKEN}
UNUSED: Final = "--send-token"


def all_answered(name: str, document: str, answer: Answer, obstacle: str, **more: Any) -> Row:
    """A server that gives one answer to every request."""
    return Row(f"refusals: {name}", document, lambda request: answer, obstacle=obstacle, **more)


def until(requests: int) -> Fresh:
    """A right server that knows the token for some requests that carry it."""

    def make() -> Answering:
        known = 0

        def accepts(request: Request) -> bool:
            nonlocal known
            known += is_known(request)
            return is_known(request) and known <= requests

        return Site({"GET /x": guarded(accepts)})

    return Fresh(make)


DENIED: Final = says({"error": "no"}, 403)
MISSING: Final = says({"error": "nothing"}, 404)
BUSY: Final = says({"error": "slowly"}, 429)

ROWS: Final = (
    all_answered("401 to all, the token is not used: no security", OPEN, UNKNOWN, UNUSED, options=WITH),
    all_answered(
        "401 to all, the token is not used: `security: []`", f"{OPEN}\nsecurity: []", UNKNOWN, UNUSED, options=WITH
    ),
    all_answered(
        "401 to all, the token is not used: no operation has security",
        f"GET /x: {{security: [], {ANSWERS}}}\nsecurity: [bearer]",
        UNKNOWN,
        UNUSED,
        options=WITH,
    ),
    all_answered("401 to all, and no token is given", OPEN, UNKNOWN, "401"),
    all_answered("401 to all, whatever the token", BEARER, UNKNOWN, "credentials|token", options=WITH),
    all_answered("403 to all", "GET /x: {200: {a: integer}, 403: {error: string}}", DENIED, "403"),
    all_answered(
        "403 to all, whatever the token",
        "GET /x: {security: [bearer], 200: {a: integer}, 403: {error: string}}",
        DENIED,
        "403",
        options=WITH,
    ),
    all_answered("a declared 404 to all", "GET /x: {200: {a: integer}, 404: {error: string}}", MISSING, "404"),
    all_answered("an undeclared 404 to all", ONE, MISSING, "404", also=("status-undeclared",)),
    all_answered("404 by default to all", "GET /x: {200: {a: integer}, default: {error: string}}", MISSING, "404"),
    all_answered(
        "a declared 400 to all", "GET /x: {200: {a: integer}, 400: {error: string}}", says({"error": "no"}, 400), "400"
    ),
    all_answered("a declared 429 to all", "GET /x: {200: {a: integer}, 429: {error: string}}", BUSY, "--rate-limit"),
    all_answered("an undeclared 429 to all", ONE, BUSY, "--rate-limit", also=("status-undeclared",)),
    all_answered(
        "a declared 503 to all",
        "GET /x: {200: {a: integer}, 503: {error: string}}",
        says({"error": "later"}, 503),
        "503",
    ),
    all_answered(
        "a declared 405 to all",
        "GET /x: {200: {a: integer}, 405: {error: string}}",
        says({"error": "no"}, 405, Allow="GET"),
        "405",
        also=("head",),
    ),
    Row(
        "refusals: 401 to one operation, 404 to the other",
        f"GET /x: {{{ANSWERS}}}\nGET /y: {{200: {{a: integer}}, 404: {{error: string}}}}",
        Site({"GET /x": UNKNOWN, "GET /y": MISSING}),
        obstacle="401|404",
    ),
    Row("refusals: the token is missing", BEARER, Site({"GET /x": guarded()}), obstacle="--token"),
    Row(
        "refusals: the token is wrong",
        BEARER,
        Site({"GET /x": guarded()}),
        obstacle="credentials",
        options={"token": "x"},
    ),
    Row(
        "refusals: the token is wrong, and one operation lets anyone in",
        f"{BEARER}\nGET /y: {{security: [bearer], {ANSWERS}}}\nGET /z: {{security: [bearer], {ANSWERS}}}",
        Site({"GET /x": GOOD, "GET /y": guarded(), "GET /z": guarded()}),
        finds=("auth-missing",),
        once=("auth-missing",),
        obstacle="credentials|token",
        options={"token": "x"},
    ),
    Row(
        "refusals: the token is wrong, and one operation is public",
        f"{BEARER}\nGET /y: {{security: [], 200: {{a: integer}}}}",
        Site({"GET /x": guarded(), "GET /y": GOOD}),
        obstacle="credentials|token",
        options={"token": "x"},
    ),
    Row("refusals: the token stops working", BEARER, until(4), obstacle="stopped", options=WITH),
    Row(
        "refusals: only writes, which are not tried",
        "POST /x: {200: ~}",
        Site({"POST /x": Reply(200)}),
        obstacle="no operation",
    ),
    Row(
        "refusals: a success of one operation is enough",
        f"GET /x: {{{ANSWERS}}}\nGET /y: {{200: {{a: integer}}, 404: {{error: string}}}}",
        Site({"GET /x": GOOD, "GET /y": MISSING}),
        prints=("never answered with a success",),
    ),
    Row(
        "refusals: the token is not used, and one operation wants it",
        f"GET /x: {{{ANSWERS}}}\nGET /y: {{{ANSWERS}}}",
        Site({"GET /x": GOOD, "GET /y": guarded()}),
        prints=("never answered with a success",),
        options=WITH,
    ),
    Row(
        "refusals: the token is sent although the document does not require it",
        f"{OPEN}\nsecurity: []",
        Site({"GET /x": guarded()}),
        options={**WITH, "always_send_token": True},
    ),
)
