"""The declared examples of a contract, and the checks that report misleading ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.contract.parts import parameter_of
from openapi.examples.checks import faulty_examples
from openapi.examples.declared import examples_of
from openapi.examples.error_bodies import Envelopes
from openapi.schemas import Schema
from tests.frozen import FROZEN

ERROR: dict[str, Any] = {"type": "object", "properties": {"error": {"type": "string"}, "code": {"type": "string"}}}


def contract_with(responses: dict[str, Any], **schemas: Any) -> Contract:
    """A contract with one operation that has these responses."""
    described = {status: {"description": "x", **response} for status, response in responses.items()}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Test", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": described}}},
        "components": {"schemas": schemas},
    }
    return parse_contract(json.dumps(document).encode(), "test.json")


def answering(status: str, schema: dict[str, Any], **media: Any) -> Contract:
    return contract_with({status: {"content": {"application/json": {"schema": schema, **media}}}})


def test_named_examples_come_first() -> None:
    media = {"example": 3, "examples": {"a": {"value": 1}, "b": {"value": 2}}, "schema": {"example": 4}}
    media.pop("example")

    found = examples_of(parameter_of(load_contract(FROZEN), {"name": "p", "in": "query", **media}, "/media"))

    assert [(example.name, example.value, example.pointer) for example in found][:2] == [
        ("a", 1, "/media/examples/a/value"),
        ("b", 2, "/media/examples/b/value"),
    ]


def test_example_of_a_schema_is_found_through_its_reference() -> None:
    contract = load_contract(FROZEN)
    (content,) = contract.operations[0].responses["200"].contents

    (found,) = examples_of(content)

    assert found.value == {"provider": "sinch", "phoneNumber": "+14165550100"}
    assert found.pointer == "/components/schemas/CallsActiveProviderResponse/example"


def test_misleading_error_example_of_the_published_contract_is_reported() -> None:
    (problem,) = faulty_examples(load_contract(FROZEN))

    assert problem.pointer == "/components/schemas/CallsErrorResponse/example"
    assert "401 and 500" in problem.reason
    assert "'Call not found'" in problem.reason


@pytest.mark.parametrize(
    ("contract", "pointer"),
    [
        (answering("200", {"type": "integer"}, example="x"), "/content/application~1json/example"),
        (answering("200", {"type": "integer"}, examples={"a": {"value": "x"}}), "/examples/a/value"),
        (answering("200", {"type": "integer", "example": "x"}), "/schema/example"),
        (answering("200", {"properties": {"a": {"type": "integer", "example": "x"}}}), "/properties/a/example"),
        (answering("404", ERROR, example={"error": "Rate limit exceeded: too many requests"}), "/example"),
        (answering("403", ERROR, example={"error": "User already exists"}), ""),
    ],
    ids=["media type", "named", "schema", "property", "other status", "wider sense"],
)
def test_misleading_example_is_reported_with_its_pointer(contract: Contract, pointer: str) -> None:
    problems = [problem.pointer for problem in faulty_examples(contract)]

    assert [found.endswith(pointer) for found in problems] == ([True] if pointer else [])


def test_null_that_nullable_does_not_allow_is_explained() -> None:
    schema = {"type": "object", "properties": {"a": {"nullable": True, "allOf": [{"type": "object"}]}}}
    (problem,) = faulty_examples(answering("200", schema, example={"a": None}))

    assert "at /a: it is null, and `nullable` has an effect only next to `type`" in problem.reason


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("401", "Missing bearer token"),
        ("401", "The token has expired"),
        ("403", "Forbidden"),
        ("404", "Call not found"),
        ("409", "The number is already assigned"),
        ("422", "The user was not found"),
        ("429", "Too many requests"),
        ("500", "Something went wrong"),
        ("503", "Service unavailable"),
        ("200", "Nothing was not found"),
    ],
)
def test_plausible_example_is_not_a_problem(status: str, error: str) -> None:
    assert faulty_examples(answering(status, ERROR, example={"error": error})) == ()


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (ERROR, {"error": "Send a token.", "code": "TOKEN_MISSING"}),
        (
            {"type": "object", "required": ["success", "error"], "properties": {
                "success": {"type": "boolean", "enum": [False]}, "error": {"oneOf": [{"type": "string"}, ERROR]}}},
            {"success": False, "error": "Send a token."},
        ),
        (
            {"type": "object", "properties": {name: {} for name in ("type", "title", "status", "detail")}},
            {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "Send a token."},
        ),
    ],
    ids=["flat", "published", "RFC 9457"],
)  # fmt: skip
def test_envelope_describes_the_error(schema: dict[str, Any], body: dict[str, Any]) -> None:
    envelope = Envelopes(load_contract(FROZEN)).fitting(
        Schema(load_contract(FROZEN), schema, ""), 401, code="TOKEN_MISSING", sentence="Send a token."
    )

    assert envelope is not None
    assert {**envelope.body, **body} == envelope.body


@pytest.mark.parametrize("schema", [{"type": "integer"}, {"type": "object", "properties": {"id": {"type": "integer"}}}])
def test_schema_without_error_properties_is_not_an_envelope(schema: dict[str, Any]) -> None:
    assert Envelopes(load_contract(FROZEN)).fitting(Schema(load_contract(FROZEN), schema, ""), 401) is None
