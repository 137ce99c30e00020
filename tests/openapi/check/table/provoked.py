"""Refusals of requests that the check has made invalid itself, in documents that declare no such status.

RFC 9110 lets any server answer so (sections 15.5 and 15.6); it is a note, not a finding.
"""

from __future__ import annotations

from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.parameters import between, takes
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import PASS, Answer, Answering, Call, Operation, Reply, Site, says, text
from tests.openapi.check.table.statuses import GOOD, ONE

NUMBER: Final = "GET /x: {query: {q: {type: integer, minimum: 1, maximum: 9}}, 200: {a: integer}}"
CREATE: Final = "POST /x: {json: {n: integer, ...: false}, 201: {a: integer}}"
WRITES: Final = {"allow_writes": True}


def instead(status: int, **headers: str) -> Operation:
    """Takes `q` from 1 to 9, and answers with a status to all else."""
    refusal = text("no", status, **headers)
    return lambda call: GOOD if takes(q=between(1, 9))(call) is GOOD else refusal


def create(call: Call, malformed: int = 400, invalid: int = 422, other: int = 415) -> Answer:
    """Creates a thing with one number."""
    if call.media_type != "application/json":
        return says({"error": "send JSON"}, other)
    try:
        thing = call.json()
    except ValueError:
        return says({"error": "no JSON"}, malformed)
    number = thing["n"] if isinstance(thing, dict) and thing.keys() == {"n"} else None
    if not isinstance(number, int | float) or isinstance(number, bool) or number != int(number):
        return says({"error": "no thing"}, invalid)
    return says({"a": 1}, 201)


def provoked(name: str, status: int, document: str = NUMBER, **headers: str) -> Row:
    """A right server that refuses invalid numbers with a status."""
    return Row(
        f"provoked: {name}",
        document,
        Site({"GET /x": instead(status, **headers)}),
        notes=(str(status),),
        generated=True,
    )


def odd(name: str, header: str, answer: Answer, *finds: str, **more: Any) -> Row:
    """A server that answers so to a header that breaks its grammar, or that the document does not declare."""

    def before(request: Request) -> Answer:
        value = request.header(header)
        usual = value is None or (header == "accept" and "/" in value) or request.method != "GET"
        return PASS if usual else answer

    return Row(f"provoked: {name}", ONE, Site({"GET /x": GOOD}, before), finds, **more)


def unknown_query(answer: Answer) -> Answering:
    """A server that answers so to a parameter that it does not know."""
    site = Site({"GET /x": GOOD})
    return lambda request: answer if request.query else site(request)


ROWS: Final = (
    provoked("an undeclared 400", 400),
    provoked("an undeclared 422", 422),
    Row(
        "provoked: an undeclared 404 to an invalid number in the path",
        "GET /x/{n}: {path: {n: {type: integer, minimum: 1, maximum: 9}}, 200: {a: integer}}",
        Site({"GET /x/{n}": lambda call: GOOD if between(1, 9)(call.placeholders["n"]) else says({}, 404)}),
        generated=True,
    ),
    Row(
        "provoked: undeclared 400, 415 and 422 to bodies",
        CREATE,
        Site({"POST /x": create}),
        options=WRITES,
        generated=True,
    ),
    Row(
        "provoked: an undeclared 400 at several operations",
        "\n".join(NUMBER.replace("/x", path) for path in ("/a", "/b", "/c")),
        Site({f"GET {path}": instead(400) for path in ("/a", "/b", "/c")}),
        notes=("400",),
        generated=True,
    ),
    Row(
        "provoked: 500 to an invalid number, undeclared",
        NUMBER,
        Site({"GET /x": instead(500)}),
        finds=("server-error",),
        once=("server-error",),
        generated=True,
    ),
    Row(
        "provoked: an invalid number is answered with an undeclared 409",
        NUMBER,
        Site({"GET /x": instead(409)}),
        finds=("status-undeclared",),
        generated=True,
    ),
    Row(
        "provoked: the declared body of 400 is another one",
        NUMBER.replace("200:", "400: {error: string}, 200:"),
        Site({"GET /x": lambda call: GOOD if takes(q=between(1, 9))(call) is GOOD else says({"message": "no"}, 400)}),
        finds=("body-schema",),
        generated=True,
    ),
    odd("406 to an Accept that is none", "accept", text("no", 406)),
    odd("400 to an Accept that is none", "accept", says({}, 400)),
    odd("416 to a Range that is none", "range", Reply(416).adding(Content_Range="bytes */8")),
    odd("304 to an If-None-Match that is none", "if-none-match", Reply(304)),
    odd("431 to cookies that are none", "cookie", Reply(431)),
    odd("412 to a date that is none", "if-modified-since", Reply(412)),
    odd("500 to an Accept that is none", "accept", says({}, 500), "server-error"),
    odd("500 to a Range that is none", "range", says({}, 500), "server-error"),
    odd("500 to cookies that are none", "cookie", says({}, 500), "server-error"),
    odd("no answer to an Accept-Language that is none", "accept-language", b"", "no-answer"),
    Row("provoked: 400 to a parameter that nobody declares", ONE, unknown_query(says({}, 400))),
    Row(
        "provoked: 500 to a parameter that nobody declares", ONE, unknown_query(says({}, 500)), finds=("server-error",)
    ),
    Row(
        "provoked: 500 with and without a parameter that nobody declares",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Site({"GET /x": GOOD, "GET /y": says({}, 500)}),
        finds=("server-error",),
        once=("server-error",),
    ),
)
