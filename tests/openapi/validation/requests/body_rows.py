"""Bodies of JSON and text, and the choice of the Media Type Object for a body (OpenAPI 3.0.3, "Media Type Object"; RFC
8259; RFC 9110 sections 8.3 and 12.5.1)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.validation.requests.notation import (
    BAD_BODY,
    MALFORMED,
    NO_BODY,
    OK,
    UNDECLARED,
    Group,
    body,
    operation,
    row_of,
)

J: Final = "application/json"
_NUMBER: Final = "schema: {type: object, required: [n], properties: {n: {type: integer}}}"
_SMALL: Final = (
    "schema: {type: object, properties: {n: {type: integer, maximum: 9}, x: {type: number},"
    " i: {type: integer, format: int32}, l: {type: integer, format: int64}}, additionalProperties: false}"
)

JSON: Final = (
    body(
        "a JSON body",
        f"{J}: {{{_NUMBER}}}",
        ("right data", J, b'{"n": 1}', OK),
        ("white space around right data", J, b' {"n": 1}\r\n', OK),
        ("a further property", J, '{"n": 1, "é": [null]}'.encode(), OK),
        ("an integer of more than 64 bits", J, b'{"n": 18446744073709551616}', OK),
        ("an integer of 400 digits", J, b'{"n": -%s}' % (b"9" * 400), OK),
        ("a repeated name", J, b'{"n": 1, "n": 2}', OK),
        ("a text for an integer", J, b'{"n": "1"}', BAD_BODY),
        ("a fraction for an integer", J, b'{"n": 1.5}', BAD_BODY),
        ("a fraction of zero for an integer", J, b'{"n": 1.0}', BAD_BODY),
        ("a boolean for an integer", J, b'{"n": true}', BAD_BODY),
        ("null for an integer", J, b'{"n": null}', BAD_BODY),
        ("an object without a required property", J, b"{}", BAD_BODY),
        ("an array", J, b"[]", BAD_BODY),
        ("null", J, b"null", BAD_BODY),
        ("no body", J, b"", NO_BODY),
        ("no body and no Content-Type", None, b"", NO_BODY),
        ("half an object", J, b'{"n": 1', MALFORMED),
        ("text behind the data", J, b'{"n": 1} x', MALFORMED),
        ("single quotes", J, b"{'n': 1}", MALFORMED),
        ("NaN", J, b'{"n": NaN}', MALFORMED),
        ("Infinity", J, b'{"n": Infinity}', MALFORMED),
        ("a number with a leading zero", J, b'{"n": 01}', MALFORMED),
        ("invalid UTF-8", J, b'{"n": 1, "s": "\xff"}', MALFORMED),
        ("white space alone", J, b"  ", MALFORMED),
    ),
    body(
        "JSON numbers",
        f"{J}: {{{_SMALL}}}",
        ("an exponent for a number", J, b'{"x": 1e2}', OK),
        ("a fraction for a number", J, b'{"x": -0.5}', OK),
        ("a number of more than 64 bits", J, b'{"x": 18446744073709551616}', OK),
        ("an integer beyond its maximum", J, b'{"n": 18446744073709551616}', BAD_BODY),
        ("the largest int32", J, b'{"i": 2147483647}', OK),
        ("one more than the largest int32", J, b'{"i": 2147483648}', BAD_BODY),
        ("the largest int64", J, b'{"l": 9223372036854775807}', OK),
        ("one more than the largest int64", J, b'{"l": 9223372036854775808}', BAD_BODY),
        ("an undeclared property of a closed object", J, b'{"y": 1}', BAD_BODY),
    ),
    body(
        "a JSON body with properties of one direction",
        f"{J}: {{schema: {{type: object, required: [id, name, pw], properties: {{id: {{type: integer, readOnly: true}},"
        " name: {type: string, nullable: true}, pw: {type: string, writeOnly: true}}}}",
        ("an object without the readOnly property", J, b'{"name": "n", "pw": "p"}', OK),
        ("a right readOnly property", J, b'{"id": 1, "name": "n", "pw": "p"}', OK),
        ("null for a nullable property", J, b'{"name": null, "pw": "p"}', OK),
        ("an object without the writeOnly property", J, b'{"name": "n"}', BAD_BODY),
        ("a wrong writeOnly property", J, b'{"name": "n", "pw": 1}', BAD_BODY),
    ),
    body(
        "a JSON body with a nullable enum",
        f"{J}: {{schema: {{type: object, properties: {{with: {{type: string, nullable: true, enum: [a, null]}},"
        " without: {type: string, nullable: true, enum: [a]}}}}",
        ("null that is in the enum", J, b'{"with": null}', OK),
        ("null that is not in the enum", J, b'{"without": null}', BAD_BODY),
    ),
    body(
        "a JSON body of oneOf",
        f"{J}: {{schema: {{oneOf: [{{type: object, required: [meow]}}, {{type: object, required: [bark]}}]}}}}",
        ("data of one branch", J, b'{"bark": true}', OK),
        ("data of both", J, b'{"bark": true, "meow": true}', BAD_BODY),
    ),
    body(
        "a JSON body without a schema",
        f"{J}: {{}}",
        ("any data", J, b"[null]", OK),
        ("half an array", J, b"[", MALFORMED),
    ),
    body(
        "an optional JSON body",
        f"{J}: {{{_NUMBER}}}",
        ("no body", None, b"", OK),
        ("no body with its Content-Type", J, b"", OK),
        ("right data", J, b'{"n": 1}', OK),
        ("wrong data", J, b"{}", BAD_BODY),
        required=False,
    ),
    operation(
        "{get: {}}",
        row_of("an operation without a body: a body", OK, Request("GET", "", (("content-type", J),), b"{")),
    ),
)

MEDIA_TYPES: Final = (
    body(
        "a declared application/json",
        f"{J}: {{{_NUMBER}}}",
        ("a charset", f"{J}; charset=utf-8", b'{"n": 1}', OK),
        ("a parameter that is not declared", f"{J}; version=2", b'{"n": 1}', OK),
        ("a media type in capitals", "Application/JSON", b'{"n": 1}', OK),
        ("wrong data with a charset", f"{J}; charset=utf-8", b"{}", BAD_BODY),
        # Read as the first declared media type: the recipient can decide (RFC 9110 section 8.3).
        ("no Content-Type", None, b'{"n": 1}', OK),
        ("wrong data without a Content-Type", None, b"{}", BAD_BODY),
        ("an empty Content-Type", "", b'{"n": 1}', UNDECLARED),
        ("a Content-Type without a subtype", "json", b'{"n": 1}', UNDECLARED),
        ("text/plain", "text/plain", b'{"n": 1}', UNDECLARED),
        ("application/problem+json", "application/problem+json", b'{"n": 1}', UNDECLARED),
    ),
    body(
        "a declared application/problem+json",
        f"application/problem+json: {{{_NUMBER}}}",
        ("right data", "application/problem+json", b'{"n": 1}', OK),
        ("wrong data", "application/problem+json", b"{}", BAD_BODY),
        ("half an object", "application/problem+json", b"{", MALFORMED),
        ("application/json", J, b'{"n": 1}', UNDECLARED),
    ),
    body(
        "a declared application/*",
        f"application/*: {{{_NUMBER}}}",
        ("right JSON", J, b'{"n": 1}', OK),
        ("wrong JSON", J, b"{}", BAD_BODY),
        ("a media type that is not read as data", "application/octet-stream", b"\xff", OK),
        ("text/plain", "text/plain", b"a", UNDECLARED),
    ),
    body(
        "a declared */*",
        f"'*/*': {{{_NUMBER}}}",
        ("right JSON", J, b'{"n": 1}', OK),
        ("wrong JSON", J, b"{}", BAD_BODY),
        ("an image", "image/png", b"\x89PNG", OK),
    ),
    body(
        "a media type beside its range",
        f"application/*: {{schema: {{type: array}}}}\n{J}: {{schema: {{type: object}}}}",
        ("data of the type", J, b"{}", OK),
        ("data of the range", J, b"[]", BAD_BODY),
        ("another type of the range", "application/other+json", b"[]", OK),
    ),
    body(
        "a media type with a parameter",
        f"{J}; version=2: {{{_NUMBER}}}",
        ("the same parameter", f"{J}; version=2", b'{"n": 1}', OK),
        ("the same parameter in other words", f'{J};Version="2"', b'{"n": 1}', OK),
        ("no parameter", J, b'{"n": 1}', OK),
        ("wrong data", f"{J}; version=2", b"{}", BAD_BODY),
        ("another value of the parameter", f"{J}; version=3", b'{"n": 1}', UNDECLARED),
    ),
    body(
        "two versions of a media type",
        f"{J}; version=1: {{schema: {{type: array}}}}\n{J}; version=2: {{schema: {{type: object}}}}",
        ("data of the first", f"{J}; version=1", b"[]", OK),
        ("data of the second", f"{J}; version=2", b"{}", OK),
        ("data of the second as the first", f"{J}; version=1", b"{}", BAD_BODY),
        ("data of the first as the second", f"{J}; version=2", b"[]", BAD_BODY),
    ),
    body(
        "JSON or a form",
        f"{J}: {{{_NUMBER}}}\napplication/x-www-form-urlencoded: {{{_NUMBER}}}",
        ("JSON", J, b'{"n": 1}', OK),
        ("a form", "application/x-www-form-urlencoded", b"n=1", OK),
        ("JSON without a Content-Type", None, b'{"n": 1}', OK),
        ("a form without a Content-Type", None, b"n=1", MALFORMED),
    ),
)

TEXTS: Final = (
    body(
        "a text body",
        "text/plain: {schema: {type: string, pattern: '^[a-zé]+$', maxLength: 3}}",
        ("a right text", "text/plain", b"abc", OK),
        ("a text in UTF-8", "text/plain; charset=utf-8", "ééé".encode(), OK),
        ("a text in its charset", "text/plain; charset=iso-8859-1", "ééé".encode("latin-1"), OK),
        ("a text that its pattern forbids", "text/plain", b"A", BAD_BODY),
        ("a text that is too long", "text/plain", b"abcd", BAD_BODY),
        ("invalid UTF-8", "text/plain", b"\xff", MALFORMED),
        ("text/html", "text/html", b"abc", UNDECLARED),
        ("no body", "text/plain", b"", NO_BODY),
    ),
    body(
        "a body of text/*",
        "text/*: {schema: {type: string, maxLength: 3}}",
        ("a right text", "text/csv", b"a,b", OK),
        ("a text that is too long", "text/csv", b"a,b,c", BAD_BODY),
        ("an image", "image/png", b"a", UNDECLARED),
    ),
    body(
        "a body of octets",
        "application/octet-stream: {schema: {type: string, format: binary}}\nimage/*: {}",
        ("any octets", "application/octet-stream", b"\xff\x00", OK),
        ("an image of the range", "image/png", b"\x89PNG", OK),
        ("a sound", "audio/ogg", b"Ogg", UNDECLARED),
        ("no body", "application/octet-stream", b"", NO_BODY),
    ),
)

BODY_GROUPS: Final[tuple[Group, ...]] = (*JSON, *MEDIA_TYPES, *TEXTS)
