"""The kinds of resources in a contract, each with the operations on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from openapi.check.resources.known import is_item
from openapi.contract import Operation


@dataclass(frozen=True)
class Family:
    """The operations on one kind of resource, at paths such as ``/things`` and ``/things/{id}``, the `template`;
    `dependents` create what belongs to one resource, at paths such as ``/things/{id}/parts``."""

    template: str
    create: Operation
    read: Operation | None
    change: tuple[Operation, ...]
    delete: Operation | None
    dependents: tuple[Operation, ...]


def families(operations: Sequence[Operation]) -> list[Family]:
    """The kinds of resources of which the operations create some, and read, change or delete them."""
    on_items: dict[str, dict[str, Operation]] = defaultdict(dict)
    posts: dict[str, Operation] = {}
    dependents: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        if is_item(operation.path):
            on_items[operation.path][operation.method] = operation
        if operation.method == "post":
            posts[operation.path.rstrip("/")] = operation
            dependents[operation.path.rpartition("/")[0]].append(operation)
    found = []
    for template, on_item in on_items.items():
        create = posts.get(template.rpartition("/")[0]) or on_item.get("put")
        if create is None or not on_item.keys() - {create.method}:
            continue
        change = tuple(on_item[method] for method in ("put", "patch") if method in on_item)
        below = tuple(dependents[template])
        found.append(Family(template, create, on_item.get("get"), change, on_item.get("delete"), below))
    return found
