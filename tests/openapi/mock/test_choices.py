"""Schemas with branches: overlaps, discriminators, and parents that list their children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openapi.contract import parse_contract
from openapi.mock.contract_warnings import check_snapshot
from openapi.typescript.types import typescript_types

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

FAMILY = """\
paths:
  /result:
    get:
      operationId: result
      responses:
        '200':
          description: A success or an error.
          content:
            application/json:
              schema:
                oneOf:
                  - {type: object, properties: {id: {type: string, example: '1'}}}
                  - {type: object, properties: {error: {type: string, example: x}}}
  /pet:
    get: &pets
      responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'204': {description: Taken}}
  /job:
    get:
      responses: {'200': {description: A, content: {application/json: {schema: &job {type: array, minItems: 2, items: {
        oneOf: [{$ref: '#/components/schemas/Script'}, {$ref: '#/components/schemas/Run'}],
        discriminator: {propertyName: kind, mapping: {script: Script, run: '#/components/schemas/Run'}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: *job}}}
      responses: {'204': {description: Taken}}
  /base:
    get:
      responses: {'200': {description: A, content: {application/json: {schema: {
        type: object, required: [animal], properties: {animal: {$ref: '#/components/schemas/Animal'}}}}}}}
  /view:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Shown'}}}}
      responses: {'204': {description: Taken}}
components:
  schemas:
    Pet:
      type: object
      required: [petType]
      properties: {petType: {type: string}}
      discriminator: {propertyName: petType}
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {meows: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [barks], properties: {barks: {type: integer}}}]}
    Script: {type: object, properties: {kind: {type: string}, text: {type: string}}, required: [kind, text]}
    Run: {type: object, properties: {kind: {type: string}, text: {type: string}, at: {type: integer}},
          required: [kind, at]}
    Animal: {type: object, required: [type], properties: {type: {type: string}},
             discriminator: {propertyName: type, mapping: {bird: Bird, fish: Fish}}}
    Bird: {allOf: [{$ref: '#/components/schemas/Animal'}, {required: [wings], properties: {wings: {type: integer}}}]}
    Fish: {allOf: [{$ref: '#/components/schemas/Animal'}, {required: [fins], properties: {fins: {type: integer}}}]}
    Shown: {type: object, anyOf: [{$ref: '#/components/schemas/View'}, {$ref: '#/components/schemas/List'}]}
    View: {allOf: [{$ref: '#/components/schemas/Shown'}, {type: object, properties: {a: {type: string}}}]}
    List: {allOf: [{$ref: '#/components/schemas/Shown'}, {type: object, properties: {b: {type: string}}}]}
"""


@pytest.fixture(params=[False, True], ids=["usual", "dynamic"])
def family(mock_of: MockOf, request: pytest.FixtureRequest) -> Asked:
    return mock_of(FAMILY, dynamic=request.param)


def test_branches_that_overlap_are_answered_with_the_first(family: Asked) -> None:
    answers = [family("/result") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert {tuple(answer.json()) for answer in answers} <= {("id",), ()}


def test_branches_that_overlap_are_a_warning(family: Asked) -> None:
    warnings = check_snapshot(family.mock.snapshot)[""]

    assert [warning for warning in warnings if warning.startswith("result: no data satisfies the schema of 200")]


def test_a_discriminator_decides_in_data_that_is_made(family: Asked) -> None:
    kinds = {item["kind"]: item.keys() for _ in range(40) for item in family("/job").json()}

    assert kinds.keys() <= {"script", "run"}
    assert "at" not in kinds.get("script", {})
    assert "at" in kinds.get("run", {"at"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([{"kind": "script", "text": "a"}], 400),
        ([{"kind": "script", "text": "a"}, {"kind": "run", "at": 1}], 204),
        ([{"kind": "script", "text": "a", "at": 1}, {"kind": "run", "at": 1, "text": "b"}], 204),
        ([{"kind": "script", "at": 1}, {"kind": "run", "at": 1}], 400),
    ],
)
def test_a_discriminator_decides_in_bodies_that_are_read(family: Asked, body: object, status: int) -> None:
    assert family("/job", "POST", json=body).status_code == status


def test_a_base_with_a_discriminator_is_one_of_its_children(family: Asked) -> None:
    animals = [family("/base").json()["animal"] for _ in range(20)]

    assert all({"bird": "wings", "fish": "fins"}[animal["type"]] in animal for animal in animals)


def test_a_parent_that_lists_its_children_is_one_of_them(family: Asked) -> None:
    pets = [family("/pet").json() for _ in range(20)]

    assert all("barks" in pet for pet in pets if pet["petType"] == "Dog")
    assert not any("barks" in pet for pet in pets if pet["petType"] == "Cat")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/pet", {"petType": "Cat", "meows": 1}, 204),
        ("/pet", {"petType": "Dog", "barks": 1}, 204),
        ("/pet", {"petType": "Dog"}, 400),
        ("/view", {"a": "x"}, 204),
        ("/view", {"a": 1, "b": 1}, 400),
        ("/view", [], 400),
    ],
)
def test_a_parent_that_lists_its_children_is_read_as_meant(family: Asked, path: str, body: object, status: int) -> None:
    assert family(path, "POST", json=body).status_code == status


def test_types_of_a_parent_and_its_children_do_not_contain_themselves() -> None:
    contract = parse_contract(
        ("openapi: 3.0.3\ninfo: {title: A, version: '1'}\n" + FAMILY).encode(), "a.yaml", lenient=True
    )
    types = typescript_types(contract)

    assert "export type Shown = View | List;" in types
    assert "export type View = {\n  a?: string;\n};" in types
