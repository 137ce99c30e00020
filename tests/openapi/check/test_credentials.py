"""The credentials that an operation is called with."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.check.credentials import Credentials
from openapi.contract import parse_contract
from openapi.http.json import write_json

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "other": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def headers(security: list[dict[str, Any]], named: dict[str, str] | None = None) -> dict[str, str]:
    """The headers of a request with the token `good` to an operation with these requirements."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "components": {"securitySchemes": SCHEMES},
        "paths": {
            "/a": {"get": {"operationId": "a", "security": security, "responses": {"200": {"description": "A"}}}}
        },
    }
    tokens = {name: (lambda token=token: token) for name, token in (named or {}).items()}
    (operation,) = parse_contract(write_json(document), "a.json").operations
    return dict(Credentials(lambda: "good", named=tokens).carried(operation).headers)


@pytest.mark.parametrize(
    "security", [[{"key": []}, {"bearer": []}], [{"bearer": []}, {"key": []}], [{"key": [], "bearer": []}]]
)
def test_two_schemes_of_one_header_are_one_credential(security: list[dict[str, Any]]) -> None:
    assert headers(security) == {"Authorization": "Bearer good"}


def test_a_key_in_the_header_is_sent_as_it_is_without_another_scheme() -> None:
    assert headers([{"key": []}]) == {"Authorization": "good"}


def test_a_key_that_is_given_by_name_is_its_own() -> None:
    assert headers([{"key": []}, {"bearer": []}], {"key": "mine"}) == {"Authorization": "mine"}


def test_keys_of_other_headers_stay_apart() -> None:
    assert headers([{"other": [], "bearer": []}]) == {"X-Key": "good", "Authorization": "Bearer good"}
