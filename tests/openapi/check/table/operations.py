"""One operation of several is wrong: the others do not hide it, and are not blamed for it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.auth import BEARER, guarded, is_known, query
from tests.openapi.check.table.provoked import create
from tests.openapi.check.table.requests import CREATE_DECLARED
from tests.openapi.check.table.row import TOKEN, Fresh, Row
from tests.openapi.check.table.server import PASS, Answer, Answering, Call, Reply, Site, raw, says, text
from tests.openapi.check.table.statuses import GOOD, ONE, TWO

WRITES: Final = {"allow_writes": True}


def second(name: str, answer: Answer | Callable[[Call], Answer], *finds: str, **more: Any) -> Row:
    """GET /x is right; GET /y gives this answer."""
    return Row(f"operations: {name}", TWO, Site({"GET /x": GOOD, "GET /y": answer}), finds, **more)


def created(name: str, answer: Answer, *finds: str, also: tuple[str, ...] = (), suspects: tuple[str, ...] = ()) -> Row:
    """GET /x is right; POST /x gives this answer."""
    document = f"{ONE}\nPOST /x: {{json: {{n: integer}}, 201: {{a: integer}}, 400: any}}"
    return Row(
        f"operations: {name}",
        document,
        Site({"GET /x": GOOD, "POST /x": answer}),
        finds,
        suspects,
        also,
        options=WRITES,
    )


def slashed(request: Request) -> Answer:
    """Answers a path with a slash at its end, to anyone."""
    return GOOD if request.path == "/x/" else PASS


def late(call: Call) -> Answer:
    """The right answer, after two and a half seconds."""
    time.sleep(2.5)
    return GOOD


def growing() -> Fresh:
    """A right server whose answers get longer by one byte each."""

    def make() -> Answering:
        count = itertools.count(1)
        return Site({"GET /x": lambda call: says({"a": 1, "filler": "x" * next(count)})})

    return Fresh(make)


def settling() -> Fresh:
    """A right server that answers with 202 until its result is there, at the second request."""

    def make() -> Answering:
        statuses = itertools.chain((202,), itertools.repeat(200))
        return Site({"GET /x": lambda call: says({"a": 1}, next(statuses))})

    return Fresh(make)


ITEM: Final = "{type: array, items: {id: integer, tags: [string]}}"

ROWS: Final = (
    second("both are right", GOOD),
    second("a large answer", says({"a": 1, "filler": "x" * 3_000_000})),
    Row("operations: each answer is longer than the one before", ONE, growing()),
    Row("operations: 202 until the result is there", "GET /x: {200: {a: integer}, 202: {a: integer}}", settling()),
    second(
        "a declared operation is answered with 405",
        lambda call: says({}, 405, Allow="POST"),
        "status-undeclared",
        also=("allow", "head", "method-undeclared"),
    ),
    second("an undeclared 406 to any Accept", says({}, 406), "status-undeclared"),
    second("an undeclared 501", says({}, 501), "server-error|status-undeclared"),
    second("an undeclared 502", says({}, 502), suspects=("status-undeclared|server-error",)),
    second("a page of HTML for JSON", text("<p>1</p>", media_type="text/html"), "media-type-undeclared"),
    second("an error in a body of 200", says({"error": "nothing"}), "body-schema"),
    second("a text that holds JSON", says('{"a": 1}'), "body-schema"),
    second(
        "a wrong length",
        raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 99", b'{"a": 1}'),
        "content-length|no-answer",
        also=("head-body",),
    ),
    second("an answer that comes too late", late, "no-answer", options={"timeout": 1.0}),
    Row(
        "operations: three faults of one body",
        f"GET /x: {{200: {ITEM}}}",
        Site({"GET /x": says([{"id": "1", "tags": ["a"]}, {"id": 2}, {"id": 3, "tags": [4]}])}),
        finds=("body-schema",),
    ),
    Row(
        "operations: the same fault at two places of a nested array is one finding",
        f"GET /x: {{200: {ITEM}}}",
        Site({"GET /x": says([{"id": 1, "tags": ["a", 2, 3]}, {"id": 2, "tags": [4]}])}),
        finds=("body-schema",),
        once=("body-schema",),
    ),
    Row(
        "operations: integers in an enum of texts",
        "GET /x: {200: {a: {type: string, enum: ['1', '2']}}}",
        Site({"GET /x": says({"a": 1})}),
        finds=("body-schema",),
    ),
    Row(
        "operations: a POST is right",
        f"{ONE}\n{CREATE_DECLARED}",
        Site({"GET /x": GOOD, "POST /x": create}),
        options=WRITES,
    ),
    created(
        "an undeclared 415 to a declared media type",
        says({}, 415),
        "status-undeclared|valid-refused",
        also=("valid-refused", "status-undeclared"),
    ),
    created("a declared 400 to a valid body", says({}, 400), suspects=("valid-refused",)),
    created("an undeclared 409 to a valid body", says({}, 409), "status-undeclared"),
    created("500 to a valid body", says({}, 500), "server-error"),
    created("an empty 201", Reply(201), "media-type-missing"),
    Row(
        "operations: a wrong length at an unknown path",
        ONE,
        Site(
            {"GET /x": GOOD},
            lambda r: PASS if r.path == "/x" else raw("HTTP/1.1 404 Not Found\nContent-Length: 1", b"none"),
        ),
        finds=("content-length",),
    ),
    Row(
        "operations: a path with a slash at its end is open to anyone",
        BEARER,
        Site({"GET /x": guarded()}, slashed),
        finds=("auth-path",),
        options={"token": TOKEN},
    ),
    Row(
        "operations: a key in the query is taken instead of one in a header",
        "GET /x: {security: [key], 200: {a: integer}, 401: {error: string}}",
        Site(
            {
                "GET /x": guarded(
                    lambda r: r.header("x-key") == TOKEN or query(r, "X-Key") == [TOKEN], says({"error": "no"}, 401)
                )
            }
        ),
        suspects=("auth-query",),
        options={"token": TOKEN},
    ),
    Row(
        "operations: one of two secured operations lets anyone in",
        f"{BEARER}\n{BEARER.replace('/x', '/y')}",
        Site({"GET /x": guarded(is_known), "GET /y": GOOD}),
        finds=("auth-missing",),
        once=("auth-missing",),
        options={"token": TOKEN},
    ),
    Row(
        "operations: one of two secured operations refuses the token",
        f"{BEARER}\n{BEARER.replace('/x', '/y')}",
        Site({"GET /x": guarded(is_known), "GET /y": guarded(lambda request: False)}),
        suspects=("valid-refused",),
        options={"token": TOKEN},
    ),
)
