"""What is wrong with a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from openapi.schemas import SchemaViolation

# Nothing was sent, which is not the same as null.
MISSING: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a message breaks its contract.

    `rule` is a stable name; `pointer` leads to what the contract says, `where` to the place in the body (a JSON
    pointer) or names the header or parameter; `reason` is a sentence that shows no value of the message.
    """

    rule: str
    pointer: str
    reason: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


def reasons_of(violations: Iterable[SchemaViolation]) -> str:
    """What is wrong with data, on one line."""
    return "; ".join(f"{violation.where}: {violation.reason}".removeprefix(": ") for violation in violations)
