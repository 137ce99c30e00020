"""Splits a contract into documents of one operation each, with what this operation needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from openapi.contract.contract import Contract
from openapi.contract.operation_ids import methods_of
from openapi.contract.operations import Operation
from openapi.documents.errors import ContractError
from openapi.documents.pointer import steps_of
from openapi.documents.references import references
from openapi.publishing.portable import portable
from openapi.schemas.discriminators import selections_of

_OTHERS: Final = "additionalOperations"
# The members of a document that are not the same in each of its pages.
_OWN: Final = ("paths", "webhooks", "components")


@dataclass(frozen=True)
class OperationDocument:
    """The document of one operation: info, servers and tags of the contract, the operation's path, and the components
    that it needs. `name` is unique in the contract, and can name a file on any system."""

    name: str
    operation: Operation
    root: Mapping[str, Any] = field(repr=False)


def split(contract: Contract) -> tuple[OperationDocument, ...]:
    """The documents of all operations of a contract, in its order.

    A contract of Swagger 2.0 becomes documents of OpenAPI 3.0. Raises ContractError for a path that the head of a page
    cannot name.
    """
    whole = replace(contract, root=portable(contract.root), origins={}, converted_from=None)
    needs = _Needs(whole)
    names = _names(whole.operations)
    return tuple(
        OperationDocument(names[operation.pointer], operation, _document_of(whole, operation, needs))
        for operation in whole.operations
    )


def _document_of(contract: Contract, operation: Operation, needs: _Needs) -> dict[str, Any]:
    if re.search(r"\s", operation.path) or not operation.path.startswith("/"):
        reason = "a page cannot name this path; begin it with a slash, and write white space as %20"
        raise ContractError(contract.source, operation.path_pointer, reason)
    paths = {operation.path: _path_item_of(operation)}
    shared = {key: value for key, value in contract.root.items() if key not in _OWN}
    components = needs.components(({**shared, "paths": paths}), _schemes(contract, operation))
    result: dict[str, Any] = {}
    for key, value in contract.root.items():
        if key in shared:
            result[key] = value
        elif key == "paths":
            result[key] = paths
        elif key == "components" and components:
            result[key] = components
    return result


def _path_item_of(operation: Operation) -> dict[str, Any]:
    """The Path Item of an operation without the other operations."""
    item = operation.path_item
    steps = next(steps for method, steps in methods_of(item) if method == operation.method)
    others = {inner[0] for _, inner in methods_of(item)} - {steps[0]}
    result = {key: value for key, value in item.items() if key not in others}
    if steps[0] == _OTHERS:
        result[_OTHERS] = {steps[1]: operation.definition}
    return result


def _schemes(contract: Contract, operation: Operation) -> Iterator[str]:
    """The names of the security schemes that an operation, its callbacks and the document name."""
    sent = (each for group in operation.callbacks.values() for each in group)
    for definition in (contract.root, operation.definition, *(each.definition for each in sent)):
        for requirement in definition.get("security", ()):
            yield from requirement


def _names(operations: Iterable[Operation]) -> dict[str, str]:
    """The names of operations by their pointers: the operationId in small letters, numbered where several would have
    the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for operation in sorted(operations, key=lambda each: (each.operation_id, each.pointer)):
        plain = re.sub(r"[^a-z0-9]+", "-", operation.operation_id.lower()).strip("-") or "operation"
        number = 1
        while (name := plain if number == 1 else f"{plain}-{number}") in taken:
            number += 1
        taken.add(name)
        names[operation.pointer] = name
    return names


class _Needs:
    """Which components a part of a document needs; each component is read once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._components: Mapping[str, Any] = contract.root.get("components", {})
        self._known: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    def components(self, part: Any, schemes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The components that `part` needs, directly or not, in the order of the document."""
        pending = [*self._direct(part), *(("securitySchemes", name) for name in schemes)]
        needed: set[tuple[str, str]] = set()
        while pending:
            key = pending.pop()
            if key not in needed and self._exists(key):
                needed.add(key)
                pending.extend(self._needs_of(key))
        chosen = {
            section: {name: value for name, value in entries.items() if (section, name) in needed}
            for section, entries in self._components.items()
            if isinstance(entries, Mapping)
        }
        return {section: entries for section, entries in chosen.items() if entries}

    def _exists(self, key: tuple[str, str]) -> bool:
        return key[1] in self._components.get(key[0], {})

    def _needs_of(self, key: tuple[str, str]) -> frozenset[tuple[str, str]]:
        if key not in self._known:
            self._known[key] = frozenset(self._direct(self._components[key[0]][key[1]]))
        return self._known[key]

    def _direct(self, part: Any) -> Iterator[tuple[str, str]]:
        """(section, name) of the components that a part refers to or that its discriminators select."""
        pointers = [found.target[1:] for found in references(part) if found.target.startswith("#/components/")]
        for schema in _discriminating(part):
            pointers += [selection.pointer for selection in selections_of(self._contract, schema)]
        for pointer in pointers:
            if len(steps := steps_of(pointer)) >= 3:
                yield steps[1], steps[2]


def _discriminating(part: Any) -> Iterator[dict[str, Any]]:
    """The schemas in a part that have a discriminator."""
    pending = [part]
    while pending:
        value = pending.pop()
        if (
            isinstance(value, dict)
            and isinstance(found := value.get("discriminator"), dict)
            and "propertyName" in found
        ):
            yield value
        children = value.values() if isinstance(value, dict) else value
        pending.extend(child for child in children if isinstance(child, dict | list))
