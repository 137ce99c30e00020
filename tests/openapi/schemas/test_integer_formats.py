"""The formats int32 and int64 are signed integers of 32 and 64 bits (OpenAPI 3.0.3, "Data Types")."""

from __future__ import annotations

import pytest
import yaml

from openapi.documents.document import Document
from openapi.schemas import Direction, Schema, SchemaValidator, SchemaViolation


def violations(schema: str, data: object) -> list[SchemaViolation]:
    view = Schema(Document("invented", b"", {}), yaml.safe_load(schema), "/elsewhere/schema")
    return SchemaValidator(view, Direction.RESPONSE).violations(data)


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("{type: integer, format: int32}", 2**31 - 1),
        ("{type: integer, format: int32}", -(2**31)),
        ("{type: integer, format: int64}", 2**63 - 1),
        ("{type: integer, format: int64}", -(2**63)),
        ("{type: integer}", 2**64),
        ("{type: integer, format: other}", 2**64),
        ("{type: string, format: int32}", "a"),
        ("{type: string, format: int64}", "99999999999999999999"),
    ],
)
def test_a_number_within_its_bits_is_valid(schema: str, data: object) -> None:
    assert violations(schema, data) == []


@pytest.mark.parametrize(
    ("format", "data", "bits"),
    [("int32", 2**31, 32), ("int32", -(2**31) - 1, 32), ("int64", 2**63, 64), ("int64", -(2**63) - 1, 64)],
)
def test_a_number_beyond_its_bits_breaks_the_format(format: str, data: int, bits: int) -> None:
    found = violations(f"{{properties: {{n: {{type: integer, format: {format}}}}}}}", {"n": data})

    reason = f"the value has more than {bits} bits"
    assert found == [SchemaViolation("/n", "/elsewhere/schema/properties/n/format", reason)]


@pytest.mark.parametrize("type", ["{type: number, format: int32}", "{format: int32}"])
def test_a_number_without_the_type_integer_is_within_the_bits_of_its_format_too(type: str) -> None:
    assert [each.reason for each in violations(type, 2.0**31)] == ["the value has more than 32 bits"]
    assert violations(type, 1.5) == []


def test_a_violation_names_a_narrower_bound_of_the_schema() -> None:
    found = violations("{type: integer, format: int32, maximum: 9}", 10)

    assert [(each.pointer, each.reason) for each in found] == [
        ("/elsewhere/schema/maximum", "the value is greater than the maximum of 9")
    ]


def test_an_exclusive_bound_of_the_schema_stays_exclusive() -> None:
    assert violations("{type: integer, format: int32, maximum: 9, exclusiveMaximum: true}", 9) != []


def test_an_exclusive_bound_at_the_limit_of_the_format_stays_exclusive() -> None:
    schema = "{type: integer, format: int32, minimum: -2147483648, exclusiveMinimum: true}"

    assert violations(schema, -(2**31)) != []
