"""Data for schemas, which depends only on the contract, a seed and a key."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from openapi.contract import Contract
from openapi.examples.generation.compiler import SchemaCompiler, hopeless_chain
from openapi.examples.generation.draw import Draw
from openapi.examples.generation.generators import ROOM, ValueGenerator
from openapi.examples.generation.scalars import Unlucky
from openapi.schemas import Direction, Schema, SchemaValidator

_ATTEMPTS: Final = 12
_OVERLAP: Final = ", of the first of the branches of a oneOf that do not exclude each other"


class GenerationError(ValueError):
    """No data can be generated for a schema; the text is the reason, after the JSON pointer if it is known."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}" if pointer else reason)
        self.pointer = pointer
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Made:
    """Generated data. If no data can satisfy the schema, because branches of a `oneOf` do not exclude each other, it
    has `violations`, and the `note` says so, as the end of a sentence."""

    value: Any
    note: str = ""
    violations: tuple[str, ...] = ()


class Generator:
    """Generates data for the schemas of a contract. Schemas are compiled on first use."""

    def __init__(self, contract: Contract, *, seed: int = 0) -> None:
        self._contract = contract
        self._seed = seed
        self._compilers = {direction: SchemaCompiler(direction) for direction in Direction}
        # Schemas that only data with an overlap was found for.
        self._overlapping: set[Schema] = set()
        self._prepared: dict[tuple[Schema, Direction, str], tuple[ValueGenerator, SchemaValidator]] = {}

    def value(
        self,
        schema: Schema,
        *,
        key: str = "",
        direction: Direction = Direction.RESPONSE,
        name: str = "",
        minimal: bool = False,
    ) -> Any:
        """Validated data for `schema`; the same for the same seed, key and schema.

        `key` distinguishes requests; without one, examples of the contract are preferred and null is avoided. `name` is
        that of a property or parameter. `minimal` leaves out optional parts. Raises GenerationError, with pointer and
        reason, if no data can be generated.
        """
        with _compiling(schema):
            return self._found(schema, key, direction, name, minimal=minimal, may_overlap=False).value

    def made(self, schema: Schema, *, key: str = "") -> Made:
        """Data for an answer, as `value`; it may satisfy several branches of a `oneOf` that do not exclude each other,
        because only odd properties could tell them apart."""
        with _compiling(schema):
            return self._found(schema, key, Direction.RESPONSE, "", minimal=False, may_overlap=True)

    def _found(
        self, schema: Schema, key: str, direction: Direction, name: str, *, minimal: bool, may_overlap: bool
    ) -> Made:
        generator, validator = self._ready(schema, direction, name)
        reason = ""
        for attempt in range(0 if schema in self._overlapping and may_overlap else _ATTEMPTS):
            draw = Draw(self._seed, key, attempt, minimal=minimal, tells_apart=not may_overlap)
            try:
                value = generator.make(draw, 0, ROOM)
            except Unlucky as error:
                reason = str(error)
                if draw.left < 0:
                    break
                continue
            if validator.is_valid(value):
                return Made(value)
            reason = str(validator.violations(value)[0])
        if may_overlap and (made := self._first_branches(generator, validator, key, minimal=minimal)) is not None:
            self._overlapping.add(schema)
            return made
        raise GenerationError(schema.place, f"no valid data was generated in {_ATTEMPTS} attempts; {reason}")

    def _first_branches(
        self, generator: ValueGenerator, validator: SchemaValidator, key: str, *, minimal: bool
    ) -> Made | None:
        """Data of the first branch of each choice, if it breaks the schema only because other branches allow it too."""
        for attempt in range(_ATTEMPTS):
            draw = Draw(self._seed, key, attempt, minimal=minimal, first=True)
            try:
                value = generator.make(draw, 0, ROOM)
            except Unlucky:
                if draw.left < 0:
                    break
                continue
            if validator.only_overlaps(value):
                return Made(value, _OVERLAP, tuple(str(violation) for violation in validator.violations(value)))
        return None

    def _ready(self, schema: Schema, direction: Direction, name: str) -> tuple[ValueGenerator, SchemaValidator]:
        # Many responses refer to one schema with equal views, so that it is compiled once.
        key = (schema, direction, name)
        if key not in self._prepared:
            generator = self._compilers[direction].generator([schema], name or self._names.get(schema, ""), "")
            if generator.height == math.inf:
                raise _hopeless(schema, generator)
            self._prepared[key] = generator, SchemaValidator(schema, direction)
        return self._prepared[key]

    @cached_property
    def _names(self) -> dict[Schema, str]:
        """The component schemas by value, for schemas that are not referred to by name."""
        return {schema: name for name, schema in self._contract.schemas.items() if schema.reference is None}


@contextmanager
def _compiling(schema: Schema) -> Iterator[None]:
    """Raise GenerationError if a schema cannot be compiled, for example because of an invalid pattern."""
    try:
        yield
    except GenerationError:
        raise
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise GenerationError(schema.place, f"the schema cannot be compiled: {reason}") from None


def _hopeless(schema: Schema, generator: ValueGenerator) -> GenerationError:
    names, failure = hopeless_chain(generator)
    if failure is None:
        return GenerationError(schema.place, f"it requires itself without end: {' -> '.join(names)}")
    return GenerationError((failure.schema or schema).place, str(failure))
