"""Bytes of YAML or JSON become a plain document: dicts with string keys, lists, strings, numbers, booleans, null."""

from __future__ import annotations

from typing import Any

import yaml

from openapi.errors import ContractError
from openapi.pointer import join_pointer

# libyaml is five to ten times faster than the pure Python parser; both read the same documents.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# OpenAPI 3.0 section "Format": YAML 1.2's JSON schema ruleset, so `yes` and `2020-01-01` are strings.
_IMPLICIT_TAGS = ("bool", "int", "float", "null", "merge")


class _Loader(_Base):  # type: ignore[misc]  # its base is chosen at run time
    """YAML as JSON: no dates, no `yes` for true, string keys, and a key stands only once in its mapping."""


class _NotJSON(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


_Loader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
    if (
        kept := [
            (tag, regexp)
            for tag, regexp in resolvers
            if tag.rpartition(":")[2] in _IMPLICIT_TAGS and not (tag.endswith(":bool") and first not in "tTfF")
        ]
    )
}


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _NotJSON(key_node.start_mark.line + 1, "a key must be a plain scalar")
        # As written: an unquoted status code 200 is the key "200".
        key = str(key_node.value)
        if key in result:
            raise _NotJSON(key_node.start_mark.line + 1, f"the key {key!r} stands twice in one mapping")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_document(content: bytes, source: str) -> dict[str, Any]:
    """The document in `content`; ContractError names `source` and the line when it is not YAML or not a mapping."""
    try:
        document = yaml.load(content.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except UnicodeDecodeError as error:
        raise ContractError(source, "", f"byte {error.start} is not UTF-8") from None
    except _NotJSON as error:
        raise ContractError(source, "", f"line {error.line}: {error}") from None
    except yaml.YAMLError as error:
        raise ContractError(source, "", _syntax_error(error)) from None
    except RecursionError:
        raise ContractError(source, "", "it is nested too deeply") from None
    if not isinstance(document, dict):
        raise ContractError(source, "", "an OpenAPI document is a mapping with `openapi`, `info` and `paths`")
    _refuse_cycles(document, source)
    return document


def _syntax_error(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def _refuse_cycles(document: dict[str, Any], source: str) -> None:
    """YAML anchors may make a value its own descendant, which no JSON document can be."""

    def walk(value: Any, path: tuple[str | int, ...], above: frozenset[int]) -> None:
        if not isinstance(value, dict | list):
            return
        if id(value) in above:
            raise ContractError(source, join_pointer(path), "a YAML alias contains itself")
        for step, child in value.items() if isinstance(value, dict) else enumerate(value):
            walk(child, (*path, step), above | {id(value)})

    walk(document, (), frozenset())
