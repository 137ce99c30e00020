"""Compares the request body of an operation."""

from __future__ import annotations

from typing import Final

from openapi.compatibility.changes import ChangeDirection
from openapi.compatibility.contents import compare_contents
from openapi.compatibility.flow import OperationPair

_REQUEST: Final = ChangeDirection.REQUEST
_BODY: Final = "the request body"


def compare_bodies(pair: OperationPair) -> None:
    """Compare the request bodies."""
    old, new = pair.old.body, pair.new.body
    if old is not None and new is not None:
        if old.required != new.required:
            text = f"{_BODY} became {'required' if new.required else 'optional'}"
            rule = f"request-body-{'required' if _does_harm(pair, required=new.required) else 'optional'}"
            pair.add(rule, text, old=old.pointer, new=new.pointer)
        compare_contents(pair, _REQUEST, old.contents, new.contents, (old.pointer, new.pointer), _BODY)
    elif old is not None:
        rule = "request-required-body-removed" if old.required else "request-body-removed"
        pair.add(rule, f"{_BODY} was removed", old=old.pointer)
    elif new is not None:
        is_required = new.required and pair.is_from_client(_REQUEST)
        text = f"{_BODY} was added{' and is required' if is_required else ''}"
        pair.add("request-required-body-added" if is_required else "request-body-added", text, new=new.pointer)


def _does_harm(pair: OperationPair, *, required: bool) -> bool:
    """Whether a body that becomes required, or optional, breaks its receiver or sender."""
    return required is pair.is_from_client(_REQUEST)
