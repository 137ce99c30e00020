"""OpenAPI Overlay 1.0: changes to a document, kept in a file of their own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import jsonpath

from openapi.documents.errors import ContractError
from openapi.documents.pointer import pointer_to


def apply_overlay(document: Mapping[str, Any], overlay: Mapping[str, Any], source: str) -> dict[str, Any]:
    """A changed copy of `document`: every action's `update` merged into, or `remove` applied to, what its `target`
    selects (Overlay 1.0.0 sections 4.4.1 and 4.4.3).

    ContractError, which names `source`, for an overlay that is malformed, and for a target that selects nothing: that
    is an overlay which no longer fits its document.
    """
    if not str(overlay.get("overlay", "")).startswith("1."):
        raise ContractError(source, "/overlay", "an overlay starts with `overlay: 1.0.0`")
    if not isinstance(actions := overlay.get("actions"), list) or not actions:
        raise ContractError(source, "/actions", "an overlay has a list of at least one action")
    result = copy.deepcopy(dict(document))
    for index, action in enumerate(actions):
        _apply(result, action, source, pointer_to("actions", index))
    return result


def _apply(document: dict[str, Any], action: Any, source: str, pointer: str) -> None:
    if not isinstance(action, dict) or not isinstance(target := action.get("target"), str):
        raise ContractError(source, pointer, "an action is a mapping with a `target`")
    try:
        # A target may select one place twice.
        matches = list({match.path: match for match in jsonpath.finditer(target, document)}.values())
    except jsonpath.JSONPathError as error:
        raise ContractError(source, pointer + "/target", f"not a JSONPath: {str(error).splitlines()[0]}") from None
    if not matches:
        raise ContractError(source, pointer + "/target", f"{target} selects nothing in the document")
    # From the end: to remove an item moves those behind it, and takes those below it along.
    for match in reversed(matches):
        if action.get("remove") is True:
            _remove(match, source, pointer)
        elif "update" in action:
            _update(match.obj, action["update"], source, pointer + "/update")
        else:
            raise ContractError(source, pointer, "an action has an `update`, or `remove: true`")


def _remove(match: jsonpath.JSONPathMatch, source: str, pointer: str) -> None:
    if match.parent is None:
        raise ContractError(source, pointer + "/target", "the whole document cannot be removed")
    del match.parent.obj[match.parts[-1]]  # type: ignore[attr-defined]  # the parent of a match is a container


def _update(target: Any, update: Any, source: str, pointer: str) -> None:
    if isinstance(target, list):
        target.append(copy.deepcopy(update))
    elif isinstance(target, dict) and isinstance(update, dict):
        _merge(target, update)
    else:
        raise ContractError(source, pointer, "only an object or a list can be updated")


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    """Objects are merged, lists concatenated, anything else is replaced."""
    for key, value in update.items():
        present = target.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(copy.deepcopy(value))
        else:
            target[key] = copy.deepcopy(value)
