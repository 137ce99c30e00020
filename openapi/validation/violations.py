"""What is wrong with a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
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
