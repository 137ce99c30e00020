"""What violations of jsonschema-rs say, and of which kind they are."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs

from openapi.documents.pointer import join_pointer

# The most alternatives that a reason lists.
_MOST_NAMED = 12


def reason_of(error: jsonschema_rs.ValidationError) -> str:
    """The message of a violation, with the allowed alternatives if there are several."""
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Format) and kind.format == "byte":
        return "the value is not base64"
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Enum) and len(kind.options) <= _MOST_NAMED:
        named = [json.dumps(option, ensure_ascii=False) for option in kind.options]
        return f"the value is not {_one_of(named)}"
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.OneOfNotValid | jsonschema_rs.ValidationErrorKind.AnyOf):
        base = len(error.instance_path)
        branches = [reason_within(errors[0], base) for errors in kind.context[:_MOST_NAMED] if errors]
        return f"the value matches none of the alternatives ({'; '.join(dict.fromkeys(branches))})"
    return error.message


def reason_within(error: jsonschema_rs.ValidationError, base: int) -> str:
    """The message of a violation, with its place in a value that is `base` steps deep in the data."""
    where = join_pointer(error.instance_path[base:])
    return f"{where}: {reason_of(error)}" if where else reason_of(error)


def _one_of(named: list[str]) -> str:
    if len(named) == 1:
        return named[0]
    return f"one of {', '.join(named[:-1])} or {named[-1]}"


def is_overlap(error: jsonschema_rs.ValidationError) -> bool:
    """Whether a violation is that data satisfies several branches of a `oneOf`."""
    return _is_due_to(error, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid)


def is_nearly_none(error: jsonschema_rs.ValidationError) -> bool:
    """Whether a violation is an overlap or that of a format."""
    kinds = jsonschema_rs.ValidationErrorKind
    return _is_due_to(error, kinds.OneOfMultipleValid | kinds.Format)


def _is_due_to(error: jsonschema_rs.ValidationError, kinds: Any) -> bool:
    """Whether a violation is of one of `kinds`, or would not be there without violations of these."""
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.OneOfNotValid | jsonschema_rs.ValidationErrorKind.AnyOf):
        return any(all(_is_due_to(inner, kinds) for inner in branch) for branch in kind.context)
    return isinstance(kind, kinds)
