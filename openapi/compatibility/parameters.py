"""Compares the parameters of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from openapi.compatibility.changes import ChangeDirection
from openapi.compatibility.flow import OperationPair
from openapi.compatibility.retirement import is_retired
from openapi.compatibility.texts import SCALARS, compare_as_text, types_of
from openapi.contract import Operation, Parameter
from openapi.contract.router import names_in
from openapi.http.media_types import parse_media_type

_REQUEST: Final = ChangeDirection.REQUEST
# The styles that write a single text in the same way, and a list in one parameter for each item.
_QUERY_STYLES: Final = frozenset({"form", "spaceDelimited", "pipeDelimited"})

Key = tuple[str, str]


def compare_parameters(pair: OperationPair, today: date) -> None:
    """Compare the parameters: path parameters by their position in the path, others by name."""
    old, new = _by_key(pair.old), _by_key(pair.new)
    for key, parameter in old.items():
        if key in new:
            _compare(pair, parameter, new[key])
        else:
            _remove(pair, parameter, today)
    for key, parameter in new.items():
        if key not in old:
            _add(pair, parameter)


def _by_key(operation: Operation) -> dict[Key, Parameter]:
    positions = {name: str(index) for index, name in enumerate(names_in(operation.path))}
    return {_key(parameter, positions): parameter for parameter in operation.parameters}


def _key(parameter: Parameter, positions: Mapping[str, str]) -> Key:
    if parameter.location == "path":
        return "path", positions.get(parameter.name, parameter.name)
    return parameter.location, parameter.name.lower() if parameter.location == "header" else parameter.name


def _text(parameter: Parameter) -> str:
    return f"the {parameter.location} parameter {parameter.name}"


def _remove(pair: OperationPair, parameter: Parameter, today: date) -> None:
    written = _written(pair, parameter, is_old=True)
    retired = is_retired(written.get("deprecated") is True, written.get("x-sunset"), today)
    text = f"{_text(parameter)} was removed"
    name = f"{parameter.location} {parameter.name}"
    if not pair.is_from_client(_REQUEST):
        rule = "response-required-header-removed" if parameter.required else "response-header-removed"
        pair.add(rule, text, old=parameter.pointer, key=name, direction=_REQUEST)
        return
    rule = "request-parameter-retired" if retired else "request-parameter-removed"
    pair.add(rule, text, old=parameter.pointer, key=name)


def _add(pair: OperationPair, parameter: Parameter) -> None:
    name = f"{parameter.location} {parameter.name}"
    if not pair.is_from_client(_REQUEST):
        pair.add("response-header-added", f"{_text(parameter)} was added", new=parameter.pointer, key=name,
                 direction=_REQUEST)  # fmt: skip
    elif parameter.required:
        text = f"{_text(parameter)} was added and is required"
        pair.add("request-required-parameter-added", text, new=parameter.pointer, key=name)
    else:
        text = f"the optional {parameter.location} parameter {parameter.name} was added"
        pair.add("request-parameter-added", text, new=parameter.pointer, key=name)


def _compare(pair: OperationPair, old: Parameter, new: Parameter) -> None:
    if old.required != new.required:
        rules = (
            ("request-parameter-required", "request-parameter-optional")
            if pair.is_from_client(_REQUEST)
            else ("response-header-required", "response-header-optional")
        )
        text = f"{_text(new)} {'became required' if new.required else 'became optional'}"
        _report(pair, rules[0 if new.required else 1], text, old, new)
    is_renamed = old.name != new.name and "matrix" in (old.style, new.style)
    if is_renamed or _is_serialized_otherwise(old, new):
        text = f"{_text(new)} is written otherwise: {_form(new)}, not {_form(old)}"
        _report(pair, "request-parameter-serialization", text, old, new)
    _compare_flags(pair, old, new)
    _compare_schemas(pair, old, new)


def _report(pair: OperationPair, rule: str, text: str, old: Parameter, new: Parameter) -> None:
    pair.add(rule, text, old=old.pointer, new=new.pointer, direction=_REQUEST)


def _compare_flags(pair: OperationPair, old: Parameter, new: Parameter) -> None:
    if old.allows_empty != new.allows_empty:
        word, verb = ("widened", "allows") if new.allows_empty else ("narrowed", "no longer allows")
        text = f"{_text(new)} {verb} the empty value"
        _report(pair, f"request-parameter-empty-{word}", text, old, new)
    before, after = (
        _written(pair, each, is_old=each is old).get("allowReserved") is True and each.location == "query"
        for each in (old, new)
    )
    if before != after:
        word, verb = ("widened", "allows") if after else ("narrowed", "no longer allows")
        _report(pair, f"request-parameter-reserved-{word}", f"{_text(new)} {verb} reserved characters", old, new)


def _written(pair: OperationPair, parameter: Parameter, *, is_old: bool) -> Mapping[str, Any]:
    contract = pair.old_contract if is_old else pair.new_contract
    value = contract.at(contract.origin_of(parameter.pointer))
    return value if isinstance(value, Mapping) else {}


def _form(parameter: Parameter) -> str:
    """How messages name the serialization."""
    if parameter.media_type is not None:
        return f"as {parameter.media_type}"
    return f"in the style {parameter.style}{', exploded' if parameter.explode else ''}"


def _is_serialized_otherwise(old: Parameter, new: Parameter) -> bool:
    """Whether two parameters write one value in two ways."""
    types = types_of(old.schema)
    if (old.media_type is None) is not (new.media_type is None):
        other = old.media_type or new.media_type or ""
        is_plain = types <= {"integer", "fraction", "boolean"} and old.style == new.style
        return not (is_plain and parse_media_type(other).name == "application/json")
    if old.media_type is not None and new.media_type is not None:
        return parse_media_type(old.media_type).name != parse_media_type(new.media_type).name
    if types <= SCALARS:
        if old.location in ("query", "cookie") and {old.style, new.style} <= _QUERY_STYLES:
            return False
        return old.style != new.style
    if old.explode and new.explode and {old.style, new.style} <= _QUERY_STYLES and "object" not in types:
        return False
    if "object" not in types and old.style == "simple" == new.style:
        return False
    return (old.style, old.explode) != (new.style, new.explode)


def _compare_schemas(pair: OperationPair, old: Parameter, new: Parameter) -> None:
    if old.media_type is None and new.media_type is None:
        is_required = old.required and new.required
        compare_as_text(pair, _REQUEST, old.schema, new.schema, _text(new), is_required=is_required)
    else:
        pair.compare_schemas(_REQUEST, (old.schema,), (new.schema,), _text(new))
