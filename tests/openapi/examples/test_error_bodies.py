"""Error bodies in the form of a contract, and status phrases in examples."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.contract import Contract
from openapi.examples.error_bodies import Envelopes
from openapi.examples.status_phrases import contradiction
from openapi.schemas import Schema

TEXT = {"type": "string"}
NOTHING_HERE = "There is nothing at this address."


def body_of(properties: dict[str, Any], status: int = 404, **rules: Any) -> Any:
    """The error body for an envelope with these properties, or None."""
    contract = Contract("invented", b"", {"openapi": "3.0.3", "paths": {}})
    schema = Schema(contract, {"type": "object", "properties": properties, **rules}, "")
    envelope = Envelopes(contract).fitting(schema, status)
    return None if envelope is None else envelope.body


@pytest.mark.parametrize(
    ("properties", "body"),
    [
        ({"message": TEXT}, {"message": NOTHING_HERE}),
        ({"code": {"type": "integer"}, "message": TEXT}, {"code": 404, "message": NOTHING_HERE}),
        ({"error": {"type": "boolean"}, "msg": TEXT}, {"error": True, "msg": NOTHING_HERE}),
        ({"status": {"type": "string", "enum": ["ok", "error"]}, "message": TEXT},
         {"status": "error", "message": NOTHING_HERE}),
        ({"errors": {"type": "array", "items": TEXT}}, {"errors": [NOTHING_HERE]}),
        ({"errors": {"type": "array", "items": {"type": "object", "properties": {"code": TEXT, "detail": TEXT}}}},
         {"errors": [{"code": "NOT_FOUND", "detail": NOTHING_HERE}]}),
        ({"error": {"type": "object", "properties": {"message": TEXT}}}, {"error": {"message": NOTHING_HERE}}),
        ({"message": TEXT, "details": {"type": "array", "items": TEXT}}, {"message": NOTHING_HERE}),
    ],
)  # fmt: skip
def test_each_property_describes_its_part_of_the_error(properties: dict[str, Any], body: dict[str, Any]) -> None:
    assert body_of(properties) == body


def test_other_required_properties_are_generated() -> None:
    body = body_of({"message": TEXT, "traceId": TEXT, "host": TEXT}, required=["traceId"])

    assert body["message"] == NOTHING_HERE
    assert body["traceId"]


@pytest.mark.parametrize(("status", "title"), [(599, "Error"), (418, "I'm a Teapot")])
def test_status_without_a_sentence_has_that_of_its_class(status: int, title: str) -> None:
    body = body_of({"title": TEXT, "code": TEXT, "detail": TEXT}, status)

    assert body["title"] == title
    assert body["detail"] == ("Something went wrong on the server." if status > 499 else "The request is not valid.")


def test_envelope_that_cannot_be_satisfied_has_no_body() -> None:
    impossible = {"type": "integer", "minimum": 2, "maximum": 1}

    assert body_of({"message": TEXT, "a": impossible}, required=["a"]) is None


def test_body_of_a_recursive_envelope_is_finite() -> None:
    error: dict[str, Any] = {
        "type": "object",
        "properties": {"error": {"$ref": "#/components/schemas/E"}, "code": TEXT},
    }
    contract = Contract("invented", b"", {"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"E": error}}})

    envelope = Envelopes(contract).fitting(Schema(contract, {"$ref": "#/components/schemas/E"}, ""), 404)

    assert envelope is not None
    assert envelope.body["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("status", "example", "says"),
    [
        (401, {"success": True}, "says that it is a success"),
        (401, {"status": 404}, "names the status 404"),
        (500, {"error": {"statusCode": 404}}, "names the status 404"),
        (500, {"errors": [{"message": "No such call"}]}, "says 'No such call', which belongs to 404 or 410"),
        (404, {"error": {"message": "Rate limit exceeded"}}, "says 'Rate limit exceeded', which belongs to 429"),
        (429, "Forbidden", "says 'Forbidden', which belongs to 403"),
        (401, {"error": "Internal server error"}, "says 'Internal server error', which belongs to 500"),
    ],
)
def test_phrase_of_another_status_is_a_contradiction(status: int, example: Any, says: str) -> None:
    assert contradiction(status, example) == says


@pytest.mark.parametrize(
    ("status", "example"),
    [
        (404, {"status": 404, "success": False, "message": "Not found"}),
        (401, {"message": "Not found, or the token has expired: invalid token"}),
        (500, {"data": "the file was not found"}),
        (500, {"error": {"a": {"b": "not found"}}}),
        (404, {"code": True}),
        (404, None),
    ],
)
def test_ambiguous_example_is_not_a_contradiction(status: int, example: Any) -> None:
    assert contradiction(status, example) is None
