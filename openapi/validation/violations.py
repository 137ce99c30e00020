"""Violations of a contract by a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from openapi.schemas import SchemaViolation

# No value was sent; null is a value.
MISSING: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation of the contract by a message.

    `rule` is a stable name; `pointer` is the JSON pointer of the declaration in the contract; `where` is a JSON pointer
    into the body, or names the header or parameter; `reason` is a sentence that contains no value of the message.
    `is_probable` is true if the contract may mean something else, so that the message need not be wrong. It
    `is_undecided` if the message could not be judged; servers refuse such a request, and reports do not count it.
    """

    rule: str
    pointer: str
    reason: str
    where: str = ""
    is_probable: bool = False
    is_undecided: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


def reasons_of(violations: Iterable[SchemaViolation]) -> str:
    """The violations by data on one line."""
    return "; ".join(f"{violation.where}: {violation.reason}".removeprefix(": ") for violation in violations)
