"""The order of operations by dependence: create, read, change; destroy at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from openapi.check.resources.known import is_item
from openapi.contract import Operation

_WORDS: Final = re.compile(r"[A-Za-z][a-z]*|[A-Z]+(?![a-z])")
# Words in the name of an operation that ends something, for example the session of the caller.
_DESTRUCTIVE: Final = frozenset(
    (
        "cancel",
        "close",
        "credentials",
        "deactivate",
        "delete",
        "destroy",
        "disable",
        "erase",
        "expire",
        "invalidate",
        "logout",
        "password",
        "purge",
        "remove",
        "reset",
        "revoke",
        "shutdown",
        "signout",
        "terminate",
        "unregister",
        "wipe",
    )
)


def waves(operations: Sequence[Operation]) -> list[list[Operation]]:
    """The operations in the order of their dependence; those of one wave do not depend on one another.

    What creates comes before what reads, and this before what changes; in each of these a collection comes before its
    items.
    """
    paths = {operation.path.rstrip("/") for operation in operations if operation.method == "post"}
    ranked = [(_rank(operation, paths), operation) for operation in operations]
    ordered = sorted(ranked, key=lambda pair: pair[0])
    return [[operation for _, operation in group] for _, group in groupby(ordered, key=lambda pair: pair[0])]


def divided(operations: Sequence[Operation]) -> tuple[list[Operation], list[Operation]]:
    """The operations that leave everything in place, and the destructive ones, those of the deepest paths first. If all
    are destructive, there is nothing to protect from them, and all are in the first list."""
    ending = [operation for operation in operations if is_destructive(operation)]
    lasting = [operation for operation in operations if operation not in ending]
    if not lasting:
        return ending, []
    return lasting, sorted(ending, key=lambda operation: -operation.path.count("/"))


def is_destructive(operation: Operation) -> bool:
    """Whether an operation deletes or ends something, by its method or its name."""
    if operation.is_safe:
        return False
    words = {word.lower() for word in _WORDS.findall(f"{operation.path.rpartition('/')[2]} {operation.operation_id}")}
    spelled = {"".join(pair) for pair in (("log", "out"), ("sign", "out")) if words >= set(pair)}
    return operation.method == "delete" or bool((words | spelled) & _DESTRUCTIVE)


def _rank(operation: Operation, posted: set[str]) -> tuple[int, int]:
    depth = operation.path.count("/")
    if operation.method == "post" and not is_item(operation.path):
        return 0, depth
    creates_itself = operation.method == "put" and operation.path.rpartition("/")[0] not in posted
    if creates_itself and is_item(operation.path):
        return 0, depth
    return (1 if operation.is_safe else 2), depth
