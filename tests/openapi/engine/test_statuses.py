"""The statuses that the server answers by itself, and that an operation does not declare."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.contract import load_contract, parse_contract
from openapi.engine.statuses import undeclared_statuses, undeclared_warnings

BODY: dict[str, Any] = {"requestBody": {"content": {"application/json": {}}}}
PARAMETER: dict[str, Any] = {"parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}]}
SECURED: dict[str, Any] = {"security": [{"bearer": []}]}


def contract_of(*statuses: str, **definition: Any) -> Any:
    responses = {status: {"description": ""} for status in ("200", *statuses)}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "post_x", "responses": responses, **definition}}},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }
    return parse_contract(json.dumps(document).encode(), "test.json")


@pytest.mark.parametrize(
    ("statuses", "definition", "expected"),
    [
        ((), {}, []),
        ((), BODY, [400, 413, 415]),
        ((), BODY | SECURED, [400, 401, 413, 415]),
        ((), PARAMETER, [400]),
        ((), SECURED, [401]),
        (("400", "401", "413", "415"), BODY | SECURED, []),
        (("400", "413"), BODY, [415]),
        (("4XX",), BODY | SECURED, []),
        (("default",), BODY | SECURED, []),
        (("5XX",), PARAMETER, [400]),
    ],
)
def test_statuses_that_are_not_declared(statuses: tuple[str, ...], definition: Any, expected: list[int]) -> None:
    (operation,) = contract_of(*statuses, **definition).operations

    assert undeclared_statuses(operation) == expected


def test_the_warning_names_the_operation_and_what_to_do() -> None:
    assert undeclared_warnings(contract_of(**BODY).operations) == [
        "post_x (POST /x) does not declare 400, 413 and 415, which the server answers; add them to the contract"
    ]
    assert undeclared_warnings(contract_of(**PARAMETER).operations) == [
        "post_x (POST /x) does not declare 400, which the server answers; add it to the contract"
    ]


def test_our_contract_declares_them_all() -> None:
    assert undeclared_warnings(load_contract().operations) == []
