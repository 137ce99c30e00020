"""Schema Objects (OpenAPI 3.0) compiled to validators.

OpenAPI 3.0 describes data in a dialect of its own: `nullable`, and `readOnly` or `writeOnly` properties that count in
one direction only. Each schema is translated to JSON Schema draft 4 once, and compiled by jsonschema-rs with just the
schemas it refers to.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

import jsonschema_rs

from openapi.contract.contract import Contract
from openapi.contract.pointer import join_pointer

logger = logging.getLogger(__name__)

# Of a Schema Object, what holds another one, and in which shape (section "Schema Object").
_ONE = ("items", "not", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf")
# What JSON Schema does not know, or would read differently.
_ANNOTATIONS = ("nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example", "deprecated")

# Beyond those that draft 4 has and that jsonschema-rs checks (RFC 9562 section 4).
_UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# Alternatives that a reason names.
_MOST_NAMED = 12
_FORMATS: dict[str, Callable[[str], bool]] = {"uuid": lambda text: _UUID.fullmatch(text) is not None}


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
    """A schema, and whether data keeps it; `pointer` says where the schema stands in the contract.

    It is compiled at once, or at its first use where the contract is lenient: that of a large API has thousands of
    schemas, of which a mock or a check needs a few at a time. ValueError names what cannot be compiled.
    """

    def __init__(self, contract: Contract, schema: Mapping[str, Any], pointer: str, direction: Direction) -> None:
        self._contract = contract
        self._schema = schema
        self._pointer = pointer
        self._direction = direction
        if not contract.lenient:
            _ = self.is_valid

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Whether data keeps the schema."""
        return self._compiled.validator.is_valid

    def violations(self, data: Any) -> list[Violation]:
        """Every way in which `data` breaks the schema; empty when it does not."""
        return [
            Violation(join_pointer(error.instance_path), self._rule(error.schema_path), _reason(error))
            for error in self._compiled.validator.iter_errors(data)
        ]

    @cached_property
    def _compiled(self) -> _Compiled:
        return _compile(self._contract, self._schema, self._pointer, self._direction)

    def _rule(self, path: list[str | int]) -> str:
        if path[:1] == ["definitions"]:
            return self._compiled.pointers[str(path[1])] + join_pointer(path[2:])
        return self._pointer + join_pointer(path)


def _reason(error: jsonschema_rs.ValidationError) -> str:
    """The message of a breach, with what would have been right where that is one of several."""
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Enum) and len(kind.options) <= _MOST_NAMED:
        named = [json.dumps(option, ensure_ascii=False) for option in kind.options]
        return f"the value is not {_one_of(named)}"
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.OneOfNotValid | jsonschema_rs.ValidationErrorKind.AnyOf):
        base = len(error.instance_path)
        branches = [_within(errors[0], base) for errors in kind.context[:_MOST_NAMED] if errors]
        return f"the value fits none of the alternatives ({'; '.join(dict.fromkeys(branches))})"
    return error.message


def _within(error: jsonschema_rs.ValidationError, base: int) -> str:
    where = join_pointer(error.instance_path[base:])
    return f"{where}: {_reason(error)}" if where else _reason(error)


def _one_of(named: list[str]) -> str:
    if len(named) == 1:
        return named[0]
    return f"one of {', '.join(named[:-1])} or {named[-1]}"


class _Compiled(NamedTuple):
    validator: jsonschema_rs.Draft4Validator
    pointers: Mapping[str, str]
    """Definition name -> JSON pointer of the schema in the contract."""


def _compile(contract: Contract, schema: Mapping[str, Any], pointer: str, direction: Direction) -> _Compiled:
    """Operations share many a schema by reference, such as that of their errors: those are compiled once."""
    reference = schema.get("$ref")
    key = (_Compiled, reference, direction)
    if isinstance(reference, str) and key in contract.shared:
        found: _Compiled = contract.shared[key]
        return found
    translation = contract.shared.setdefault((_Translation, direction), _Translation(contract, direction))
    validator = _validator(translation.root(schema), contract, pointer)
    compiled = _Compiled(validator, translation.pointers)
    if isinstance(reference, str):
        contract.shared[key] = compiled
    return compiled


