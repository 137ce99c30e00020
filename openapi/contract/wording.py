"""Finds where two contracts use other words: documentation, and other ways of writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openapi.contract.operation_ids import methods_of
from openapi.contract.operations import Operation
from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to
from openapi.documents.references import DATA, MAPS

_DOCUMENTATION: Final = frozenset(
    {"description", "example", "examples", "externalDocs", "summary", "tags", "title", "x-sunset"}
)


@dataclass(frozen=True, slots=True)
class Rewording:
    """Two places that differ in words, as JSON pointers. If it `is_documentation`, the words are for people alone."""

    old: str
    new: str
    is_documentation: bool


@dataclass
class _Node:
    rewordings: list[Rewording] = field(default_factory=list)
    # The pairs of references inside.
    children: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Any
    new: Any
    old_pointer: str
    new_pointer: str
    is_map: bool = False

    def child(self, step: str, *, is_map: bool) -> _Pair:
        steps = pointer_to(step)
        return _Pair(self.old[step], self.new[step], self.old_pointer + steps, self.new_pointer + steps, is_map=is_map)


class WordingComparison:
    """Compares the words of two documents; components are compared once for all operations."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._nodes: dict[tuple[str, str], _Node] = {}

    def rewordings(self, old: Operation, new: Operation) -> Iterator[Rewording]:
        """Where two operations differ in words, with all that they refer to."""
        node = _Node()
        self._walk(node, _Pair(old.definition, new.definition, old.pointer, new.pointer))
        one, other = _shared(old.path_item), _shared(new.path_item)
        self._walk(node, _Pair(one, other, old.path_pointer, new.path_pointer))
        yield from node.rewordings
        seen = dict(node.children)
        pending = list(seen)
        while pending:
            child = self._node(pending.pop())
            yield from child.rewordings
            for key in child.children:
                if key not in seen:
                    seen[key] = None
                    pending.append(key)

    def _node(self, key: tuple[str, str]) -> _Node:
        if key not in self._nodes:
            node = self._nodes[key] = _Node()
            try:
                pair = _Pair(self._old.at(key[0]), self._new.at(key[1]), *key)
            except LookupError:
                return node
            self._walk(node, pair)
        return self._nodes[key]

    def _walk(self, node: _Node, pair: _Pair) -> None:
        pending = [pair]
        while pending:
            pair = pending.pop()
            if isinstance(pair.old, Mapping) and isinstance(pair.new, Mapping):
                one, other = pair.old.get("$ref"), pair.new.get("$ref")
                if not pair.is_map and isinstance(one, str) and isinstance(other, str):
                    node.children[one.removeprefix("#"), other.removeprefix("#")] = None
                else:
                    pending += self._members(node, pair)
            elif isinstance(pair.old, list) and isinstance(pair.new, list) and len(pair.old) == len(pair.new):
                pending += (
                    _Pair(one, other, f"{pair.old_pointer}/{index}", f"{pair.new_pointer}/{index}")
                    for index, (one, other) in enumerate(zip(pair.old, pair.new, strict=True))
                )
            elif pair.old != pair.new:
                node.rewordings.append(Rewording(pair.old_pointer, pair.new_pointer, False))

    def _members(self, node: _Node, pair: _Pair) -> Iterator[_Pair]:
        for key in dict.fromkeys([*pair.old, *pair.new]):
            is_documentation = key in _DOCUMENTATION and not pair.is_map
            if key not in pair.old or key not in pair.new or is_documentation or key in DATA:
                if pair.old.get(key, node) != pair.new.get(key, node):
                    steps = pointer_to(key)
                    old = pair.old_pointer + (steps if key in pair.old else "")
                    new = pair.new_pointer + (steps if key in pair.new else "")
                    node.rewordings.append(Rewording(old, new, is_documentation))
            elif isinstance(pair.old[key], dict | list):
                yield pair.child(key, is_map=not pair.is_map and key in MAPS)
            elif pair.old[key] != pair.new[key]:
                steps = pointer_to(key)
                node.rewordings.append(Rewording(pair.old_pointer + steps, pair.new_pointer + steps, False))


def _shared(item: Mapping[str, Any]) -> dict[str, Any]:
    """What a Path Item says about all its operations."""
    own = {steps[0] for _, steps in methods_of(item)}
    return {key: value for key, value in item.items() if key not in own}
