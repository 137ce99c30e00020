"""OpenAPI Overlay 1.0: changes to a document, kept in a separate file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import jsonpath

from openapi.documents.errors import ContractError
from openapi.documents.pointer import pointer_to


def apply_overlay(document: Mapping[str, Any], overlay: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return a copy of `document` with the actions of `overlay` applied: each merges its `update` into the nodes that
    its `target` selects, or removes them (Overlay 1.0.0 sections 4.4.1 and 4.4.3).

    Raises ContractError, which names `source`, for a malformed overlay, and for a target that selects nothing: such an
    overlay no longer fits its document.
    """
    if not str(overlay.get("overlay", "")).startswith("1."):
        raise ContractError(source, "/overlay", "an overlay must have `overlay: 1.0.0`")
    if not isinstance(actions := overlay.get("actions"), list) or not actions:
        raise ContractError(source, "/actions", "an overlay must have `actions`, a list of at least one action")
    result = copy.deepcopy(dict(document))
    for index, action in enumerate(actions):
        _apply(result, action, source, pointer_to("actions", index))
    return result


def _apply(document: dict[str, Any], action: Any, source: str, pointer: str) -> None:
    if not isinstance(action, dict) or not isinstance(target := action.get("target"), str):
        raise ContractError(source, pointer, "an action must be a mapping with a `target`")
    try:
        # A target can select the same node twice.
        matches = list({match.path: match for match in jsonpath.finditer(target, document)}.values())
    except jsonpath.JSONPathError as error:
        reason = f"the target is not a valid JSONPath: {str(error).splitlines()[0]}"
        raise ContractError(source, pointer + "/target", reason) from None
    if not matches:
        reason = f"{target} selects nothing in the document; correct the target or remove the action"
        raise ContractError(source, pointer + "/target", reason)
    # In reverse order: removing a node shifts the items after it and removes the nodes below it.
    for match in reversed(matches):
        if action.get("remove") is True:
            _remove(match, source, pointer)
        elif "update" in action:
            _update(match.obj, action["update"], source, pointer + "/update")
        else:
            raise ContractError(source, pointer, "an action must have an `update` or `remove: true`")


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
        raise ContractError(source, pointer, "the target must be a list, or an object that an object updates")


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    """Merge objects, concatenate lists, replace anything else."""
    for key, value in update.items():
        present = target.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(copy.deepcopy(value))
        else:
            target[key] = copy.deepcopy(value)
