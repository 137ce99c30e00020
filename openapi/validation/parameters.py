"""Reads one parameter of an operation from a request, or one header of a response, and validates it with its schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from openapi.contract import DeclaredHeader, Operation, Parameter
from openapi.http.json import write_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.coercion import Coercion, is_out_of_range
from openapi.parameters.deserializing import SpreadDeserializer, content_of, deserializer_of, header_meanings
from openapi.parameters.request_parts import RequestParts
from openapi.parameters.serializing import text_of
from openapi.schemas import Direction, Schema, SchemaValidator, SchemaViolation
from openapi.validation.violations import MISSING, Violation, reasons_of

_NOT_IN_STYLE = "the value does not follow the declared style"
_OUT_OF_RANGE = "the number is beyond the range of a double-precision float"


class TypedSchema:
    """A schema for values that are sent as text: the text is coerced to the types of the schema, then validated."""

    def __init__(self, schema: Schema, direction: Direction, *, typed: bool) -> None:
        self._validator = SchemaValidator(schema, direction)
        self._coercion = Coercion(schema)
        self._typed = typed
        self._untyped = [value for part in schema.parts if not part.types for value in part.enum or ()]
        self._is_object = schema.named_types - {"null"} == {"object"}

    def read(self, meanings: list[Any]) -> tuple[Any, list[SchemaViolation]]:
        """The first of `meanings` that satisfies the schema, and []; else MISSING and the violations of the first."""
        violations: list[SchemaViolation] = []
        for value in self._candidates(meanings):
            if self._validator.is_valid(value):
                return value, []
            violations = violations or self._validator.violations(value)
        return MISSING, violations

    def allows(self, value: Any) -> bool:
        """Whether data satisfies the schema."""
        return self._validator.is_valid(value)

    def _candidates(self, meanings: list[Any]) -> Iterator[Any]:
        for meaning in meanings:
            if self._typed:
                yield meaning
                continue
            coerced = self._coercion(meaning)
            if self._is_object and isinstance(meaning, str):
                # A text is not an object, even if it contains a JSON object.
                yield None if coerced is None else meaning
                continue
            yield coerced
            if isinstance(meaning, str):
                if coerced is not meaning:
                    yield meaning
                yield from (value for value in self._untyped if meaning in _written(value))


def _written(value: Any) -> tuple[str, str]:
    """How a value of an `enum` can be written, if the schema does not say its type: as text, or as JSON."""
    return text_of(value), write_json(value).decode()


class ParameterReader:
    """Reads one parameter of an operation."""

    def __init__(self, operation: Operation, parameter: Parameter) -> None:
        self.parameter = parameter
        self._deserializer = deserializer_of(operation, parameter)
        self._schema = TypedSchema(parameter.schema, Direction.REQUEST, typed=self._deserializer.typed)
        self._is_spread = isinstance(self._deserializer, SpreadDeserializer)
        self._where = f"{parameter.location} {parameter.name}"

    def read(self, parts: RequestParts) -> tuple[Any, list[Violation]]:
        """The value in a request, or the default if it is absent, or MISSING; and the violations."""
        try:
            meanings = self._deserializer.read(parts)
        except ValueError as error:
            return MISSING, [self._wrong(str(error))]
        if meanings is None:
            return self._absent()
        value, violations = self._schema.read(meanings)
        if value is not MISSING:
            return value, []
        if self.parameter.allows_empty and parts.texts("query", self.parameter.name)[-1:] == [""]:
            return None, []
        if not violations:
            return MISSING, [self._wrong(_NOT_IN_STYLE)]
        if "number" in self.parameter.schema.named_types and any(map(_is_out_of_range, meanings)):
            # Other readers may be able to read it.
            return MISSING, [replace(self._wrong(_OUT_OF_RANGE), is_probable=True)]
        return MISSING, [
            Violation("parameter-schema", found.pointer, reasons_of([found]), self._where, False, found.is_undecided)
            for found in violations
        ]

    def _absent(self) -> tuple[Any, list[Violation]]:
        parameter = self.parameter
        if not parameter.required:
            return (parameter.default if parameter.has_default else MISSING), []
        if self._is_spread and self._schema.allows({}):
            return {}, []
        reason = f"the {parameter.location} parameter {parameter.name} is missing"
        return MISSING, [Violation("parameter-missing", parameter.pointer, reason, self._where)]

    def _wrong(self, reason: str) -> Violation:
        return Violation("parameter-schema", self.parameter.pointer, reason, self._where)


class HeaderReader:
    """Reads one header of a response."""

    def __init__(self, header: DeclaredHeader) -> None:
        self._header = header
        self._is_typed = header.media_type is not None and is_json(parse_media_type(header.media_type).name)
        self._schema = TypedSchema(header.schema, Direction.RESPONSE, typed=self._is_typed)

    def violations(self, value: str) -> list[Violation]:
        """The violations of the value of a header."""
        header = self._header
        try:
            meanings = (
                header_meanings(header, value)
                if header.media_type is None
                else [content_of(value.strip(), typed=self._is_typed)]
            )
        except ValueError as error:
            return [Violation("header-schema", header.pointer, str(error), header.name)]
        read, violations = self._schema.read(meanings)
        if read is not MISSING:
            return []
        if not violations:
            return [Violation("header-schema", header.pointer, _NOT_IN_STYLE, header.name)]
        return [
            Violation("header-schema", found.pointer, found.reason, header.name, False, found.is_undecided)
            for found in violations
        ]


def _is_out_of_range(meaning: Any) -> bool:
    return isinstance(meaning, str) and is_out_of_range(meaning)
