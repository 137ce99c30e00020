"""Where each part of a converted document is written."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from openapi.documents.pointer import join_pointer, pointer_to

T = TypeVar("T")


class Places(NamedTuple):
    """`origins`: JSON pointer in the converted document -> JSON pointer as written, for each part that moved; a part
    below it keeps the rest of its pointer. `converted`: JSON pointer as written -> the first place of that object or
    array in the converted document."""

    origins: dict[str, str]
    converted: dict[str, str]


class Trace:
    """Remembers of each converted object where it is written, so that a conversion need not know where it goes."""

    def __init__(self) -> None:
        # An object is kept with its mark, so that its id stays its own.
        self._marks: dict[int, tuple[Any, str]] = {}
        self._members: dict[int, tuple[Any, dict[str, str]]] = {}

    def mark(self, value: T, written: str) -> T:
        """`value`, of which the trace remembers that it is written at the JSON pointer `written`."""
        self._marks[id(value)] = (value, written)
        return value

    def member(self, holder: object, written: str, *steps: str) -> None:
        """Remember that the member of `holder` at `steps` is written at `written`; it may be behind a reference."""
        self._members.setdefault(id(holder), (holder, {}))[1][join_pointer(steps)] = written

    def places(self, document: dict[str, Any]) -> Places:
        """The places of all marked parts of `document`."""
        origins: dict[str, str] = {}
        converted: dict[str, str] = {}
        # (value, its pointer, the pointer as written that follows from its parent)
        pending: list[tuple[Any, str, str]] = [(document, "", "")]
        while pending:
            value, pointer, written = pending.pop()
            own = self._marks.get(id(value), (None, written))[1]
            if own != written:
                origins[pointer] = own
            converted.setdefault(own, pointer)
            for steps, place in self._members.get(id(value), (None, {}))[1].items():
                if place != own + steps:
                    origins[pointer + steps] = place
            children = value.items() if isinstance(value, dict) else enumerate(value)
            pending.extend(
                reversed(
                    [
                        (child, pointer + step, origins.get(pointer + step, own + step))
                        for key, child in children
                        if isinstance(child, dict | list)
                        for step in (pointer_to(key),)
                    ]
                )
            )
        return Places(origins, converted)
