"""The error for a document with wrong syntax, structure or references."""

from __future__ import annotations


class ContractError(Exception):
    """A document that cannot be used as a contract; its text is one line: file, JSON pointer, reason."""

    def __init__(self, source: str, pointer: str, reason: str) -> None:
        super().__init__(f"{source}#{pointer}: {reason}" if pointer else f"{source}: {reason}")
        self.source = source
        self.pointer = pointer
        self.reason = reason
