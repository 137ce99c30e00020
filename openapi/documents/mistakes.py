"""Mistakes in a document that is used in spite of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from openapi.documents.pointer import join_pointer
from openapi.documents.references import Steps


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a document, or cannot be kept of it, without making it unusable.

    `pointer` is a JSON pointer into the file `source`, "" if only one file is meant; `line` counts from 1, None if it
    is not known. `reason` says what is wrong and what is done about it. `lost` says whether an operation is not served
    because of it.
    """

    pointer: str
    reason: str
    source: str = ""
    line: int | None = None
    lost: bool = False

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: {self._named}" if self.source else self._named

    def within(self, source: str) -> str:
        """As text, without the name of its file if that is `source`."""
        if self.source not in (source, ""):
            return str(self)
        return self._named if self.line is None else f"line {self.line}: {self._named}"

    @property
    def _named(self) -> str:
        return f"{self.pointer or '/'}: {self.reason}"


@dataclass
class Mistakes:
    """Collects the mistakes of a document, each once."""

    source: str
    found: dict[tuple[str, str], Mistake] = field(default_factory=dict)

    def add(self, path: Iterable[str | int], reason: str, *, lost: bool = False) -> None:
        """Add the mistake at a path."""
        pointer = join_pointer(path)
        self.found.setdefault((pointer, reason), Mistake(pointer, reason, self.source, lost=lost))

    def lose(self, path: Steps, why: str) -> None:
        """Add that the operation at ``("paths", path, method)`` is not served."""
        method = str(path[-1]).upper()
        self.add(path, f"{method} {path[1]} is not served: {why}", lost=True)
