"""Reads YAML or JSON as plain data: dicts with string keys, lists, strings, numbers, booleans, null."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import orjson
import yaml

from openapi.documents.errors import ContractError
from openapi.documents.pointer import join_pointer, steps_of

# libyaml is five to ten times faster than the pure Python parser; both read the same documents.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# More than any contract has, and well within the stacks of libyaml and of the validators.
_MAX_DEPTH = 100
# With aliases of aliases, a few lines of YAML can expand to more than fits into memory.
_MAX_VALUES = 1_000_000
_TOO_MANY = f"the document has more than {_MAX_VALUES} values"
# Commas, brackets and braces in a JSON text, which texts in it have too.
_MAX_SIGNS = 2 * _MAX_VALUES
# Steps of the path in an error about nesting.
_SHOWN = 3
_TOO_DEEP = f"the nesting is deeper than {_MAX_DEPTH} levels"


class _Loader(_Base):  # type: ignore[misc]  # its base is chosen at run time
    """YAML as JSON: no dates, no `yes` for true, string keys, and no duplicate keys in a mapping."""


class _NotJSON(Exception):
    def __init__(self, node: Any, reason: str) -> None:
        super().__init__(reason)
        self.line = node.start_mark.line + 1


class _TooLarge(Exception):
    """The document would fill the memory."""


def _mapping(loader: Any, node: yaml.Node) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise _NotJSON(node, "this must be a mapping")
    loader.flatten_mapping(node)
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _NotJSON(key_node, "a key must be a scalar, not a list or a mapping")
        # As written: an unquoted status code 200 is the key "200".
        key = str(key_node.value)
        if key in result:
            raise _NotJSON(key_node, f"the mapping has the key {key!r} twice; remove one")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _scalar(convert: Callable[[str], Any]) -> Callable[[Any, Any], Any]:
    def construct(loader: Any, node: yaml.Node) -> Any:
        text = loader.construct_scalar(node)
        try:
            return convert(text)
        except (ValueError, LookupError):
            raise _NotJSON(node, f"{text[:40]!r} is not a valid JSON value") from None

    return construct


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError
    return number


# OpenAPI 3.0 section "Format": YAML 1.2's JSON schema ruleset, in the spellings of its core schema (YAML 1.2.2 section
# 10.3.2). PyYAML's own are those of YAML 1.1, where `12:30` is 750, `yes` is true and `2020-01-01` a date.
_SCALARS: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    ("null", "~|null|Null|NULL|", "~nN", lambda text: None),
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF", lambda text: {"true": True, "false": False}[text.lower()]),
    ("int", "[-+]?[0-9]+", "-+0123456789", int),
    ("float", r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+.0123456789", _finite),
)
_TAG = "tag:yaml.org,2002:"

_Loader.yaml_implicit_resolvers = {}
_Loader.yaml_constructors = {
    _TAG + "map": _mapping,
    **{tag: _Base.yaml_constructors[tag] for tag in (_TAG + "seq", _TAG + "str", None)},
}
_Loader.add_implicit_resolver(_TAG + "merge", re.compile("<<$"), ["<"])
for _name, _pattern, _first, _convert in _SCALARS:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"({_pattern})$"), [*_first, ""])
    _Loader.add_constructor(_TAG + _name, _scalar(_convert))


def read_document(content: bytes, source: str) -> dict[str, Any]:
    """The document in `content`. Raises ContractError, with `source` and the line, if it is not YAML or not a
    mapping."""
    document = read_value(content, source)
    if not isinstance(document, dict):
        raise ContractError(source, "", "an OpenAPI document must be a mapping with `openapi`, `info` and `paths`")
    return document


def read_value(content: bytes, source: str) -> Any:
    """The data in `content`, of any type. Raises ContractError, with `source` and the line, if it is not YAML."""
    try:
        text = content.decode("utf-8-sig")
        value = _read_json(text)
        if value is None:
            _check_nesting(text)
            value = yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except UnicodeDecodeError as error:
        raise ContractError(source, "", f"byte {error.start} is not UTF-8; save the file in UTF-8") from None
    except _NotJSON as error:
        raise ContractError(source, "", f"line {error.line}: {error}") from None
    except _TooLarge as error:
        raise ContractError(source, "", str(error)) from None
    except yaml.YAMLError as error:
        raise ContractError(source, "", _syntax_error(error)) from None
    if isinstance(value, dict | list):
        _check_size(value, source)
    return value


def line_of(content: bytes, pointer: str) -> int | None:
    """The line, counted from 1, on which the node at a JSON pointer begins in YAML or JSON, or its closest parent that
    exists. None for the document itself, and for a document that cannot be read."""
    node = composed(content)
    line = None
    for step in steps_of(pointer):
        found = child_of(node, step)
        if found is None:
            break
        mark, node = found
        line = mark.line + 1
    return line


def composed(content: bytes) -> Any:
    """The nodes of a YAML or JSON document with their places; None for one that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
        _check_nesting(text)
        return yaml.compose(text, Loader=_Base)
    except (UnicodeDecodeError, yaml.YAMLError, _NotJSON, _TooLarge):
        return None


def child_of(node: Any, step: str) -> tuple[Any, Any] | None:
    """The start of a member of a mapping or a list, and its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        value = node.value[int(step)]
        return value.start_mark, value
    return None


def _read_json(text: str) -> Any:
    """The data of a JSON text, read twenty times as fast as YAML. None for any other text and for a text with an
    error: the YAML reader then describes it."""
    if not text.lstrip().startswith("{"):
        return None
    if sum(map(text.count, ",[{")) > _MAX_SIGNS:
        raise _TooLarge(_TOO_MANY)
    try:
        # orjson refuses lone surrogates and NaN, the hook refuses duplicate names.
        orjson.loads(text)
        return json.loads(text, object_pairs_hook=_json_object, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError
    return result


def _syntax_error(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def _check_nesting(text: str) -> None:
    """Raise _NotJSON for a text that is nested too deeply, because libyaml recurses on the stack and crashes the
    process, and _TooLarge for one with too many values, each of which needs half a kibibyte while it is read."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Base)):
        if number > _MAX_VALUES:
            raise _TooLarge(_TOO_MANY)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise _NotJSON(event, _TOO_DEEP)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_size(document: Any, source: str) -> None:
    """Raise ContractError if the document, with every alias expanded, has too many values or is nested too deeply."""
    count = 0
    # (value, its depth, the first steps of its path)
    pending: list[tuple[Any, int, tuple[str | int, ...]]] = [(document, 0, ())]
    while pending:
        value, depth, path = pending.pop()
        count += len(value)
        if count > _MAX_VALUES:
            raise ContractError(source, "", f"{_TOO_MANY}, aliases expanded")
        if depth >= _MAX_DEPTH:
            raise ContractError(source, join_pointer(path), _TOO_DEEP)
        children = value.items() if isinstance(value, dict) else enumerate(value)
        pending.extend(
            (child, depth + 1, (*path, step) if depth < _SHOWN else path)
            for step, child in children
            if isinstance(child, dict | list)
        )
