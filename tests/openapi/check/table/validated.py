"""Servers that validate bodies by the schema of the document with a validator that is not ours, and lax ones."""

from __future__ import annotations

from typing import Any, Final

import jsonschema
import yaml

from tests.openapi.check.table.notation import schema
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Call, Operation, Site, says

REFUSALS: Final = "400: {error: string}, 415: {error: string}, 422: {error: string}"
_NULLABLE: Final = "nullable"


def translated(value: Any) -> Any:
    """A Schema Object as JSON Schema: `nullable` allows null beside the type."""
    if isinstance(value, list):
        return [translated(each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {key: translated(each) for key, each in value.items() if key != _NULLABLE}
    return {**result, "type": [value["type"], "null"]} if value.get(_NULLABLE) is True and "type" in value else result


def validating(short: Any, *, lax: bool = False) -> Operation:
    """Takes JSON that follows the schema, and answers with it; a lax one takes all JSON."""
    validator = jsonschema.Draft7Validator(translated(schema(short)))

    def answer(call: Call) -> Answer:
        if call.media_type != "application/json":
            return says({"error": "send JSON"}, 415)
        try:
            value = call.json()
        except ValueError:
            return says({"error": "no JSON"}, 400)
        if not lax and not validator.is_valid(value):
            return says({"error": "not by the schema"}, 422)
        return says({"a": 1})

    return answer


def validated(name: str, text: str, *, lax: bool = False) -> Row:
    """An operation with a body of this schema."""
    short = yaml.safe_load(text)
    return Row(
        f"validated: {name}",
        f"POST /x: {{json: {text}, 200: {{a: integer}}, {REFUSALS}}}",
        Site({"POST /x": validating(short, lax=lax)}),
        suspects=("invalid-accepted",) if lax else (),
        options={"allow_writes": True},
        generated=True,
    )


SCHEMAS: Final = {
    "a text": "string",
    "a text with lengths": "{type: string, minLength: 2, maxLength: 5}",
    "a pattern": "{type: string, pattern: '^[a-z]{2,4}-[0-9]+$'}",
    "an enum": "{type: string, enum: [a, 'b c', é]}",
    "an enum of several types": "{enum: [1, a, true]}",
    "a boolean": "boolean",
    "an integer in a range": "{type: integer, minimum: -3, maximum: 12}",
    "a multiple": "{type: integer, multipleOf: 5}",
    "an array of texts": "[string]",
    "an array with lengths": "{type: array, minItems: 1, maxItems: 3, items: {type: integer}}",
    "an array without repetitions": "{type: array, uniqueItems: true, items: {type: integer}}",
    "an array of arrays": "[[integer]]",
    "an object": "{a: integer, b~: string}",
    "an object that allows no more": "{a: integer, b~: string, ...: false}",
    "a map of integers": "{...: integer}",
    "a map with at least one entry": "{type: object, minProperties: 1, additionalProperties: {type: string}}",
    "a text or null": "{type: string, nullable: true}",
    "an object with properties that may be null": "{a: integer~, b~: string~}",
    "one of two objects": "{oneOf: [{a: integer, ...: false}, {b: string, ...: false}]}",
    "any of two objects": "{anyOf: [{a: integer}, {b: string}]}",
    "all of two objects": "{allOf: [{a: integer}, {b: string}]}",
    "anything but a text": "{not: {type: string}}",
    "nested objects": "{user: {name: string, tags: [string], address~: {city: string}}}",
    "names with signs": "{'a b': integer, 'ü': string, '$x~': boolean}",
}

ROWS: Final = (
    *(validated(name, text) for name, text in SCHEMAS.items()),
    *(
        validated(f"{name}, not validated", SCHEMAS[name], lax=True)
        for name in ("a pattern", "an integer in a range", "an array with lengths", "an object", "one of two objects")
    ),
)