def _validator(root: dict[str, Any], contract: Contract, pointer: str) -> jsonschema_rs.Draft4Validator:
    try:
        return jsonschema_rs.Draft4Validator(root, validate_formats=True, formats=_FORMATS, mask="the value")
    except ValueError as error:
        reason = " ".join(error.message.split()) if isinstance(error, jsonschema_rs.ValidationError) else str(error)
    usable, patterns = _without_odd_patterns(root)
    if not patterns:
        raise ValueError(f"the schema at {pointer} cannot be compiled: {reason}")
    text = ", ".join(sorted(repr(pattern) for pattern in patterns))
    if not contract.lenient:
        raise ValueError(f"the schema at {pointer} has a pattern that cannot be compiled: {text}")
    logger.warning("%s#%s: a pattern cannot be compiled and is not checked: %s", contract.source, pointer, text)
    return _validator(usable, contract, pointer)


def _without_odd_patterns(schema: Any) -> tuple[Any, set[str]]:
    """A copy of a translated schema without the patterns that the regular expressions here do not know, and those:
    ECMA 262 (section "Schema Object") has odd forms that only browsers know."""
    odd: set[str] = set()

    def copied(value: Any, named: bool) -> Any:
        if isinstance(value, list):
            return [copied(item, False) for item in value]
        if not isinstance(value, dict):
            return value
        result = {}
        for key, child in value.items():
            if key == "pattern" and not named and isinstance(child, str) and not _is_regex(child):
                odd.add(child)
                continue
            data = not named and key in ("default", "enum")
            result[key] = child if data else copied(child, not named and key in ("properties", "definitions"))
        return result

    return copied(schema, False), odd


def _is_regex(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft4Validator({"pattern": pattern})
    except ValueError:
        return False
    return True


class _Translation:
    """The schemas of a contract on their way to JSON Schema, each translated once; `pointers` leads from the name of a
    definition to the schema in the contract."""

    def __init__(self, contract: Contract, direction: Direction) -> None:
        self.pointers: dict[str, str] = {}
        self._contract = contract
        self._direction = direction
        self._names: dict[str, str] = {}
        # Name -> the translated schema, and the names of those that it refers to.
        self._definitions: dict[str, tuple[dict[str, Any], set[str]]] = {}

    def root(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON Schema of a Schema Object, with just what it refers to, and what that refers to in turn."""
        needed: set[str] = set()
        root = self._schema(schema, needed)
        definitions: dict[str, Any] = {}
        while missing := sorted(needed - definitions.keys()):
            for name in missing:
                definitions[name], more = self._definition(name)
                needed |= more
        root["definitions"] = definitions
        return root

    def _definition(self, name: str) -> tuple[dict[str, Any], set[str]]:
        if name not in self._definitions:
            needed: set[str] = set()
            schema = self._contract.resolve({"$ref": f"#{self.pointers[name]}"})
            self._definitions[name] = self._schema(schema, needed), needed
        return self._definitions[name]

    def _name(self, pointer: str) -> str:
        name = self._names.setdefault(pointer, f"s{len(self._names)}")
        self.pointers[name] = pointer
        return name

    def _schema(self, schema: Mapping[str, Any], needed: set[str]) -> dict[str, Any]:
        """The JSON Schema of a Schema or Reference Object; siblings of a `$ref` are ignored, as 3.0 says."""
        if isinstance(reference := schema.get("$ref"), str):
            name = self._name(reference.removeprefix("#"))
            needed.add(name)
            return {"$ref": f"#/definitions/{name}"}
        result = {
            key: self._keyword(key, value, needed)
            for key, value in schema.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        if schema.get("nullable") is True and isinstance(kind := result.get("type"), str):
            # Null must stand in an `enum` too to be allowed (3.0.3, proposal "Clarify Nullable"), so that stays.
            result["type"] = [kind, "null"]
        self._drop_one_way_requirements(result, schema)
        return result

    def _keyword(self, key: str, value: Any, needed: set[str]) -> Any:
        if key == "properties":
            return {name: self._schema(inner, needed) for name, inner in value.items()}
        if key in _ONE and isinstance(value, Mapping):
            return self._schema(value, needed)
        if key in _SEVERAL:
            return [self._schema(inner, needed) for inner in value]
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
