"""One parameter of an operation: read from a request, and held to its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connexion.decorators.parameter import pythonic
from connexion.exceptions import BadRequestProblem

from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.parameters.coercion import coerce
from openapi.parameters.deserializing import ContentReader, DeepReader, Reader, SpreadReader, TextReader, style_of
from openapi.parameters.nesting import Misfit
from openapi.parameters.request_parts import Sent
from openapi.schemas import Direction, SchemaViolation, schema_validator
from openapi.schemas.keywords import kinds_of, parts_of

# Nothing came, which is not the same as null.
MISSING: Final[Any] = object()


class Parameter:
    """A Parameter Object (section "Parameter Object"); `argument` is the name that a handler has for it."""

    def __init__(self, contract: Contract, operation: Operation, definition: Mapping[str, Any], index: int) -> None:
        self.name: str = definition["name"]
        self.place: str = definition["in"]
        self.argument: str = pythonic(self.name)
        self._required: bool = definition.get("required", False)
        self._empty_is_allowed: bool = self.place == "query" and definition.get("allowEmptyValue", False)
        self._contract = contract
        steps, self._schema = _described(definition)
        pointer = operation.pointer + pointer_to("parameters", index, *steps)
        self._validator = schema_validator(contract, self._schema, pointer, Direction.REQUEST)
        self._default = contract.resolve(self._schema).get("default", MISSING)
        self.optional: bool = not self._required and self._default is MISSING
        self._reader = _reader(contract, operation, definition, self._schema)
        self._is_spread = isinstance(self._reader, SpreadReader)
        self._is_object = kinds_of(contract, self._schema) == {"object"}

    def value(self, sent: Sent) -> Any:
        """What a request has for it, as its schema means it, its default when nothing came, and `MISSING` without one.

        BadRequestProblem when it is missing, breaks its schema, or does not have its form.
        """
        try:
            meanings = self._reader.read(sent)
        except Misfit:
            raise BadRequestProblem("The query has the parts of an object that do not fit together.") from None
        except ValueError as error:
            raise self._wrong(str(error)) from None
        if meanings is None:
            return self._unsent()
        violations: list[SchemaViolation] = []
        for meaning in meanings:
            value = self._typed(meaning)
            if self._validator.is_valid(value):
                return value
            violations = violations or self._validator.violations(value)
        if self._empty_is_allowed and sent.texts(self.place, self.name)[-1:] == [""]:
            return None
        raise self._wrong(reasons(violations) or "it is not written as its style has it")

    def _unsent(self) -> Any:
        if not self._required:
            return self._default
        if self._is_spread and self._validator.is_valid({}):
            return {}
        raise BadRequestProblem(f"The {self.place} parameter {self.name!r} is missing.")

    def _typed(self, meaning: Any) -> Any:
        # A text in the place of an object is none, even where JSON stands in it.
        if self._reader.typed or (self._is_object and isinstance(meaning, str)):
            return meaning
        return coerce(self._contract, self._schema, meaning)

    def _wrong(self, reason: str) -> BadRequestProblem:
        return BadRequestProblem(f"The {self.place} parameter {self.name!r} is wrong: {reason}.")


def reasons(violations: list[SchemaViolation]) -> str:
    """What is wrong with data, on one line."""
    return "; ".join(f"{violation.where}: {violation.reason}".removeprefix(": ") for violation in violations)


def _described(definition: Mapping[str, Any]) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """The schema of a parameter, and the steps that lead to it: its own, or that of the one media type it has."""
    for media_type, content in definition.get("content", {}).items():
        return ("content", media_type, "schema"), content.get("schema", {})
    return ("schema",), definition.get("schema", {})


def _reader(
    contract: Contract, operation: Operation, definition: Mapping[str, Any], schema: Mapping[str, Any]
) -> Reader:
    if "content" in definition:
        return ContentReader(definition, next(iter(definition["content"]), ""), operation.path)
    style, explode = style_of(definition)
    kinds = kinds_of(contract, schema)
    if style == "deepObject":
        return DeepReader(definition["name"])
    if kinds == {"object"} and explode and definition["in"] == "query":
        parts = tuple(parts_of(contract, schema))
        properties = [name for part in parts for name in part.get("properties", ())]
        is_open = all(part.get("additionalProperties") is not False for part in parts)
        others = _names_of_others(contract, operation, definition)
        return SpreadReader(definition["name"], properties, others, is_open=is_open)
    return TextReader(definition, kinds, operation.path)


def _names_of_others(contract: Contract, operation: Operation, definition: Mapping[str, Any]) -> Iterator[str]:
    """The names of a query that belong to other parameters, and to credentials."""
    for parameter in operation.raw_parameters:
        if parameter["in"] == "query" and parameter is not definition:
            yield parameter["name"]
    for scheme in contract.raw_security_schemes.values():
        if scheme.get("in") == "query":
            yield scheme["name"]
