"""Bodies of answers and their schemas (OpenAPI 3.0.3, Schema Object; RFC 8259)."""

from __future__ import annotations

from typing import Any, Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Site, says, text

JSON: Final = "application/json"
_BREAKS: Final = ("body-schema",)
_MALFORMED: Final = ("body-malformed",)


def body(name: str, schema: str, value: Any, *finds: str, **more: Any) -> Row:
    """An operation with an answer of this schema, and the value that it answers with."""
    answer = text(value, media_type=JSON) if isinstance(value, bytes) else says(value)
    return Row(f"bodies: {name}", f"GET /x: {{200: {schema}}}", Site({"GET /x": answer}), finds, **more)


PET: Final = """
schemas:
  Cat: {kind: string, meow: boolean}
  Dog: {kind: string, bark: boolean}
"""

ROWS: Final = (
    body("more properties than declared", "{a: integer}", {"a": 1, "b": 2}),
    body("an optional property left out", "{a: integer, b~: string}", {"a": 1}),
    body("a nullable property that is null", "{a: integer~}", {"a": None}),
    body("null in a nullable enum with null", "{a: {type: string, nullable: true, enum: [x, null]}}", {"a": None}),
    body("a number at the top", "number", 2.5),
    body("an empty array", "[string]", []),
    body("an integer beyond 64 bits without a format", "{a: integer}", {"a": 10**30}),
    # RFC 8259 section 6: it "may indicate potential interoperability problems".
    body("a number that no double can hold", "{a: number}", b'{"a": 1e400}', also=("body-malformed",)),
    body("white space around the value", "{a: integer}", b' \r\n\t{"a" : 1}\n'),
    body("escapes and surrogate pairs", "{a: string}", b'{"a": "\\ud83d\\ude00 \\u00e9"}'),
    body("two branches of anyOf match", "{anyOf: [{a: integer}, {b: integer}]}", {"a": 1, "b": 2}),
    body("all branches of allOf", "{allOf: [{a: integer}, {b: integer}]}", {"a": 1, "b": 2}),
    body(
        "a required writeOnly property is not in an answer",
        "{type: object, required: [pw], properties: {pw: {type: string, writeOnly: true}}}",
        {},
    ),
    # SHOULD NOT be sent (OpenAPI 3.0.3, Schema Object, `writeOnly`).
    body(
        "a writeOnly property is in an answer",
        "{type: object, properties: {pw: {type: string, writeOnly: true}}}",
        {"pw": "x"},
        also=_BREAKS,
    ),
    body(
        "a readOnly property is in an answer",
        "{type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}",
        {"id": 1},
    ),
    Row(
        "bodies: a recursive tree",
        "GET /x: {200: Tree}\nschemas: {Tree: {name: string, children~: [Tree]}}",
        Site({"GET /x": says({"name": "a", "children": [{"name": "b"}, {"name": "c", "children": []}]})}),
    ),
    body("a required property is missing", "{a: integer}", {}, *_BREAKS),
    body("a text for an integer", "{a: integer}", {"a": "1"}, *_BREAKS),
    body("a fraction for an integer", "{a: integer}", {"a": 1.5}, *_BREAKS),
    body("null for a property that is not nullable", "{a: integer}", {"a": None}, *_BREAKS),
    body("an array for an object", "{a: integer}", [{"a": 1}], *_BREAKS),
    body("an additional property that is forbidden", "{a: integer, ...: false}", {"a": 1, "b": 2}, *_BREAKS),
    body("an additional property of another type", "{a: integer, ...: integer}", {"a": 1, "b": "2"}, *_BREAKS),
    body("a value outside the enum", "{a: {type: string, enum: [x, y]}}", {"a": "z"}, *_BREAKS),
    body("a text that does not match its pattern", "{a: {type: string, pattern: '^[a-z]+$'}}", {"a": "A"}, *_BREAKS),
    body("a text that is too short", "{a: {type: string, minLength: 2}}", {"a": "é"}, *_BREAKS),
    body("a number at an exclusive maximum", "{type: number, maximum: 5, exclusiveMaximum: true}", 5, *_BREAKS),
    body("a number that is no multiple", "{type: integer, multipleOf: 3}", 4, *_BREAKS),
    body("an array that repeats an item", "{type: array, uniqueItems: true, items: integer}", [1, 1], *_BREAKS),
    body("an array that is too long", "{type: array, maxItems: 1, items: integer}", [1, 2], *_BREAKS),
    body("two branches of oneOf match", "{oneOf: [{a: integer}, {b: integer}]}", {"a": 1, "b": 2}, *_BREAKS),
    body("a value that `not` forbids", "{type: string, not: {enum: [x]}}", "x", *_BREAKS),
    body("one branch of allOf is broken", "{allOf: [{a: integer}, {b: integer}]}", {"a": 1}, *_BREAKS),
    body(
        "a required readOnly property is missing",
        "{type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}",
        {},
        *_BREAKS,
    ),
    Row(
        "bodies: a node deep in a recursive tree is broken",
        "GET /x: {200: Tree}\nschemas: {Tree: {name: string, children~: [Tree]}}",
        Site({"GET /x": says({"name": "a", "children": [{"name": "b", "children": [{"name": 3}]}]})}),
        finds=_BREAKS,
    ),
    body(
        "five items of an array with the same fault are one finding",
        "{type: array, items: {n~: string, ...: false}}",
        [{"n": "x", "m": i} for i in range(5)],
        *_BREAKS,
        once=_BREAKS,
    ),
    body(
        "five values of a map with the same fault are one finding",
        "{...: integer}",
        {f"key{i}": "x" for i in range(5)},
        *_BREAKS,
        once=_BREAKS,
    ),
    body("JSON that ends too early", "{a: integer}", b'{"a": 1', *_MALFORMED),
    body("an empty body", "{a: integer}", b"", *_MALFORMED),
    body("two values", "{a: integer}", b'{"a": 1}{"a": 1}', *_MALFORMED),
    body("NaN", "{a: number}", b'{"a": NaN}', *_MALFORMED),
    body("a comma at the end", "{a: integer}", b'{"a": 1,}', *_MALFORMED),
    body("single quotes", "{a: integer}", b"{'a': 1}", *_MALFORMED),
    # RFC 8259 section 8.1.
    body("JSON in Latin-1", "{a: string}", '{"a": "é"}'.encode("latin-1"), *_MALFORMED),
    body("JSON in UTF-16", "{a: string}", '{"a": "x"}'.encode("utf-16"), *_MALFORMED),
)
