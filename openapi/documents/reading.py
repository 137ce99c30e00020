"""Reads YAML or JSON as plain data: dicts with string keys, lists, strings, numbers, booleans, null."""

from __future__ import annotations

import json
from typing import Any

import orjson
import yaml

from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer
from openapi.documents.yaml_loader import Base, Loader, NotJSON, finite

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


class _TooLarge(Exception):
    """The document would fill the memory."""


def read_document(content: bytes, source: str, mistakes: list[Mistake] | None = None) -> dict[str, Any]:
    """The document in `content`, as `read_value` reads it. Raises ContractError, with `source` and the line, if it is
    not YAML or not a mapping."""
    document = read_value(content, source, mistakes)
    if not isinstance(document, dict):
        raise ContractError(source, "", "an OpenAPI document must be a mapping with `openapi`, `info` and `paths`")
    return document


def read_value(content: bytes, source: str, mistakes: list[Mistake] | None = None) -> Any:
    """The data in `content`, of any type. Raises ContractError, with `source` and the line, if it is not YAML.

    With `mistakes`, what JSON does not have, such as duplicate keys, is read as it is meant, and added to them.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(source, "", f"byte {error.start} is not UTF-8; save the file in UTF-8") from None
    try:
        value = _read_json(text)
        if value is None:
            _check_nesting(text)
            value = Loader(text, source, mistakes).get_single_data()
    except NotJSON as error:
        raise ContractError(source, "", f"line {error.line}: {error}") from None
    except _TooLarge as error:
        raise ContractError(source, "", str(error)) from None
    except yaml.YAMLError as error:
        raise ContractError(source, "", _syntax_error(error, text)) from None
    if isinstance(value, dict | list):
        _check_size(value, source)
    return value


def composed(content: bytes) -> Any:
    """The nodes of a YAML or JSON document with their places; None for one that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
        _check_nesting(text)
        return yaml.compose(text, Loader=Base)
    except (UnicodeDecodeError, yaml.YAMLError, NotJSON, _TooLarge):
        return None


def child_of(node: Any, step: str) -> tuple[Any, Any] | None:
    """The start of a member of a mapping or a list, and its value; of the last one with a key, which counts."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in reversed(node.value) if key.value == step), None)
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
        return json.loads(text, object_pairs_hook=_json_object, parse_float=finite)
    except (ValueError, RecursionError):
        return None


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError
    return result


def _syntax_error(error: yaml.YAMLError, text: str) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        is_tab = text[mark.index : mark.index + 1] == "\t"
        problem = "YAML is indented with spaces; replace the tab" if is_tab else error.problem
        return f"line {mark.line + 1}: {problem}"
    return " ".join(str(error).split())


def _check_nesting(text: str) -> None:
    """Raise NotJSON for a text that is nested too deeply, because libyaml recurses on the stack and crashes the
    process, and _TooLarge for one with too many values, each of which needs half a kibibyte while it is read."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=Base)):
        if number > _MAX_VALUES:
            raise _TooLarge(_TOO_MANY)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise NotJSON(event, _TOO_DEEP)
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
