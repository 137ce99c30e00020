"""What can be wrong with a contract or with the parts that are to serve it.

ContractError          the document itself: syntax, structure, references
BindingError           the document and the program do not fit together
"""

from __future__ import annotations


class ContractError(Exception):
    """A document that cannot be used as a contract; its text is one line: file, JSON pointer, reason."""

    def __init__(self, source: str, pointer: str, reason: str) -> None:
        super().__init__(f"{source}#{pointer}: {reason}" if pointer else f"{source}: {reason}")
        self.source = source
        self.pointer = pointer
        self.reason = reason


class BindingError(Exception):
    """Operations that have no handler, several, or one that cannot be called; every problem in one text."""

    def __init__(self, problems: list[str]) -> None:
        text = problems[0] if len(problems) == 1 else "\n  ".join([f"{len(problems)} problems", *problems])
        super().__init__(text)
        self.problems = tuple(problems)
