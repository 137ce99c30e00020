"""A discriminator selects a schema, which the object must satisfy (section "Discriminator Object")."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.contract import Contract
from openapi.examples.generation import Generator
from openapi.schemas import Direction, Schema, SchemaValidator
from tests.openapi.conftest import ContractOf

SCHEMAS = """
paths: {}
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}, friend: {$ref: '#/components/schemas/Pet'}}
      discriminator: {propertyName: kind, mapping: {hound: '#/components/schemas/Dog', wolf: Dog}}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives], properties: {lives: {type: integer}}}]}
    Persian: {allOf: [{$ref: '#/components/schemas/Cat'}, {required: [hair], properties: {hair: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [barks], properties: {barks: {type: boolean}}}]}
    Pets: {type: array, items: {$ref: '#/components/schemas/Pet'}, minItems: 2}
    Script: {type: object, required: [type, script], properties: {type: {type: string}, script: {type: string}}}
    Job: {type: object, required: [type, job], properties: {type: {type: string}, job: {type: integer}}}
    Action:
      oneOf: [{$ref: '#/components/schemas/Script'}, {$ref: '#/components/schemas/Job'}]
      discriminator: {propertyName: type, mapping: {shell: '#/components/schemas/Script'}}
    Either:
      anyOf: [{$ref: '#/components/schemas/Script'}, {$ref: '#/components/schemas/Job'}]
      discriminator: {propertyName: type}
    Enumerated:
      type: object
      required: [kind]
      properties: {kind: {type: string, enum: [One, Two]}}
      discriminator: {propertyName: kind}
    One: {allOf: [{$ref: '#/components/schemas/Enumerated'}, {required: [one], properties: {one: {type: integer}}}]}
    Two: {allOf: [{$ref: '#/components/schemas/Enumerated'}, {required: [two], properties: {two: {type: integer}}}]}
    Lost:
      type: object
      discriminator: {propertyName: kind, mapping: {gone: '#/components/schemas/Missing'}}
    Dependent: {type: object, properties: {dependencies: {type: object, properties: {kind: {type: integer}}}}}
"""


@pytest.fixture
def contract(contract_of: ContractOf) -> Contract:
    return contract_of(SCHEMAS)


def violations(contract: Contract, name: str, data: Any) -> list[tuple[str, str, str]]:
    schema = Schema(contract.schemas[name].document, {"$ref": f"#/components/schemas/{name}"}, "/here")
    found = SchemaValidator(schema, Direction.RESPONSE).violations(data)
    return [(each.where, each.pointer, each.reason) for each in found]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Pet", {"kind": "Cat", "lives": 9}),
        ("Pet", {"kind": "Persian", "lives": 9, "hair": 1}),
        ("Pet", {"kind": "hound", "barks": True}),
        ("Pet", {"kind": "wolf", "barks": True}),
        ("Pet", {"kind": "of no schema"}),
        ("Pet", {"kind": "Script"}),
        ("Pet", {"kind": "hound", "barks": True, "friend": {"kind": "Cat", "lives": 1}}),
        ("Cat", {"kind": "Cat", "lives": 9}),
        ("Action", {"type": "shell", "script": "ls"}),
        ("Action", {"type": "Job", "job": 1}),
        ("Action", {"type": "of no schema", "job": 1}),
        ("Either", {"type": "Script", "script": "ls", "job": 1}),
        ("Lost", {"kind": "gone"}),
        ("Dependent", {"dependencies": {"kind": 1}}),
    ],
)
def test_object_that_satisfies_the_selected_schema_is_valid(contract: Contract, name: str, data: Any) -> None:
    assert violations(contract, name, data) == []


@pytest.mark.parametrize(
    ("name", "data", "where", "selected"),
    [
        ("Pet", {"kind": "Cat"}, "", "kind selects Cat"),
        ("Pet", {"kind": "hound", "lives": 9}, "", "kind selects Dog"),
        ("Pet", {"kind": "wolf"}, "", "kind selects Dog"),
        ("Pet", {"kind": "Persian", "lives": 9}, "", "kind selects Persian"),
        ("Pet", {"kind": "other", "friend": {"kind": "Cat"}}, "/friend", "kind selects Cat"),
        ("Pets", [{"kind": "other"}, {"kind": "Cat"}], "/1", "kind selects Cat"),
        ("Cat", {"kind": "hound", "lives": 9}, "", "kind selects Dog"),
        ("Action", {"type": "shell", "job": 1}, "", "type selects Script"),
        ("Action", {"type": "Job", "script": "ls"}, "", "type selects Job"),
        ("Either", {"type": "Job", "script": "ls"}, "", "type selects Job"),
    ],
)
def test_object_that_breaks_the_selected_schema_is_one_violation(
    contract: Contract, name: str, data: Any, where: str, selected: str
) -> None:
    ((place, pointer, reason),) = violations(contract, name, data)

    assert (place, pointer.endswith("/discriminator")) == (where, True)
    assert reason.startswith(f"the discriminator {selected}, which the value does not satisfy (")


def test_what_the_schema_itself_requires_is_not_repeated_for_the_selected_one(contract: Contract) -> None:
    assert [pointer for _, pointer, _ in violations(contract, "Cat", {"kind": "Cat"})] == [
        "/components/schemas/Cat/allOf/1/required"
    ]


@pytest.mark.parametrize("name", ["Pets", "Cat", "Persian", "Action", "Either", "Enumerated", "One"])
def test_generated_data_satisfies_the_schema_that_it_selects(contract: Contract, name: str) -> None:
    generator, schema = Generator(contract), contract.schemas[name]
    made = [generator.value(schema, key=str(key)) for key in range(20)]

    assert [violations(contract, name, value) for value in made] == [[]] * 20


def test_generated_data_of_a_base_schema_is_of_a_kind_that_extends_it(contract: Contract) -> None:
    made = [Generator(contract).value(contract.schemas["Pet"], key=str(key)) for key in range(40)]

    assert {value["kind"] for value in made} == {"Cat", "Persian", "hound", "wolf"}
