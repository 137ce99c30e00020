"""Finds the operations that differ between two contracts, directly or in what they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openapi.contract.contract import Contract
from openapi.contract.operations import Operation


def changed_operations(old: Contract, new: Contract) -> tuple[Operation, ...]:
    """The operations of `new` that are not in `old` or differ from it; descriptions and examples count too."""
    before = {(operation.method, operation.path): _meaning(old, operation) for operation in old.operations}
    return tuple(
        operation
        for operation in new.operations
        if before.get((operation.method, operation.path)) != _meaning(new, operation)
    )


def _meaning(contract: Contract, operation: Operation) -> Any:
    """Everything that defines an operation: its definition, its security, and by reference what they refer to."""
    own = {(parameter["in"], parameter["name"]) for parameter in _parameters(contract, operation.definition)}
    inherited = _parameters(contract, operation.path_item)
    said: list[Any] = [
        dict(operation.definition),
        [parameter for parameter in inherited if (parameter["in"], parameter["name"]) not in own],
        operation.security,
    ]
    referred: dict[str, Any] = {}
    pending: list[Any] = [said]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and reference not in referred:
                referred[reference] = contract.resolve(value)
                pending.append(referred[reference])
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return said, referred


def _parameters(contract: Contract, holder: Mapping[str, Any]) -> list[Any]:
    return [contract.resolve(parameter) for parameter in holder.get("parameters", ())]
