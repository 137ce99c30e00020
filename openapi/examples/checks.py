"""Checks of the examples in a contract: they must keep their schema, and fit their status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.contract import Contract
from openapi.documents.pointer import resolve_pointer
from openapi.examples.declared import examples_of
from openapi.examples.status_phrases import contradiction
from openapi.schemas import Direction, Schema, SchemaValidator


@dataclass(frozen=True)
class ExampleProblem:
    """A problem with an example of the contract: the pointer to its value, and a sentence."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}"


def faulty_examples(contract: Contract) -> tuple[ExampleProblem, ...]:
    """Every example that breaks its own schema, and every one that contradicts a status that it is declared for.

    Examples of media types, parameters, headers and schemas are checked, wherever they are. The order is that of the
    document: first what breaks a schema, then what makes no sense.
    """
    return (*_broken(contract), *_senseless(contract))


def _broken(contract: Contract) -> Iterator[ExampleProblem]:
    seen: set[str] = set()
    validators: dict[Schema, list[SchemaValidator]] = {}
    for example in contract.declared_examples():
        if example.pointer in seen:
            continue
        schema = example.schema
        if schema not in validators:
            validators[schema] = [SchemaValidator(schema, direction) for direction in Direction]
        if (reason := _reason(validators[schema], example.value)) is not None:
            seen.add(example.pointer)
            yield ExampleProblem(contract.as_written(example.pointer), reason)


def _reason(validators: list[SchemaValidator], value: Any) -> str | None:
    """How a value breaks a schema in both directions; None if it is valid in one."""
    if any(validator.is_valid(value) for validator in validators):
        return None
    violation = validators[-1].violations(value)[0]
    place = f" at {violation.where}" if violation.where else ""
    reason = violation.reason
    if "not of type" in reason and resolve_pointer(value, violation.where) is None:
        # Many contracts have `nullable` elsewhere (3.0.3, proposal "Clarify Nullable").
        reason = f"it is null, and `nullable` has an effect only next to `type`: {reason}"
    return f"The example breaks its schema{place}: {reason} ({violation.place})."


def _senseless(contract: Contract) -> Iterator[ExampleProblem]:
    """One problem for each example and contradiction, with all statuses that the example is declared for."""
    found: dict[tuple[str, str], list[str]] = {}
    for operation in contract.operations:
        for status, response in operation.responses.items():
            if not status.isdecimal():
                continue
            for example in (example for content in response.contents for example in examples_of(content)):
                if (reason := contradiction(int(status), example.value)) is not None:
                    statuses = found.setdefault((example.pointer, reason), [])
                    statuses += [status] if status not in statuses else []
    for (pointer, reason), statuses in found.items():
        yield ExampleProblem(
            contract.as_written(pointer),
            f"The example is declared for status {' and '.join(sorted(statuses))} and {reason}.",
        )
