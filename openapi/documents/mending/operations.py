"""Mends what operations say about the whole document: their ids, and the security schemes that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistakes
from openapi.documents.references import Steps

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


def mend_operation_ids(root: Mapping[str, Any], resolve: Callable[[Any], Any], mistakes: Mistakes) -> None:
    """Take an operationId that another operation has from the later one, in place."""
    seen: dict[str, int] = {}
    for operation, path in _operations(root, resolve):
        name = operation.get("operationId")
        if name and seen.setdefault(name, id(operation)) != id(operation):
            mistakes.add(
                (*path, "operationId"), f"another operation has the operationId {name!r} too; a new one is made"
            )
            del operation["operationId"]


def mend_security(root: dict[str, Any], resolve: Callable[[Any], Any], mistakes: Mistakes) -> None:
    """Leave security schemes that are not declared out of requirements, in place."""
    declared = root.get("components", {}).get("securitySchemes", {})
    holders: list[tuple[dict[str, Any], Steps]] = [(root, ()), *_operations(root, resolve)]
    for holder, path in holders:
        for index, requirement in enumerate(holder.get("security", ())):
            for name in [name for name in requirement if name not in declared]:
                where = (*path, "security", index, name)
                mistakes.add(where, f"the security scheme {name!r} is not declared; it is not checked")
                del requirement[name]


def _operations(root: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    for path, item in root.get("paths", {}).items():
        if path.startswith("x-"):
            continue
        try:
            item = resolve(item)
        except (LookupError, ContractError):
            continue
        yield from ((item[method], ("paths", path, method)) for method in _METHODS if method in item)
        others = item.get("additionalOperations", {})
        yield from ((each, ("paths", path, "additionalOperations", method)) for method, each in others.items())
