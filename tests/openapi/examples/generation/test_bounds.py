"""Schemas whose data would fill the memory, or would take forever to generate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.contract import parse_contract
from openapi.examples.generation import GenerationError, Generator
from openapi.schemas import Direction


def _made(schema: dict[str, Any], **others: dict[str, Any]) -> Any:
    info = {"title": "t", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": {"Made": schema, **others}}}
    contract = parse_contract(json.dumps(document).encode(), "c.json", lenient=True)
    return Generator(contract).value(contract.schemas["Made"], direction=Direction.RESPONSE)


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1000, "items": items}


@pytest.mark.long
@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (_list(_list(_list({"type": "integer"}))), "more than 200000 values"),
        ({"type": "array", "contains": {"type": "integer"}, "minContains": 10**9}, "minItems 1000000000 is more"),
    ],
)
def test_data_that_is_too_large_is_refused(schema: dict[str, Any], reason: str) -> None:
    with pytest.raises(GenerationError, match=reason):
        _made(schema)


@pytest.mark.long
def test_alternatives_that_combine_without_end_have_data() -> None:
    names = [[f"p{part}_{choice}" for choice in range(8)] for part in range(30)]
    parts = [{"anyOf": [{"required": [name], "properties": {name: {"const": 1}}} for name in part]} for part in names]

    assert len(_made({"allOf": parts})) >= 30


# Patterns that no engine compiles: they are named in a warning, and are not followed.
PATTERNS = ["(" * 5000 + ")" * 5000, "^((a{9000}){9000}){9000}$", "^(a{50000}|b{50000}){100}$"]


@pytest.mark.long
@pytest.mark.parametrize("pattern", PATTERNS, ids=["nested", "multiplied", "long"])
def test_text_of_a_pattern_that_no_engine_compiles_is_any_text(pattern: str) -> None:
    assert _made({"type": "string", "minLength": 1, "pattern": pattern})


@pytest.mark.long
def test_map_whose_names_have_such_a_pattern_has_any_names() -> None:
    assert len(_made({"type": "object", "minProperties": 3, "propertyNames": {"pattern": PATTERNS[2]}})) >= 3
