"""A check of a contract with 1,223 operations, of which 816 read, is quick, small and short."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.memory import measured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Running

pytestmark = pytest.mark.long

OPERATIONS = 1223
# Seconds and MiB. An idle machine with two cores takes half a minute, a machine that runs other tests more.
LONGEST = 240
LARGEST = 300
# Lines of the summary: two screens.
LINES = 100


def document() -> dict[str, Any]:
    """A contract of collections and their items, with shared schemas and responses."""
    thing = {"$ref": "#/components/schemas/Thing"}
    refusal = {"$ref": "#/components/responses/Problem"}
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    query = {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 50}}

    def answer(schema: dict[str, Any]) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return {"200": {"description": "d", "content": content}, "400": refusal, "404": refusal}

    paths: dict[str, Any] = {}
    for number in range((OPERATIONS + 2) // 3):
        body = {"required": True, "content": {"application/json": {"schema": thing}}}
        several = {"type": "array", "items": thing}
        paths[f"/things{number}"] = {
            "get": {"parameters": [limit, query], "responses": answer(several)},
            "post": {"requestBody": body, "responses": answer(thing)},
        }
        paths[f"/things{number}/{{id}}"] = {"get": {"parameters": [identifier], "responses": answer(thing)}}
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "tags": {"type": "array", "items": {}}},
    }
    problem = {"type": "object", "properties": {"message": {"type": "string"}}}
    responses = {"Problem": {"description": "d", "content": {"application/json": {"schema": problem}}}}
    components = {"schemas": {"Thing": schema}, "responses": responses}
    info = {"title": "Large", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": components}


def test_a_large_contract_is_checked_in_little_time_and_memory(running_server: Running, tmp_path: Path) -> None:
    contract = tmp_path / "large.json"
    contract.write_text(json.dumps(document()))
    with running_server(str(contract), "--quiet", command=("tether-relay", "mock")) as mock:
        begun = time.monotonic()
        check = measured("check", str(mock.client.base_url), "--contract", str(contract), "--workers", "2")
        seconds = time.monotonic() - begun

    assert (check.status, seconds < LONGEST) == (0, True)
    assert check.peak < LARGEST
    assert len(check.stdout.splitlines()) <= LINES
