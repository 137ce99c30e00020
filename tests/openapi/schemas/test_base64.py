"""The format byte is base64 (OpenAPI 3.0.3, "Data Types")."""

from __future__ import annotations

import pytest

from openapi.documents.document import Document
from openapi.schemas import Direction, Schema, SchemaValidator


def reasons(data: object) -> list[str]:
    schema = Schema(Document("invented", b"", {}), {"type": "string", "format": "byte"}, "/here")
    return [each.reason for each in SchemaValidator(schema, Direction.RESPONSE).violations(data)]


@pytest.mark.parametrize(
    "text", ["", "YQ==", "YQ", "YWI=", "YWI", "YWJj", "+/+/", "-_-_", "YWJj\nYWJj\n", "YWJj\r\nYQ=="]
)
def test_base64_of_each_usual_form_is_valid(text: str) -> None:
    assert reasons(text) == []


@pytest.mark.parametrize(
    "text", ["not base64!", "Y", "YWJjZ", "YQ=", "YWJj=", "=", "YW Jj", "YWJj YWJj", "é", "YQ==YQ=="]
)
def test_text_that_is_not_base64_breaks_the_format(text: str) -> None:
    assert reasons(text) == ["the value is not base64"]
