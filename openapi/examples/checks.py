"""The examples of a contract, and which of them mislead: they break their schema, or do not go with their status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import join_pointer, pointer_to, resolve_pointer
from openapi.examples.declared import Example, examples_of, follow
from openapi.examples.status_phrases import contradiction
from openapi.schemas import Direction, SchemaValidator, schema_validator

_DATA: Final = ("example", "examples", "default", "enum")
_NAMED: Final = ("properties", "schemas", "responses", "parameters", "headers", "requestBodies", "content", "callbacks")


@dataclass(frozen=True)
class ExampleProblem:
    """What is wrong with an example of the contract: where its value stands, and a sentence."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}"


def faulty_examples(contract: Contract) -> tuple[ExampleProblem, ...]:
    """Every example that breaks its own schema, and every one that makes no sense for a status that it stands under.

    Those of media types, parameters, headers and schemas are looked at, wherever they stand. The order is that of the
    document: first what breaks a schema, then what makes no sense.
    """
    return (*_broken(contract), *_senseless(contract))


def _broken(contract: Contract) -> Iterator[ExampleProblem]:
    seen: set[str] = set()
    checks = _Checks(contract)
    for holder, path, kind in _holders(contract.document, (), "other"):
        pointer = join_pointer(path)
        if kind == "schema":
            found = [Example("", holder["example"], f"{pointer}/example")]
            schema, where = holder, pointer
        else:
            found = list(examples_of(contract, {**holder, "schema": {}}, pointer))
            schema, where = holder["schema"], f"{pointer}/schema"
        for example in found:
            if example.pointer not in seen and (reason := checks.reason(schema, where, example.value)) is not None:
                seen.add(example.pointer)
                yield ExampleProblem(example.pointer, reason)


class _Checks:
    """Validators for the schemas of examples; a schema that is referred to is compiled once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._known: dict[str, list[SchemaValidator]] = {}

    def reason(self, schema: Mapping[str, Any], pointer: str, value: Any) -> str | None:
        """How a value breaks a schema in both directions; None when it is valid in one."""
        _, pointer = follow(self._contract, schema, pointer)
        if pointer not in self._known:
            self._known[pointer] = [
                schema_validator(self._contract, schema, pointer, direction) for direction in Direction
            ]
        validators = self._known[pointer]
        if any(validator.is_valid(value) for validator in validators):
            return None
        violation = validators[-1].violations(value)[0]
        place = f" at {violation.where}" if violation.where else ""
        reason = violation.reason
        if "not of type" in reason and resolve_pointer(value, violation.where) is None:
            # Many a contract has it elsewhere (3.0.3, proposal "Clarify Nullable").
            reason = f"it is null, and `nullable` counts beside `type` alone: {reason}"
        return f"The example breaks its schema{place}: {reason} ({violation.pointer})."


def _holders(value: Any, path: tuple[str | int, ...], kind: str) -> Iterator[tuple[Any, tuple[str | int, ...], str]]:
    """Objects with examples of their own, with their path: schemas, and what has a `schema` beside them."""
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from _holders(child, (*path, index), kind)
    if not isinstance(value, Mapping):
        return
    if kind == "schema" and "example" in value:
        yield value, path, kind
    if kind == "other" and isinstance(value.get("schema"), Mapping) and ("example" in value or "examples" in value):
        yield value, path, kind
    for key, child in value.items():
        if kind == "names":
            yield from _holders(child, (*path, key), "schema" if path[-1] in ("properties", "schemas") else "other")
        elif key not in _DATA and not key.startswith("x-"):
            inner = "names" if key in _NAMED and isinstance(child, Mapping) else "schema" if key == "schema" else kind
            yield from _holders(child, (*path, key), inner)


def _senseless(contract: Contract) -> Iterator[ExampleProblem]:
    """One problem for each example and contradiction, with all the statuses that it stands under."""
    found: dict[tuple[str, str], list[str]] = {}
    for operation in contract.operations:
        for status, reference in operation.definition["responses"].items():
            if not status.isdecimal() or not isinstance(reference, Mapping):
                continue
            response, pointer = follow(contract, reference, operation.pointer + pointer_to("responses", status))
            for media_type, content in response.get("content", {}).items():
                for example in examples_of(contract, content, pointer + pointer_to("content", media_type)):
                    if (reason := contradiction(int(status), example.value)) is not None:
                        statuses = found.setdefault((example.pointer, reason), [])
                        statuses += [status] if status not in statuses else []
    for (pointer, reason), statuses in found.items():
        yield ExampleProblem(pointer, f"The example stands under {' and '.join(sorted(statuses))} and {reason}.")


__all__ = ["Example", "ExampleProblem", "examples_of", "faulty_examples"]
