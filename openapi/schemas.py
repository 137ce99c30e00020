"""Schema Objects (OpenAPI 3.0) compiled to validators.

OpenAPI 3.0 describes data in a dialect of its own: `nullable`, and `readOnly` or `writeOnly` properties that count in
one direction only. Each schema is translated to JSON Schema draft 4 once, with just the schemas it refers to, and
compiled by jsonschema-rs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import jsonschema_rs

from openapi.contract import Contract
from openapi.pointer import join_pointer

# Of a Schema Object, what holds another one, and in which shape (section "Schema Object").
_ONE = ("items", "not", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf")
# What JSON Schema does not know, or would read differently.
_ANNOTATIONS = ("nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example", "deprecated")


class Direction(Enum):
    """Which way the data goes; the value is the flag of properties that do not travel that way."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which data breaks its schema.

    `where` is a JSON pointer into the data, `rule` one into the contract. `reason` shows no value of the data.
    """

    where: str
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where or 'the body'}: {self.reason} ({self.rule})"


class SchemaValidator:
    """A compiled schema; `pointer` says where the schema stands in the contract."""

    def __init__(self, contract: Contract, schema: Mapping[str, Any], pointer: str, direction: Direction) -> None:
        translation = _Translation(contract, direction)
        root = translation.schema(schema)
        root["definitions"] = translation.definitions()
        self._pointers = {**translation.pointers, "": pointer}
        self._compiled = jsonschema_rs.Draft4Validator(root, validate_formats=True, mask="the value")
        self.is_valid = self._compiled.is_valid

    def violations(self, data: Any) -> list[Violation]:
        """Every way in which `data` breaks the schema; empty when it does not."""
        return [
            Violation(join_pointer(error.instance_path), self._rule(error.schema_path), error.message)
            for error in self._compiled.iter_errors(data)
        ]

    def _rule(self, path: list[str | int]) -> str:
        if path[:1] == ["definitions"]:
            return self._pointers[str(path[1])] + join_pointer(path[2:])
        return self._pointers[""] + join_pointer(path)


class _Translation:
    """One schema and what it refers to, on their way to JSON Schema."""

    def __init__(self, contract: Contract, direction: Direction) -> None:
        self._contract = contract
        self._direction = direction
        self._names: dict[str, str] = {}

    @property
    def pointers(self) -> dict[str, str]:
        """Definition name -> JSON pointer of the schema in the contract."""
        return {name: pointer for pointer, name in self._names.items()}

    def definitions(self) -> dict[str, Any]:
        """Every schema referred to so far, and what those refer to in turn."""
        done: dict[str, Any] = {}
        while len(done) < len(self._names):
            for pointer, name in list(self._names.items()):
                if name not in done:
                    done[name] = self.schema(self._contract.resolve({"$ref": f"#{pointer}"}))
        return done

    def schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON Schema of a Schema or Reference Object; siblings of a `$ref` are ignored, as 3.0 says."""
        if isinstance(reference := schema.get("$ref"), str):
            pointer = reference.removeprefix("#")
            name = self._names.setdefault(pointer, f"s{len(self._names)}")
            return {"$ref": f"#/definitions/{name}"}
        result = {
            key: self._keyword(key, value)
            for key, value in schema.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        if schema.get("nullable") is True and isinstance(kind := result.get("type"), str):
            # Null must stand in an `enum` too to be allowed (3.0.3, proposal "Clarify Nullable"), so that stays.
            result["type"] = [kind, "null"]
        self._drop_one_way_requirements(result, schema)
        return result

    def _keyword(self, key: str, value: Any) -> Any:
        if key == "properties":
            return {name: self.schema(inner) for name, inner in value.items()}
        if key in _ONE and isinstance(value, Mapping):
            return self.schema(value)
        if key in _SEVERAL:
            return [self.schema(inner) for inner in value]
        return value

    def _drop_one_way_requirements(self, result: dict[str, Any], schema: Mapping[str, Any]) -> None:
        """`required` takes effect for a readOnly property on the response only, for a writeOnly one on the request."""
        properties = schema.get("properties", {})
        required = [
            name
            for name in schema.get("required", ())
            if self._contract.resolve(properties.get(name, {})).get(self._direction.value) is not True
        ]
        result.pop("required", None)
        if required:
            result["required"] = required
