"""What all parts of a conversion share: the document as written, the names of its components, the trace, warnings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer, pointer_to, resolve_pointer, steps_of
from openapi.documents.swagger.sections import SECTIONS
from openapi.documents.swagger.trace import Trace

# "Components Object": the names that are allowed there.
_UNNAMABLE: Final = re.compile("[^A-Za-z0-9._-]+")


class Declared(NamedTuple):
    """A value and the JSON pointer that it is written at."""

    value: Any
    pointer: str


class MediaTypes(NamedTuple):
    """The media types that an operation consumes or produces, and the pointer of their list; no pointer if the document
    has none."""

    names: tuple[str, ...]
    pointer: str


class Context:
    """The state of one conversion of `root`."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.trace = Trace()
        self.warnings: dict[Mistake, None] = {}
        # References to schemas that are not definitions, with the pointers of their targets.
        self.pending: list[tuple[dict[str, Any], str]] = []
        self._names = {section: _component_names(self._section(section)) for section in SECTIONS}
        self.consumes = self.media_types(root, "", "consumes", MediaTypes((), ""))
        self.produces = self.media_types(root, "", "produces", MediaTypes((), ""))

    def warn(self, pointer: str, reason: str) -> None:
        """Record a warning, once."""
        self.warnings.setdefault(Mistake(pointer, reason))

    def name(self, section: str, written: str) -> str:
        """The name of a component that is written as `written` in a section of the document."""
        return self._names[section].get(written) or _usable(written)

    def is_renamed(self, section: str, written: str) -> bool:
        """Whether a component cannot keep its name."""
        return self.name(section, written) != written

    def new_name(self, section: str, wanted: str) -> str:
        """An unused name for a component that is not written in its section."""
        names = self._names[section]
        key = next(key for key in _numbered(wanted) if key not in names and _usable(key) not in names.values())
        names[key] = _usable(key)
        return names[key]

    def mapping(self, value: Any, pointer: str) -> dict[str, Any]:
        """`value` if it is an object; otherwise an empty one, with a warning."""
        if isinstance(value, dict):
            return value
        self.warn(pointer, "this must be an object; it is ignored")
        return {}

    def items(self, holder: Mapping[str, Any], pointer: str, key: str) -> list[Declared]:
        """The items of the list `holder[key]`; none, with a warning, if it is not a list."""
        value = holder.get(key, [])
        if not isinstance(value, list):
            self.warn(pointer + pointer_to(key), "this must be a list; it is ignored")
            return []
        return [Declared(item, pointer + pointer_to(key, index)) for index, item in enumerate(value)]

    def texts(self, holder: Mapping[str, Any], pointer: str, key: str) -> tuple[str, ...]:
        """The texts in the list `holder[key]`, without duplicates."""
        found = self.items(holder, pointer, key)
        for item in found:
            if not isinstance(item.value, str):
                self.warn(item.pointer, "this must be a text; it is ignored")
        return tuple(dict.fromkeys(item.value for item in found if isinstance(item.value, str)))

    def media_types(self, holder: Mapping[str, Any], pointer: str, key: str, inherited: MediaTypes) -> MediaTypes:
        """The media types of ``consumes`` or ``produces``; an empty list of an operation clears that of the
        document."""
        if key not in holder:
            return inherited
        return MediaTypes(self.texts(holder, pointer, key), pointer + pointer_to(key))

    def resolve(self, value: Any, pointer: str) -> Declared | None:
        """The target of `value`, which is written at `pointer`, if it is a reference; None, with a warning, if there is
        none."""
        seen = set()
        while isinstance(value, Mapping) and "$ref" in value:
            target = local_pointer(value["$ref"])
            if target is None or target in seen:
                self.warn(f"{pointer}/$ref", f"{value['$ref']!r} leads nowhere; it is ignored")
                return None
            seen.add(target)
            try:
                value = resolve_pointer(self.root, target)
            except LookupError:
                self.warn(f"{pointer}/$ref", f"{value['$ref']!r} does not exist; it is ignored")
                return None
            pointer = target
        return Declared(value, pointer)

    def _section(self, section: str) -> Iterable[str]:
        value = self.root.get(section)
        return value if isinstance(value, dict) else ()


def extensions(holder: Mapping[str, Any], *used: str) -> dict[str, Any]:
    """The specification extensions of an object, without those that are `used` otherwise."""
    return {key: value for key, value in holder.items() if key.startswith("x-") and key not in used}


def local_pointer(reference: Any) -> str | None:
    """The JSON pointer of a reference into the document itself, with canonical escapes; None for any other."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    return join_pointer(steps_of(reference[1:]))


def _component_names(written: Iterable[str]) -> dict[str, str]:
    """Written name -> name of the component, which has only allowed characters and is unique."""
    written = list(written)
    names = {name: name for name in written if name and not _UNNAMABLE.search(name)}
    taken = set(names)
    for name in written:
        if name not in names:
            names[name] = next(usable for usable in _numbered(_usable(name)) if usable not in taken)
            taken.add(names[name])
    return names


def _usable(name: str) -> str:
    return _UNNAMABLE.sub("_", name).strip("_") or "unnamed"


def _numbered(name: str) -> Iterable[str]:
    return (name if number == 1 else f"{name}_{number}" for number in itertools.count(1))
