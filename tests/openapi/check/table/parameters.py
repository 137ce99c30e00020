"""Parameters: what a server must take, must refuse, and must not fail on (OpenAPI 3.0.3, Parameter Object)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from tests.openapi.check.table.auth import cookie
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Call, Operation, Site, says
from tests.openapi.check.table.statuses import GOOD, ONE

REFUSED: Final = says({"error": "not so"}, 400)
FAILED: Final = says({"error": "oops"}, 500)


def query(name: str, declared: str, operation: Operation, *finds: str, refuses: str = "400: any", **more: Any) -> Row:
    """An operation with parameters in its query."""
    document = f"GET /x: {{query: {{{declared}}}, 200: {{a: integer}}, {refuses}}}"
    return Row(f"parameters: {name}", document, Site({"GET /x": operation}), finds, **more)


def takes(**accepted: Callable[[str], bool]) -> Operation:
    """An operation that refuses a parameter with another value; the value of one that is missing is the empty text."""

    def answer(call: Call) -> Answer:
        given = call.parameters
        # An empty value is none of a number or an enum, so it is not the same as a missing parameter.
        texts = {name: (given[name][0] or "empty") if name in given else "" for name in accepted}
        known = all(len(given.get(name, ())) <= 1 for name in accepted)
        return GOOD if known and all(test(texts[name]) for name, test in accepted.items()) else REFUSED

    return answer


def any_text(call: Call) -> Answer:
    """Takes one `q` of any text."""
    return GOOD if len(call.parameters.get("q", ())) == 1 else REFUSED


def fails(when: Callable[[str], bool], otherwise: Operation = any_text) -> Operation:
    """An operation that fails on some values of `q`."""
    return lambda call: FAILED if any(map(when, call.parameters.get("q", ()))) else otherwise(call)


def integer(text: str) -> bool:
    """Whether a text is an integer in JSON."""
    return re.fullmatch(r"-?(0|[1-9][0-9]*)", text) is not None


def between(low: int, high: int) -> Callable[[str], bool]:
    """Whether a text is an integer in a range."""
    return lambda text: integer(text) and low <= int(text) <= high


def one_of(*values: str) -> Callable[[str], bool]:
    """Whether a text is one of some values."""
    return lambda text: text in values


def json_of(call: Call, name: str) -> Answer:
    """The answer to a parameter that is an object in JSON with a number `n`."""
    try:
        value = json.loads(call.parameters.get(name, [""])[0])
    except ValueError:
        return REFUSED
    is_right = isinstance(value, dict) and type(value.get("n")) is int
    return GOOD if is_right else REFUSED


def deep(call: Call) -> Answer:
    """The answer to `d[n]=1`, in the style deepObject."""
    given = call.parameters.get("d[n]", [])
    return GOOD if len(given) == 1 and integer(given[0]) else REFUSED


ROWS: Final = (
    query("an optional one is left out", "q~: string", lambda call: GOOD),
    query("a required integer", "q: integer", takes(q=integer)),
    query("a required enum", "q: {type: string, enum: [up, down]}", takes(q=one_of("up", "down"))),
    query("a range", "q: {type: integer, minimum: 1, maximum: 9}", takes(q=between(1, 9))),
    query("two required ones", "a: integer, b: integer", takes(a=integer, b=integer)),
    query(
        "an object in JSON",
        "j: {content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}}",
        lambda call: json_of(call, "j"),
    ),
    query("an object in the style deepObject", "d: {style: deepObject, explode: true, schema: {n: integer}}", deep),
    query(
        "an array with commas",
        "q: {style: form, explode: false, schema: {type: array, minItems: 1, items: integer}}",
        takes(q=lambda text: all(map(integer, text.split(",")))),
    ),
    query(
        "an array with bars",
        "q: {style: pipeDelimited, explode: false, schema: {type: array, minItems: 2, items: integer}}",
        takes(q=lambda text: all(map(integer, text.split("|"))) and "|" in text),
    ),
    query("a name that must be escaped", "'größe [cm]': integer", takes(**{"größe [cm]": integer})),
    Row(
        "parameters: a required header",
        "GET /x: {header: {X-Version: {type: string, enum: [v1]}}, 200: {a: integer}, 400: {error: string}}",
        Site({"GET /x": lambda call: GOOD if call.header("x-version") == "v1" else REFUSED}),
    ),
    Row(
        "parameters: a required cookie",
        "GET /x: {cookie: {session: {type: string, enum: [abc]}}, 200: {a: integer}, 400: {error: string}}",
        Site({"GET /x": lambda call: GOOD if cookie(call) == "abc" else REFUSED}),
    ),
    Row(
        "parameters: an integer in the path",
        "GET /x/{n}: {path: {n: {type: integer, minimum: 1}}, 200: {a: integer}, 400: {error: string}}",
        Site({"GET /x/{n}": lambda call: GOOD if between(1, 10**30)(call.placeholders["n"]) else REFUSED}),
    ),
    query("any int64, and far beyond it", "q~: integer int64", takes(q=lambda text: not text or integer(text))),
    query("any integer", "q~: integer", takes(q=lambda text: not text or integer(text))),
    Row(
        "parameters: every valid value of an enum is refused",
        f"{ONE.replace('x', 'y')}\nGET /x: {{query: {{q: {{type: string, enum: [up, down]}}}}, 200: any, 400: any}}",
        Site({"GET /x": REFUSED, "GET /y": GOOD}),
        suspects=("valid-refused",),
    ),
    query(
        "a missing parameter is answered with 500",
        "q: integer",
        lambda call: takes(q=integer)(call) if "q" in call.parameters else FAILED,
        "server-error",
        generated=True,
    ),
    query(
        "a missing parameter is accepted",
        "q: integer",
        takes(q=lambda text: not text or integer(text)),
        suspects=("invalid-accepted",),
        generated=True,
    ),
    query(
        "a value outside the enum is accepted",
        "q: {type: string, enum: [up, down]}",
        takes(q=bool),
        suspects=("invalid-accepted",),
        generated=True,
    ),
    query(
        "a number above the maximum is accepted",
        "q: {type: integer, maximum: 9}",
        takes(q=integer),
        suspects=("invalid-accepted",),
        generated=True,
    ),
    query(
        "a text for an integer is accepted", "q: integer", takes(q=bool), suspects=("invalid-accepted",), generated=True
    ),
    query(
        "the largest value is refused",
        "q: {type: integer, minimum: 1, maximum: 9}",
        takes(q=between(1, 8)),
        suspects=("valid-refused",),
        generated=True,
    ),
    query(
        "500 for a negative number",
        "q: integer",
        fails(lambda q: q.startswith("-"), takes(q=integer)),
        "server-error",
        generated=True,
    ),
    query(
        "500 for the largest value",
        "q: {type: integer, minimum: 0, maximum: 500}",
        fails(lambda q: q == "500", takes(q=between(0, 500))),
        "server-error",
        generated=True,
    ),
    query("500 for a single quote", "q: string", fails(lambda q: "'" in q), "server-error", generated=True),
    query("500 for a double quote", "q: string", fails(lambda q: '"' in q), "server-error", generated=True),
    query("500 for a percent sign", "q: string", fails(lambda q: "%" in q), "server-error", generated=True),
    query("500 for two dots and a slash", "q: string", fails(lambda q: "../" in q), "server-error", generated=True),
    query("500 for a less-than sign", "q: string", fails(lambda q: "<" in q), "server-error", generated=True),
    query(
        "500 for characters beyond the basic plane",
        "q: string",
        fails(lambda q: any(ord(c) > 0xFFFF for c in q)),
        "server-error",
        generated=True,
    ),
    query("500 for an empty text", "q: string", fails(lambda q: not q), "server-error", generated=True),
    query(
        "500 for a text of more than 200 characters",
        "q: string",
        fails(lambda q: len(q) > 200),
        "server-error",
        generated=True,
    ),
    query(
        "500 for an integer beyond 64 bits",
        "q: integer",
        fails(lambda q: integer(q) and abs(int(q)) >= 2**63, takes(q=integer)),
        "server-error",
        generated=True,
    ),
    query(
        "the answer to one value breaks its schema",
        "q: {type: string, enum: [up, down]}",
        lambda call: says({"a": "x"}) if call.parameters.get("q") == ["down"] else takes(q=one_of("up", "down"))(call),
        "body-schema",
        generated=True,
    ),
)
