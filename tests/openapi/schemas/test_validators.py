"""Schemas of OpenAPI 3.0: the data that they accept, and the violations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openapi.documents.document import Document
from openapi.schemas import Direction, Schema, SchemaValidator, SchemaViolation

if TYPE_CHECKING:
    from openapi.contract import Contract
from tests.openapi.conftest import ContractOf

SCHEMAS = """
paths: {}
components:
  schemas:
    Plain: {type: string}
    Nullable: {type: string, nullable: true}
    NotNullable: {type: string, nullable: false}
    EnumNull: {type: string, nullable: true, enum: [a, null]}
    EnumWithoutNull: {type: string, nullable: true, enum: [a]}
    NullableNumber: {type: integer, nullable: true, minimum: 3}
    Untyped: {nullable: true}
    Exclusive: {type: number, minimum: 3, exclusiveMinimum: true}
    Dated: {type: string, format: date-time}
    Identified: {type: string, format: uuid}
    Noted: {type: string, example: 5, xml: {name: n}, deprecated: true, externalDocs: {url: a}, x-note: {not: {}}}
    Either: {oneOf: [{type: string, nullable: true}, {type: integer}]}
    Not: {not: {type: string, nullable: true}}
    Every: {allOf: [{$ref: '#/components/schemas/Nullable'}, {minLength: 2}]}
    Items: {type: array, items: {type: integer, nullable: true}}
    Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Nullable'}}
    Closed: {type: object, properties: {a: {}}, additionalProperties: false}
    Siblings: {type: object, properties: {a: {$ref: '#/components/schemas/Plain', nullable: true, maxLength: 1}}}
    Named: {type: object, properties: {nullable: {type: string}, example: {type: integer}}, required: [nullable]}
    Tree: {type: object, properties: {n: {type: integer}, next: {$ref: '#/components/schemas/Tree'}}}
    Mutual: {type: array, items: {$ref: '#/components/schemas/Mutual2'}}
    Mutual2: {type: object, properties: {a~/b: {$ref: '#/components/schemas/Mutual'}}}
    Alias: {$ref: '#/components/schemas/EnumNull'}
    OneWay:
      type: object
      required: [id, secret, name]
      properties:
        id: {type: string, readOnly: true}
        secret: {$ref: '#/components/schemas/Secret'}
        name: {type: string}
    Secret: {type: string, writeOnly: true}
