"""Two documents of 1,200 operations are compared in seconds, and one cause is still one change."""

from __future__ import annotations

import time
from typing import Any

import pytest

from openapi.compatibility.comparison import compare
from openapi.contract import Contract
from tests.openapi.compatibility.contracts import answering, contract, document, taking

OPERATIONS = 1200
SCHEMAS = 600
SECONDS = 10


def large(longest: int) -> Contract:
    """A contract whose components all lead to ``Thing0``, of which a text has a maximum length."""
    schemas: dict[str, Any] = {"Thing0": {"type": "object", "properties": {"name": {"type": "string"}}}}
    schemas["Thing0"]["properties"]["name"]["maxLength"] = longest
    for number in range(1, SCHEMAS):
        properties = {f"p{index}": {"type": "string", "description": f"text {index}"} for index in range(20)}
        references = {f"r{one}": {"$ref": f"#/components/schemas/Thing{number // one}"} for one in (2, 3)}
        schemas[f"Thing{number}"] = {"type": "object", "properties": {**properties, **references}}
    paths = {}
    for number in range(OPERATIONS // 2):
        reference = {"$ref": f"#/components/schemas/Thing{number % SCHEMAS}"}
        paths[f"/things{number}"] = {"get": answering(reference), "post": taking(reference)}
    return contract(document(paths, components={"schemas": schemas}))


@pytest.mark.long
def test_large_contracts_are_compared_in_seconds() -> None:
    old, new = large(9), large(5)
    started = time.process_time()
    changes = compare(old, new).changes
    spent = time.process_time() - started

    assert [(change.rule.id, len(change.operations)) for change in changes] == [
        ("request-max-length-narrowed", OPERATIONS // 2),
        ("response-max-length-narrowed", OPERATIONS // 2),
    ]
    assert spent < SECONDS
