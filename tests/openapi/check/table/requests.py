"""Bodies of requests: JSON, forms and multipart (OpenAPI 3.0.3, Request Body Object)."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any, Final
from urllib.parse import parse_qs

from tests.openapi.check.table.parameters import integer
from tests.openapi.check.table.provoked import CREATE, create
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Call, Operation, Site, says
from tests.openapi.check.table.statuses import GOOD

REFUSALS: Final = "400: {error: string}, 415: {error: string}, 422: {error: string}"
NUMBER: Final = "{type: object, required: [n], properties: {n: {type: integer}}}"
IDS: Final = "{type: object, required: [ids], properties: {ids: {type: array, minItems: 1, items: {type: integer}}}}"
FORM: Final = "application/x-www-form-urlencoded"
OTHER: Final = says({"error": "another media type"}, 415)
REFUSED: Final = says({"error": "not so"}, 400)
CREATE_DECLARED: Final = CREATE.replace("201:", f"{REFUSALS}, 201:")


def form(accepts: Callable[[dict[str, list[str]]], bool]) -> Operation:
    """Takes a form with some fields."""

    def answer(call: Call) -> Answer:
        if call.media_type != FORM:
            return OTHER
        try:
            fields = parse_qs(call.body.decode("ascii"), keep_blank_values=True)
        except UnicodeError:
            return REFUSED
        return GOOD if accepts(fields) else REFUSED

    return answer


def parts_of(call: Call) -> list[tuple[str, bytes]] | None:
    """The names and contents of the parts of a multipart body; None if it is none (RFC 7578)."""
    content_type = call.header("content-type") or ""
    if call.media_type != "multipart/form-data" or "boundary=" not in content_type:
        return None
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + call.body, policy=HTTP)
    # The delimiter at the end (RFC 2046 section 5.1.1).
    if f"--{message.get_boundary()}--".encode() not in call.body:
        return None
    parts = [part for part in message.iter_parts()] if message.is_multipart() else []
    if any(part.get_content_disposition() != "form-data" or part.defects for part in parts):
        return None
    named = [(part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in parts]
    return [(str(name), content if isinstance(content, bytes) else b"") for name, content in named]


def multipart(accepts: Callable[[list[tuple[str, bytes]]], bool]) -> Operation:
    """Takes a multipart body with some parts."""

    def answer(call: Call) -> Answer:
        if call.media_type != "multipart/form-data":
            return OTHER
        parts = parts_of(call)
        return GOOD if parts is not None and accepts(parts) else REFUSED

    return answer


def body(name: str, declared: str, operation: Operation, *finds: str, **more: Any) -> Row:
    """An operation with a body."""
    document = f"POST /x: {{{declared}, 200: {{a: integer}}, {REFUSALS}}}"
    return Row(
        f"requests: {name}", document, Site({"POST /x": operation}), finds, options={"allow_writes": True}, **more
    )


def ids(fields: dict[str, list[str]]) -> bool:
    """Whether a form has at least one integer `ids`, and no other value of this name."""
    return bool(fields.get("ids")) and all(map(integer, fields["ids"]))


def one_number(fields: dict[str, list[str]]) -> bool:
    """Whether a form has exactly one integer `n`."""
    return len(fields.get("n", ())) == 1 and integer(fields["n"][0])


def files(low: int, high: int) -> Callable[[list[tuple[str, bytes]]], bool]:
    """Whether there are as many parts named `files`."""
    return lambda parts: low <= sum(name == "files" for name, _ in parts) <= high


def is_json(call: Call) -> bool:
    """Whether the body is JSON."""
    try:
        call.json()
    except ValueError:
        return False
    return True


def value_of(call: Call) -> object:
    """The value of the property `q`; None if there is none."""
    value = call.json() if is_json(call) else None
    return value.get("q") if isinstance(value, dict) else None


def is_number(call: Call) -> bool:
    """Whether the body is an object in JSON with an integer `n`."""
    value = call.json() if is_json(call) else None
    return isinstance(value, dict) and type(value.get("n")) is int


def number_or_failure(call: Call) -> Answer:
    """Fails on an object without `n`."""
    if call.media_type != "application/json":
        return OTHER
    if is_json(call) and isinstance(call.json(), dict) and "n" not in call.json():
        return says({}, 500)
    return GOOD if is_number(call) else REFUSED


def optional_number(call: Call) -> Answer:
    """Takes nothing, or an object with a number."""
    if not call.body:
        return GOOD
    if call.media_type != "application/json":
        return OTHER
    return GOOD if is_number(call) else REFUSED


FILES: Final = "{type: object, %s properties: {files: {type: array, %s items: {type: string, format: binary}}}}"

ROWS: Final = (
    body("a form with an array", f"form: {IDS}", form(ids), generated=True),
    body("a form with a number", "form: {n: integer}", form(one_number), generated=True),
    body(
        "a form with optional fields only",
        "form: {q~: string}",
        form(lambda fields: len(fields.get("q", ())) <= 1),
        generated=True,
    ),
    body(
        "a multipart body with at most two files",
        f"multipart: {FILES % ('required: [files],', 'minItems: 1, maxItems: 2,')}",
        multipart(files(1, 2)),
        generated=True,
    ),
    body(
        "a multipart body with files that may be left out",
        f"multipart: {FILES % ('', '')}",
        multipart(files(0, 10**6)),
        generated=True,
    ),
    body(
        "a multipart body with an empty array that is required",
        f"multipart: {FILES % ('required: [files],', '')}",
        multipart(files(0, 10**6)),
        generated=True,
    ),
    body(
        "an optional body",
        f"requestBody: {{content: {{application/json: {{schema: {NUMBER}}}}}}}",
        optional_number,
        generated=True,
    ),
    body(
        "any JSON",
        "json: any",
        lambda call: GOOD if call.media_type == "application/json" and is_json(call) else REFUSED,
        generated=True,
    ),
    body(
        "text",
        "requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}",
        lambda call: GOOD if call.media_type == "text/plain" else OTHER,
        generated=True,
    ),
    Row(
        "requests: JSON with one number",
        CREATE_DECLARED,
        Site({"POST /x": create}),
        options={"allow_writes": True},
        generated=True,
    ),
    body(
        "a form whose number may be a text",
        "form: {n: integer}",
        form(lambda fields: bool(fields.get("n"))),
        suspects=("invalid-accepted",),
        generated=True,
    ),
    body(
        "JSON whose number may be a text",
        "json: {n: integer}",
        lambda call: GOOD if call.media_type == "application/json" and is_json(call) else REFUSED,
        suspects=("invalid-accepted",),
        generated=True,
    ),
    body(
        "JSON that is answered with 500 if its number is missing",
        "json: {n: integer}",
        number_or_failure,
        "server-error",
        generated=True,
    ),
    body(
        "JSON that is answered with 500 if a text has a quote",
        "json: {q: string}",
        lambda call: (
            says({}, 500) if "'" in str(value_of(call)) else (GOOD if isinstance(value_of(call), str) else REFUSED)
        ),
        "server-error",
        generated=True,
    ),
    body(
        "JSON that is answered with 500 if it is no JSON",
        "json: any",
        lambda call: GOOD if is_json(call) else says({}, 500),
        "server-error",
        also=("invalid-accepted",),
        generated=True,
    ),
    body(
        "a valid form is refused",
        f"form: {IDS}",
        form(lambda fields: len(fields.get("ids", ())) > 1000),
        obstacle="400|refused",
    ),
)