"""


@pytest.fixture
def contract(contract_of: ContractOf) -> Contract:
    return contract_of(SCHEMAS)


def validator(contract: Contract, name: str, direction: Direction = Direction.RESPONSE) -> SchemaValidator:
    pointer = f"/components/schemas/{name}"
    return SchemaValidator(Schema(contract, contract.root["components"]["schemas"][name], pointer), direction)


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("Plain", ["a"], [None, 5]),
        ("Nullable", ["a", None], [5]),
        ("NotNullable", ["a"], [None]),
        ("EnumNull", ["a", None], ["b", 5]),
        ("EnumWithoutNull", ["a"], [None, "b"]),
        ("NullableNumber", [3, None], [2, "a"]),
        ("Untyped", [None, 5, "a", {}], []),
        ("Exclusive", [3.1], [3]),
        ("Dated", ["2020-01-01T00:00:00Z"], ["yesterday", "2020-13-01T00:00:00Z"]),
        ("Identified", ["0B4c3a2e-9b1e-4c39-9a53-0a1b2c3d4e5f"], ["", "0b4c3a2e9b1e4c399a530a1b2c3d4e5f", "1"]),
        ("Noted", ["a"], [5]),
        ("Either", ["a", None, 5], [1.5]),
        ("Not", [5], ["a", None]),
        ("Every", ["ab", None], ["a", 5]),
        ("Items", [[1, None], []], [["a"], None]),
        ("Map", [{"a": None, "b": "c"}], [{"a": 5}]),
        ("Closed", [{}, {"a": 1}], [{"b": 1}]),
        ("Siblings", [{"a": "long"}], [{"a": None}, {"a": 5}]),
        ("Named", [{"nullable": "a", "example": 5}], [{}, {"nullable": None}, {"nullable": "a", "example": "b"}]),
        ("Tree", [{"n": 1, "next": {"next": {}}}], [{"next": {"next": {"n": "a"}}}, {"next": None}]),
        ("Mutual", [[], [{"a~/b": [{}]}]], [[{"a~/b": [5]}]]),
        ("Alias", ["a", None], ["b"]),
    ],
)
def test_a_schema_accepts_and_refuses_data(
    contract: Contract, name: str, accepted: list[object], refused: list[object]
) -> None:
    compiled = validator(contract, name)
    outcome = [compiled.is_valid(value) for value in (*accepted, *refused)]

    assert outcome == [True] * len(accepted) + [False] * len(refused)


@pytest.mark.parametrize(
    ("direction", "accepted", "missing"),
    [
        (Direction.REQUEST, {"secret": "a", "name": "b"}, [{"name": "b"}, {"secret": "a"}]),
        (Direction.RESPONSE, {"id": "a", "name": "b"}, [{"name": "b"}, {"id": "a"}]),
    ],
)
def test_a_property_of_one_direction_is_required_in_that_direction(
    contract: Contract, direction: Direction, accepted: dict[str, str], missing: list[dict[str, str]]
) -> None:
    compiled = validator(contract, "OneWay", direction)

    assert [compiled.is_valid(value) for value in (accepted, *missing)] == [True, False, False]


@pytest.mark.parametrize(
    ("name", "data", "violations"),
    [
        ("Plain", 5, [("", "/components/schemas/Plain/type")]),
        ("Closed", {"b": 1}, [("", "/components/schemas/Closed/additionalProperties")]),
        ("Items", [1, "a", "b"], [("/1", "/components/schemas/Items/items/type"),
                                  ("/2", "/components/schemas/Items/items/type")]),
        ("Map", {"a/~": 5}, [("/a~1~0", "/components/schemas/Nullable/type")]),
        ("Tree", {"next": {"next": {"n": "a"}}}, [("/next/next/n", "/components/schemas/Tree/properties/n/type")]),
        ("Mutual", [{"a~/b": [5]}], [("/0/a~0~1b/0", "/components/schemas/Mutual2/type")]),
        ("Alias", "b", [("", "/components/schemas/EnumNull/enum")]),
        ("Every", "a", [("", "/components/schemas/Every/allOf/1/minLength")]),
    ],
)  # fmt: skip
def test_a_violation_has_its_place_in_the_data_and_its_rule(
    contract: Contract, name: str, data: object, violations: list[tuple[str, str]]
) -> None:
    assert [(each.where, each.pointer) for each in validator(contract, name).violations(data)] == violations


@pytest.mark.parametrize("name", ["EnumNull", "Items", "Map", "Closed", "Either", "Dated", "Tree"])
def test_a_violation_shows_no_value(contract: Contract, name: str) -> None:
    """Values belong to the callers: numbers, names, tokens."""
    secret = "s3cr3t"
    data: dict[str, Any] = {"Items": [secret], "Map": {"a": [secret]}, "Closed": {"b": secret}, "Tree": {"n": secret}}
    violations = validator(contract, name).violations(data.get(name, [secret] if name == "Either" else secret))

    assert violations
    assert [str(each) for each in violations if secret in str(each)] == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("EnumNull", "b", 'the value is not one of "a" or null'),
        (
            "Either",
            [],
            'the value matches none of the alternatives (the value is not of types "null", "string"; '
            'the value is not of type "integer")',
        ),
    ],
)
def test_a_violation_names_the_allowed_alternatives(contract: Contract, name: str, data: object, reason: str) -> None:
    assert [each.reason for each in validator(contract, name).violations(data)] == [reason]


def test_valid_data_has_no_violations(contract: Contract) -> None:
    assert validator(contract, "Tree").violations({"n": 1}) == []


def test_a_violation_reads_as_a_sentence() -> None:
    texts = [str(SchemaViolation(where, "/rule", "the value is wrong")) for where in ("", "/a")]

    assert texts == ["the body: the value is wrong (/rule)", "/a: the value is wrong (/rule)"]


def test_a_hundred_violations_are_listed_at_most() -> None:
    schema = Schema(Document("invented", b"", {}), {"type": "array", "items": {"type": "string"}}, "")

    assert len(SchemaValidator(schema, Direction.REQUEST).violations([1] * 500)) == 100


def test_of_data_with_thousands_of_values_the_first_violation_is_named() -> None:
    schema = Schema(Document("invented", b"", {}), {"type": "array", "items": {"type": "string"}}, "")

    assert [each.where for each in SchemaValidator(schema, Direction.REQUEST).violations([1] * 6000)] == ["/0"]


# A back reference, which no linear engine can match: jsonschema-rs stops after a number of steps.
ENDLESS = r"^(a|aa)+\1?$"


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("{type: string, pattern: '#'}", "a" * 60 + "!"),
        ("{type: array, items: {type: string, pattern: '#'}}", ["a" * 60 + "!"]),
        ("{type: object, additionalProperties: {type: string, pattern: '#'}}", {"k": "a" * 60 + "!"}),
        ("{anyOf: [{type: string, pattern: '#'}, {type: integer}]}", "a" * 60 + "!"),
        ("{oneOf: [{type: string, pattern: '#'}, {type: integer}]}", "a" * 60 + "!"),
        ("{not: {type: string, pattern: '#'}}", "a" * 60 + "!"),
    ],
)
def test_a_pattern_that_reaches_its_limit_leaves_the_value_undecided(
    contract_of: ContractOf, schema: str, data: object
) -> None:
    text = "paths: {}\ncomponents: {schemas: {Endless: " + schema.replace("#", ENDLESS) + "}}\n"
    found = validator(contract_of(text), "Endless").violations(data)

    assert [(violation.is_undecided, "cannot be judged" in violation.reason) for violation in found] == [(True, True)]


def test_a_violation_beside_an_undecided_value_is_decided(contract_of: ContractOf) -> None:
    schema = "{type: object, properties: {a: {type: string, pattern: '#'}, b: {type: integer}}}".replace("#", ENDLESS)
    found = validator(contract_of("paths: {}\ncomponents: {schemas: {E: " + schema + "}}\n"), "E").violations(
        {"a": "a" * 60 + "!", "b": "x"}
    )

    assert [violation.where for violation in found if not violation.is_undecided] == ["/b"]


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(?=(a+)+$)(a|aa)+$"])
def test_a_pattern_without_back_references_is_matched_in_linear_time(contract_of: ContractOf, pattern: str) -> None:
    text = "paths: {}\ncomponents: {schemas: {E: {type: string, pattern: '" + pattern + "'}}}\n"
    found = validator(contract_of(text), "E").violations("a" * 50_000 + "!")

    assert [violation.is_undecided for violation in found] == [False]
