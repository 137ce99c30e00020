"""YAML as JSON: the loaders that `reading` reads YAML with."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import yaml

from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer

# libyaml is five to ten times faster than the pure Python parser; both read the same documents.
Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"


class NotJSON(Exception):
    """A part of a document that JSON does not have; `line` counts from 1."""

    def __init__(self, node: Any, reason: str) -> None:
        super().__init__(reason)
        self.line = node.start_mark.line + 1


class Loader(Base):  # type: ignore[misc]  # its base is chosen at run time
    """YAML as JSON: no dates, no `yes` for true, string keys, no tags, and no duplicate keys in a mapping.

    What JSON does not have raises NotJSON. With `mistakes`, it is read as it is meant, and added to them as a mistake
    in the file `source`. `steps` are the path of the value that is read.
    """

    def __init__(self, text: str, source: str = "", mistakes: list[Mistake] | None = None) -> None:
        super().__init__(text)
        self._source = source
        self._mistakes = mistakes
        self.steps: list[str | int] = []

    def tell(self, node: yaml.Node, reason: str, meaning: str, *, advice: str = "", step: str = "") -> None:
        """Add a mistake, which is read as `meaning` says; without `mistakes`, raise NotJSON with the advice."""
        if self._mistakes is None:
            raise NotJSON(node, f"{reason}; {advice}" if advice else reason)
        pointer = join_pointer([*self.steps, step] if step else self.steps)
        self._mistakes.append(Mistake(pointer, f"{reason}; {meaning}", self._source, node.start_mark.line + 1))


def _mapping(loader: Loader, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return _untagged(loader, node, "this must be a mapping")
    if len({key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}) < len(node.value):
        _tell_keys(loader, node)
    # Keys of the mapping itself replace those that are merged into it.
    loader.flatten_mapping(node)
    result = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            # As written: an unquoted status code 200 is the key "200".
            loader.steps.append(key.value)
            result[key.value] = loader.construct_object(value, deep=True)
            loader.steps.pop()
    return result


def _sequence(loader: Loader, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.SequenceNode):
        return _untagged(loader, node, "this must be a list")
    result = []
    for index, child in enumerate(node.value):
        loader.steps.append(index)
        result.append(loader.construct_object(child, deep=True))
        loader.steps.pop()
    return result


def _tell_keys(loader: Loader, node: yaml.MappingNode) -> None:
    """Tell of the keys that are no scalars, and of those that are there twice."""
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            loader.tell(key, "a key must be a scalar, not a list or a mapping", "it is left out")
        elif key.value in seen and key.tag != _MERGE:
            reason = f"the mapping has the key {key.value!r} twice"
            loader.tell(key, reason, "the last one counts", advice="remove one", step=key.value)
        else:
            seen.add(key.value)


def _scalar(convert: Callable[[str], Any]) -> Callable[[Any, Any], Any]:
    def construct(loader: Loader, node: yaml.Node) -> Any:
        text = loader.construct_scalar(node)
        try:
            return convert(text)
        except (ValueError, LookupError):
            loader.tell(node, f"{text[:40]!r} is not a valid JSON value", "it is read as text")
            return text

    return construct


def _unknown(loader: Loader, node: yaml.Node) -> Any:
    return _untagged(loader, node, f"could not determine a constructor for the tag {node.tag!r}")


def _untagged(loader: Loader, node: yaml.Node, reason: str) -> Any:
    """The value of a node whose tag has no meaning in JSON, as without it."""
    loader.tell(node, reason, "the tag is ignored")
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node)
    return _sequence(loader, node) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)


def finite(text: str) -> float:
    """The number that `text` spells. Raises ValueError for infinity, which JSON does not have."""
    if not math.isfinite(number := float(text)):
        raise ValueError
    return number


# OpenAPI 3.0 section "Format": YAML 1.2's JSON schema ruleset, in the spellings of its core schema (YAML 1.2.2 section
# 10.3.2). PyYAML's own are those of YAML 1.1, where `12:30` is 750, `yes` is true and `2020-01-01` a date.
_SCALARS: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    ("null", "~|null|Null|NULL|", "~nN", lambda text: None),
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF", lambda text: {"true": True, "false": False}[text.lower()]),
    ("int", "[-+]?[0-9]+", "-+0123456789", int),
    ("float", r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+.0123456789", finite),
)

Loader.yaml_implicit_resolvers = {}
Loader.yaml_constructors = {
    _TAG + "map": _mapping,
    _TAG + "seq": _sequence,
    _TAG + "str": Base.yaml_constructors[_TAG + "str"],
    None: _unknown,
}
Loader.add_implicit_resolver(_MERGE, re.compile("<<$"), ["<"])
for _name, _pattern, _first, _convert in _SCALARS:
    Loader.add_implicit_resolver(_TAG + _name, re.compile(f"({_pattern})$"), [*_first, ""])
    Loader.add_constructor(_TAG + _name, _scalar(_convert))
