"""A schema whose ways multiply is refused, or not checked, within seconds."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from openapi.contract import load_contract
from openapi.schemas import Direction, SchemaValidator

LEVELS = 40


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _twice(keyword: str) -> dict[str, Any]:
    steps = {f"S{at}": {keyword: [_ref(f"S{at + 1}")] * 2} for at in range(LEVELS)}
    return {**steps, f"S{LEVELS}": {"type": "object", "required": ["x"]}}


def _discriminators() -> dict[str, Any]:
    names = [f"S{at}" for at in range(24)]
    return {
        name: {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind"},
            "oneOf": [_ref(other) for other in names if other != name],
        }
        for name in names
    }


def _dynamic_scopes() -> dict[str, Any]:
    found: dict[str, Any] = {f"S{LEVELS}": {"properties": {"x": {"$dynamicRef": "urn:r0#a0"}}}}
    for at in range(LEVELS):
        inner = {"properties": {"x": _ref(f"S{at + 1}")}}
        found[f"R{at}"] = {"$id": f"urn:r{at}", "$dynamicAnchor": f"a{at}", **inner}
        found[f"S{at}"] = {"anyOf": [{"$ref": f"urn:r{at}"}, inner]}
    return found


def _one_way_parts() -> dict[str, Any]:
    steps = {f"S{at}": {"required": ["id"], "allOf": [_ref(f"S{at + 1}")] * 2} for at in range(1, LEVELS)}
    first = {"allOf": [{"properties": {"id": {"readOnly": True}}}, _ref("S1")]}
    return {"S0": first, **steps, f"S{LEVELS}": {"required": ["id"]}}


SCHEMAS = {
    "allOf": _twice("allOf"),
    "anyOf": _twice("anyOf"),
    "oneOf": _twice("oneOf"),
    "discriminators": _discriminators(),
    "dynamic scopes": _dynamic_scopes(),
    "required properties of one direction": _one_way_parts(),
}


def _contract(folder: Path, schemas: dict[str, Any], version: str = "3.1.0") -> Path:
    path = folder / "contract.json"
    info = {"title": "T", "version": "1"}
    path.write_text(json.dumps({"openapi": version, "info": info, "paths": {}, "components": {"schemas": schemas}}))
    return path


@pytest.mark.long
@pytest.mark.parametrize("kind", SCHEMAS)
def test_too_complex_schema_is_not_checked(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    schema = load_contract(_contract(tmp_path, SCHEMAS[kind]), lenient=True).schemas["S0"]

    with caplog.at_level(logging.WARNING):
        is_valid = SchemaValidator(schema, Direction.REQUEST).is_valid({})

    assert is_valid
    assert re.search("S0: the schema is too complex and is not checked: it .* more than [0-9]+", caplog.text)


def test_large_union_that_each_alternative_refers_back_to_is_checked(tmp_path: Path) -> None:
    names = [f"S{at}" for at in range(1, 300)]
    schemas = {name: {"required": [name], "allOf": [_ref("Base")]} for name in names}
    base = {"Base": {"type": "object"}, "S0": {"oneOf": [_ref(name) for name in names]}}
    schema = load_contract(_contract(tmp_path, {**schemas, **base}), lenient=True).schemas["S0"]
    validator = SchemaValidator(schema, Direction.RESPONSE)

    assert validator.is_valid({"S7": 1})
    assert not validator.is_valid({"S7": 1, "S8": 1})


@pytest.mark.parametrize("place", ["$self", "$id"])
def test_identifier_that_is_no_uri_is_no_crash(place: str, tmp_path: Path) -> None:
    path = _contract(
        tmp_path, {"S0": {"type": "object", **({place: "http://[bad"} if place == "$id" else {})}}, "3.2.0"
    )
    if place == "$self":
        path.write_text(json.dumps({**json.loads(path.read_text()), place: "http://[bad"}))

    assert load_contract(path, lenient=True).schemas["S0"].types == ("object",)
