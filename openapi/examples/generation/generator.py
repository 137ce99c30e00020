"""Data for schemas, made from nothing but the contract, a seed and a key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import join_pointer
from openapi.examples.generation.draw import Draw
from openapi.examples.generation.nodes import ROOM, Node
from openapi.examples.generation.plans import ContractPlans, hopeless_chain
from openapi.examples.generation.scalars import Unlucky
from openapi.schemas import Direction, SchemaValidator, schema_validator

_ATTEMPTS: Final = 12


class GenerationError(ValueError):
    """No data can be made for a schema; the text is a JSON pointer, where it is known, and the reason."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}" if pointer else reason)
        self.pointer = pointer
        self.reason = reason


class Generator:
    """Data for the schemas of a contract. What depends on a schema alone is made when it is first asked for."""

    def __init__(self, contract: Contract, *, seed: int = 0) -> None:
        self._contract = contract
        self._seed = seed
        schemas = contract.document.get("components", {}).get("schemas", {})
        self._component_names = {id(schema): name for name, schema in schemas.items()}
        self._plans = {direction: ContractPlans(contract, direction) for direction in Direction}
        # The schema is kept beside what was made of it: its id is the key.
        self._prepared: dict[tuple[int, Direction, str], tuple[Mapping[str, Any], Node, SchemaValidator]] = {}

    def value(
        self,
        schema: Mapping[str, Any],
        *,
        key: str = "",
        direction: Direction = Direction.RESPONSE,
        name: str = "",
    ) -> Any:
        """Data that satisfies `schema`, checked; the same for the same seed, key and schema.

        `key` tells requests apart; without one the contract's own examples are preferred and null is avoided. `name` is
        that of a property or parameter. GenerationError when no data can be made, with pointer and reason.
        """
        try:
            return self._found(schema, key, direction, name)
        except GenerationError:
            raise
        except ValueError as error:
            # What jsonschema-rs cannot compile, such as a pattern that is none.
            reason = str(error).partition("\n")[0]
            raise GenerationError(self._pointer_of(schema), f"the schema cannot be compiled: {reason}") from None

    def _found(self, schema: Mapping[str, Any], key: str, direction: Direction, name: str) -> Any:
        node, validator = self._ready(schema, direction, name)
        reason = ""
        for attempt in range(_ATTEMPTS):
            try:
                value = node.make(Draw(self._seed, key, attempt), 0, ROOM)
            except Unlucky as error:
                reason = str(error)
                continue
            if validator.is_valid(value):
                return value
            reason = str(validator.violations(value)[0])
        raise GenerationError(self._pointer_of(schema), f"no data was found in {_ATTEMPTS} tries; {reason}")

    def _ready(self, schema: Mapping[str, Any], direction: Direction, name: str) -> tuple[Node, SchemaValidator]:
        key = (id(schema), direction, name)
        if key not in self._prepared:
            # Many responses refer to one schema: it is made ready once.
            shared = (id(self._contract.resolve(schema)), direction, name)
            if shared not in self._prepared:
                self._prepared[shared] = self._prepare(schema, direction, name)
            self._prepared[key] = (schema, *self._prepared[shared][1:])
        return self._prepared[key][1:]

    def _prepare(
        self, schema: Mapping[str, Any], direction: Direction, name: str
    ) -> tuple[Mapping[str, Any], Node, SchemaValidator]:
        resolved = self._contract.resolve(schema)
        node = self._plans[direction].node([schema], name or self._component_names.get(id(resolved), ""), "")
        if node.height == math.inf:
            raise self._hopeless(schema, node)
        return resolved, node, schema_validator(self._contract, schema, "", direction)

    def _hopeless(self, schema: Mapping[str, Any], node: Node) -> GenerationError:
        names, failure = hopeless_chain(node)
        if failure is None:
            return GenerationError(self._pointer_of(schema), f"it requires itself without end: {' -> '.join(names)}")
        return GenerationError(self._pointer_of(failure.schema or schema), str(failure))

    def _pointer_of(self, schema: Mapping[str, Any]) -> str:
        """Where a schema stands in the document; empty when it does not."""
        if isinstance(reference := schema.get("$ref"), str):
            return reference.removeprefix("#")
        pending: list[tuple[Any, tuple[str | int, ...]]] = [(self._contract.document, ())]
        while pending:
            value, path = pending.pop()
            if value is schema:
                return join_pointer(path)
            if isinstance(value, dict):
                pending += [(child, (*path, step)) for step, child in value.items() if isinstance(child, dict | list)]
            elif isinstance(value, list):
                pending += [(child, (*path, step)) for step, child in enumerate(value)]
        return ""
