"""Values in answers that formats and discriminators forbid, on real servers."""

from __future__ import annotations

from typing import Any, Final

import pytest

from openapi.check import Verdict
from openapi.contract import Contract
from openapi.findings.findings import Outcome
from openapi.http.messages import Request
from openapi.validation import ContractValidator
from tests.openapi.check.family.honest import JSON, Reply
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

KIND: Final = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}


def extended(name: str) -> dict[str, Any]:
    own = {"type": "object", "required": [name], "properties": {name: {"type": "integer"}}}
    return {"allOf": [{"$ref": "#/components/schemas/Animal"}, own]}


ANIMALS: Final = {
    "schemas": {
        "Animal": {**KIND, "discriminator": {"propertyName": "kind", "mapping": {"fish": "#/components/schemas/Fish"}}},
        "Fish": extended("fins"),
        "Bird": extended("wings"),
    }
}


def verdict_on(schema: dict[str, Any], body: bytes, components: dict[str, Any] | None = None) -> Verdict:
    """The verdict on a server that answers with this body, by this schema."""
    contract = contract_of({"/x": {"get": {"responses": responses(schema)}}}, components)
    return checked(contract, Small({"GET /x": Reply(200, body, {"Content-Type": JSON})}))


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ({"type": "integer", "format": "int32"}, b"-2147483648"),
        ({"type": "integer", "format": "int64"}, b"9223372036854775807"),
        ({"type": "integer"}, b"9223372036854775808"),
        ({"type": "number"}, b"1e308"),
        ({"type": "string", "format": "byte"}, b'"YWJj"'),
        ({"$ref": "#/components/schemas/Animal"}, b'{"kind": "fish", "fins": 2}'),
        ({"$ref": "#/components/schemas/Animal"}, b'{"kind": "unheard of"}'),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Animal"}}, b'[{"kind": "Bird", "wings": 2}]'),
    ],
)
def test_right_value_has_no_findings(schema: dict[str, Any], body: bytes) -> None:
    verdict = verdict_on(schema, body, ANIMALS)

    assert (found(verdict), verdict.exit_code) == ([], 0)


@pytest.mark.parametrize(
    ("schema", "body", "reason"),
    [
        ({"type": "integer", "format": "int32"}, b"2147483648", "the value has more than 32 bits"),
        ({"type": "integer", "format": "int64"}, b"9223372036854775808", "the value has more than 64 bits"),
        ({"type": "number", "format": "int32"}, b"1e10", "the value has more than 32 bits"),
        ({"type": "string", "format": "byte"}, b'"<no base64>"', "the value is not base64"),
        (
            {"$ref": "#/components/schemas/Animal"},
            b'{"kind": "fish", "wings": 2}',
            "the discriminator kind selects Fish",
        ),
        ({"$ref": "#/components/schemas/Bird"}, b'{"kind": "fish", "wings": 2}', "the discriminator kind selects Fish"),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Animal"}},
            b'[{"kind": "Bird"}]',
            "the discriminator kind selects Bird",
        ),
    ],
)
def test_wrong_value_is_one_finding(schema: dict[str, Any], body: bytes, reason: str) -> None:
    ((rule, certainty, message),) = found(verdict_on(schema, body, ANIMALS))

    assert (rule, certainty) == ("body-schema", "certain")
    assert reason in message


def test_number_that_no_float_has_is_probable_and_said_truly() -> None:
    assert found(verdict_on({"type": "number"}, b"1e400")) == [
        (
            "body-malformed",
            "probable",
            "the answer with 200: the body cannot be read as JSON: "
            "a number is beyond the range of a double-precision float",
        )
    ]


ID: Final = {"name": "id", "in": "query", "schema": {"type": "integer", "format": "int64"}}
SIZE: Final = {"name": "size", "in": "query", "schema": {"type": "number"}}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contract_of({"/x": {"get": {"parameters": [ID, SIZE], "responses": responses()}}})


@pytest.mark.parametrize(
    ("query", "reason", "is_probable"),
    [
        ("id=9223372036854775808", "the value has more than 64 bits", False),
        ("size=1e400", "the number is beyond the range of a double-precision float", True),
        ("size=-1e400", "the number is beyond the range of a double-precision float", True),
        ("size=large", 'the value is not of type "number"', False),
    ],
)
def test_number_out_of_range_in_a_request_is_said_truly(
    contract: Contract, query: str, reason: str, is_probable: bool
) -> None:
    (violation,) = ContractValidator(contract).request(Request("GET", f"/x?{query}"))

    assert (violation.reason.removeprefix(": "), violation.is_probable) == (reason, is_probable)


@pytest.mark.long
def test_server_that_takes_any_integer_has_no_finding() -> None:
    def answer(request: Request) -> Reply:
        valid = all(part.partition("=")[2].lstrip("-").isdigit() for part in request.query.split("&") if part)
        return reply() if valid else reply({}, 400)

    contract = contract_of({"/x": {"get": {"parameters": [ID], "responses": responses()}}})
    verdict = checked(contract, Small({"GET /x": answer}), generate=True)

    assert found(verdict) == []


def test_value_that_no_pattern_could_judge_is_not_judged_and_no_violation() -> None:
    verdict = verdict_on({"type": "string", "pattern": r"^(a|aa)+\1?$"}, b'"' + b"a" * 60 + b'!"')

    assert found(verdict) == []
    assert any("limit of steps" in left.reason for left in verdict.left_out)
    assert [case.outcome for case in verdict.cases if case.rule.id == "body-schema"] == [Outcome.NOT_SEEN]
