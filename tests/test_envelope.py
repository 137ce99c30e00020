"""Every error of the server matches the envelope of the published contract, and of the strict overlay."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from connexion.exceptions import BadRequestProblem, UnsupportedMediaTypeProblem
from starlette.exceptions import HTTPException

from handlers.errors import ERRORS, HTTP_ERRORS, INTERNAL, Failure, failure_of
from openapi.contract import STRICT, Contract, load_contract
from openapi.schemas import Direction, Schema, SchemaValidator

FAILURES = [*ERRORS.values(), *HTTP_ERRORS.values(), INTERNAL]


@pytest.fixture(scope="module", params=["published", "strict"])
def envelope(request: pytest.FixtureRequest) -> SchemaValidator:
    published = load_contract()
    contract: Contract = published.with_overlay(STRICT) if request.param == "strict" else published
    pointer = "/components/schemas/CallsErrorResponse"
    return SchemaValidator(Schema(contract, contract.resolve({"$ref": f"#{pointer}"}), pointer), Direction.RESPONSE)


def violations(envelope: SchemaValidator, failure: Failure) -> list[str]:
    """The violations of the body as it is sent."""
    return [str(violation) for violation in envelope.violations(orjson.loads(orjson.dumps(failure.body)))]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.code)
def test_every_failure_in_the_table_matches_the_envelope(envelope: SchemaValidator, failure: Failure) -> None:
    assert violations(envelope, failure) == []


@pytest.mark.parametrize(
    "status", [100, 204, 301, 400, 401, 403, 404, 405, 406, 413, 415, 418, 422, 500, 501, 503, 599]
)
@pytest.mark.parametrize("detail", [None, "", "what is wrong"])
def test_every_http_error_matches_the_envelope(envelope: SchemaValidator, status: int, detail: str | None) -> None:
    failure = failure_of(HTTPException(status, detail))

    assert violations(envelope, failure) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequestProblem("wrong"), 400),
        (UnsupportedMediaTypeProblem("wrong"), 415),
        (ZeroDivisionError("s3cr3t"), 500),
        (RecursionError(), 500),
    ],
)
def test_every_other_error_matches_the_envelope(envelope: SchemaValidator, error: Exception, status: int) -> None:
    failure = failure_of(error)

    assert (failure.status, violations(envelope, failure)) == (status, [])


def test_codes_are_unique() -> None:
    codes = [failure.code for failure in FAILURES]

    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"success": True, "error": "a", "code": "A"},
        {"success": False, "error": "a"},
        {"success": False, "error": "a", "code": "lower"},
    ],
)
def test_the_overlay_refuses_another_envelope(body: dict[str, Any]) -> None:
    contract = load_contract().with_overlay(STRICT)
    schema = contract.resolve({"$ref": "#/components/schemas/CallsErrorResponse"})

    assert not SchemaValidator(Schema(contract, schema, ""), Direction.RESPONSE).is_valid(body)
