"""Data for schemas, which depends only on the contract, a seed and a key."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, Final

from openapi.contract import Contract
from openapi.examples.generation.compiler import SchemaCompiler, hopeless_chain
from openapi.examples.generation.draw import Draw
from openapi.examples.generation.generators import ROOM, ValueGenerator
from openapi.examples.generation.scalars import Unlucky
from openapi.schemas import Direction, Schema, SchemaValidator

_ATTEMPTS: Final = 12


class GenerationError(ValueError):
    """No data can be generated for a schema; the text is the reason, after the JSON pointer if it is known."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}" if pointer else reason)
        self.pointer = pointer
        self.reason = reason


class Generator:
    """Generates data for the schemas of a contract. Schemas are compiled on first use."""

    def __init__(self, contract: Contract, *, seed: int = 0) -> None:
        self._contract = contract
        self._seed = seed
        self._compilers = {direction: SchemaCompiler(direction) for direction in Direction}
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
        try:
            return self._found(schema, key, direction, name, minimal=minimal)
        except GenerationError:
            raise
        except ValueError as error:
            # jsonschema-rs cannot compile the schema, for example because of an invalid pattern.
            reason = str(error).partition("\n")[0]
            raise GenerationError(schema.place, f"the schema cannot be compiled: {reason}") from None

    def _found(self, schema: Schema, key: str, direction: Direction, name: str, *, minimal: bool) -> Any:
        generator, validator = self._ready(schema, direction, name)
        reason = ""
        for attempt in range(_ATTEMPTS):
            draw = Draw(self._seed, key, attempt, minimal=minimal)
            try:
                value = generator.make(draw, 0, ROOM)
            except Unlucky as error:
                reason = str(error)
                if draw.left < 0:
                    break
                continue
            if validator.is_valid(value):
                return value
            reason = str(validator.violations(value)[0])
        raise GenerationError(schema.place, f"no valid data was generated in {attempt + 1} attempts; {reason}")

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


def _hopeless(schema: Schema, generator: ValueGenerator) -> GenerationError:
    names, failure = hopeless_chain(generator)
    if failure is None:
        return GenerationError(schema.place, f"it requires itself without end: {' -> '.join(names)}")
    return GenerationError((failure.schema or schema).place, str(failure))
