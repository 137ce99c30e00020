"""Sample requests keep the contract, by its own validator."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest

from openapi.contract import load_contract
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker, SampleRequest
from tests.frozen import FROZEN
from tests.openapi.examples.judged import OBJECT, contract_of, made, violations_of, with_body, with_parameter

TESTS: Final = Path(__file__).parents[1]
CORPUS: Final = {
    "published": FROZEN,
    "rich": TESTS / "mock/rich.yaml",
    "things": TESTS / "check/family/things.yaml",
}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{4}$"},
    "E.164": {"type": "string", "pattern": r"^\+[1-9]\d{6,14}$"},
    "uniqueItems": {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "integer"}},
    "oneOf by length and pattern": {
        "oneOf": [
            {"type": "string", "maxLength": 2, "pattern": "^[a-z]+$"},
            {"type": "string", "minLength": 5, "maxLength": 6, "pattern": "^[0-9]+$"},
        ]
    },
    "exclusive bounds": {
        "type": "integer",
        "minimum": 4,
        "exclusiveMinimum": True,
        "maximum": 6,
        "exclusiveMaximum": True,
    },
    "maximum 0": {"type": "integer", "maximum": 0},
    "multipleOf in a range": {"type": "number", "multipleOf": 0.25, "minimum": 0.3, "maximum": 0.6},
    "minProperties": {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    "time": {"type": "string", "format": "time", "pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$"},
    "email with maxLength": {"type": "string", "format": "email", "maxLength": 12},
    "date with maxLength": {"type": "string", "format": "date", "maxLength": 10},
}


@pytest.mark.parametrize("location", ["query", "path", "header", "cookie"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_parameter_keeps_its_schema(name: str, location: str) -> None:
    assert violations_of(with_parameter(location, schema=SCHEMAS[name])) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_body_keeps_its_schema(name: str) -> None:
    assert violations_of(with_body("application/json", SCHEMAS[name])) == []
    assert violations_of(with_body("application/json", {**OBJECT, "properties": {"a": SCHEMAS[name]}})) == []


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@pytest.mark.parametrize("media_type", FORMS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_property_of_a_form_keeps_its_schema(name: str, media_type: str) -> None:
    assert violations_of(with_body(media_type, {**OBJECT, "properties": {"a": SCHEMAS[name]}})) == []


LIST = {"type": "array", "minItems": 2, "items": {"type": "integer"}}
PAIR = {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}, "b": {"enum": ["c"]}}}
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


STYLED = [
    (location, style, schema)
    for location, styles in STYLES.items()
    for style in styles
    for schema in ((PAIR,) if style == "deepObject" else (LIST, PAIR, {"type": "integer"}))
]


@pytest.mark.parametrize("explode", [True, False])
@pytest.mark.parametrize(("location", "style", "schema"), STYLED, ids=str)
def test_parameter_of_any_style_keeps_its_schema(
    location: str, style: str, schema: dict[str, Any], explode: bool
) -> None:
    assert violations_of(with_parameter(location, style=style, explode=explode, schema=schema)) == []


@pytest.mark.parametrize("name", CORPUS)
def test_requests_of_a_whole_contract_keep_it(name: str) -> None:
    assert violations_of(load_contract(CORPUS[name])) == []


NAMED = {"type": "string", "pattern": "^[a-z]+$"}


@pytest.mark.parametrize(
    ("described", "query"),
    [
        ({"example": "b", "schema": NAMED}, "p=b"),
        ({"examples": {"a": {"value": "x"}}, "schema": NAMED}, "p=x"),
        ({"examples": {"a": {"value": "8"}, "b": {"value": "c"}}, "schema": NAMED}, "p=c"),
        ({"example": "7", "schema": {**NAMED, "example": "d"}}, "p=d"),
        ({"schema": {**NAMED, "default": "e"}}, "p=e"),
        ({"schema": {"type": "string", "enum": ["f", "g"]}}, "p=f"),
        ({"content": {"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}}}, "p=%7B%22a%22%3A1%7D"),
    ],
)
def test_first_declared_example_that_keeps_the_schema_is_sent(described: dict[str, Any], query: str) -> None:
    assert made(with_parameter("query", **described)).query == query


def test_optional_parameter_is_left_out() -> None:
    assert made(contract_of({"parameters": [{"name": "p", "in": "query", "schema": {"type": "string"}}]})).query == ""


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
def test_required_parameter_that_cannot_be_generated_is_an_error(location: str) -> None:
    with pytest.raises(GenerationError):
        made(with_parameter(location, schema={"type": "string", "minLength": 2, "maxLength": 1}))


@pytest.mark.parametrize(
    ("location", "style", "text"),
    [
        ("header", {}, "é"),
        ("header", {"type": "array"}, "a,b"),
        ("cookie", {}, "a; b"),
        ("path", {}, ".."),
        ("path", {"type": "array", "style": "label"}, "1.5"),
        ("query", {"type": "array", "style": "pipeDelimited", "explode": False}, "a|b"),
    ],
)
def test_value_that_its_location_cannot_carry_is_not_sent(location: str, style: dict[str, Any], text: str) -> None:
    schema = {"type": "string", "enum": [text, "fine"]}
    is_list = style.pop("type", "") == "array"
    sample = made(with_parameter(location, **style, schema={"type": "array", "items": schema} if is_list else schema))
    sent = unquote(f"{sample.path} {sample.query} {sample.headers}")

    assert ("fine" in sent, text in sent) == (True, False)


def test_required_empty_list_in_the_query_is_an_error() -> None:
    with pytest.raises(GenerationError, match="no value was found that can be sent in the query"):
        made(with_parameter("query", schema={"type": "array", "maxItems": 0, "items": {}}))


def test_given_values_override_generated_ones() -> None:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "enum": [3]}},
        {"name": "theme", "in": "cookie", "required": True, "schema": {"type": "string", "enum": ["dark"]}},
    ]
    body = {"content": {"application/json": {"schema": OBJECT}}}
    contract = contract_of({"parameters": parameters, "requestBody": body}, "/x/{id}")
    given = {"path": {"id": "a/b"}, "headers": {"X-Fail": "store"}, "query": {"more": 1}, "body": {"a": 1}}

    assert made(contract, given) == SampleRequest(
        "POST",
        "/x/a%2Fb",
        "more=1&n=3",
        (("X-Fail", "store"), ("Cookie", "theme=dark"), ("Content-Type", "application/json")),
        b'{"a":1}',
    )


def test_the_same_contract_gives_the_same_request() -> None:
    contract = load_contract(CORPUS["rich"])

    assert [RequestMaker(contract).request(o) for o in contract.operations] == [
        RequestMaker(contract).request(o) for o in contract.operations
    ]
