"""The kinds of resources in a contract, each with the operations on it."""

from __future__ import annotations

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
    found = []
    for template in dict.fromkeys(o.path for o in operations if is_item(o.path)):
        collection = template.rpartition("/")[0]
        on_item = {operation.method: operation for operation in operations if operation.path == template}
        posts = [operation for operation in operations if operation.method == "post"]
        create = next((post for post in posts if post.path.rstrip("/") == collection), on_item.get("put"))
        if create is None or not on_item.keys() - {create.method}:
            continue
        below = [post for post in posts if post.path.rpartition("/")[0] == template]
        change = [on_item[method] for method in ("put", "patch") if method in on_item]
        found.append(Family(template, create, on_item.get("get"), tuple(change), on_item.get("delete"), tuple(below)))
    return found
