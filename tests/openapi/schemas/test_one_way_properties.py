"""A required property that is readOnly is required of responses only, wherever an `allOf` says so ("Schema Object")."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from openapi.documents.document import Document
from openapi.schemas import Direction, Schema, SchemaValidator

COMPONENTS = """
components:
  schemas:
    Base: {type: object, properties: {id: {type: string, readOnly: true}, name: {type: string}}}
    Named: {type: object, required: [name, id]}
    Id: {type: string, readOnly: true}
    Ring: {allOf: [{$ref: '#/components/schemas/Ring'}], required: [id], properties: {id: {readOnly: true}}}
"""
SCHEMAS = [
    "{type: object, required: [id, name], properties: {id: {readOnly: true}}}",
    "{type: object, required: [id, name], properties: {id: {allOf: [{$ref: '#/components/schemas/Id'}]}}}",
    "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [id, name]}]}",
    "{allOf: [{$ref: '#/components/schemas/Base'}], required: [id, name]}",
    "{allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Named'}]}",
    "{allOf: [{$ref: '#/components/schemas/Named'}, {$ref: '#/components/schemas/Base'}]}",
    "{allOf: [{$ref: '#/components/schemas/Base'}, {oneOf: [{$ref: '#/components/schemas/Named'}]}]}",
]


def is_valid(schema: str, data: Any, direction: Direction) -> bool:
    document = Document("invented", b"", yaml.safe_load(COMPONENTS))
    return SchemaValidator(Schema(document, yaml.safe_load(schema), "/here"), direction).is_valid(data)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_request_may_leave_a_read_only_property_out(schema: str) -> None:
    assert is_valid(schema, {"name": "a"}, Direction.REQUEST)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_request_may_not_leave_another_required_property_out(schema: str) -> None:
    assert not is_valid(schema, {"id": "1"}, Direction.REQUEST)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_response_must_have_a_read_only_property(schema: str) -> None:
    assert not is_valid(schema, {"name": "a"}, Direction.RESPONSE)
    assert is_valid(schema, {"name": "a", "id": "1"}, Direction.RESPONSE)


def test_a_schema_whose_all_of_refers_to_itself_is_followed_once() -> None:
    assert is_valid("{$ref: '#/components/schemas/Ring'}", {}, Direction.REQUEST)
