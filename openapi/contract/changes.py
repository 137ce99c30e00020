"""Which operations differ between two contracts, in themselves or in what they refer to."""

from __future__ import annotations

from typing import Any

from openapi.contract.contract import Contract, Operation


def changed_operations(old: Contract, new: Contract) -> tuple[Operation, ...]:
    """The operations of `new` that `old` has not, or has otherwise; their descriptions and examples count too."""
    before = {(operation.method, operation.path): _meaning(old, operation) for operation in old.operations}
    return tuple(
        operation
        for operation in new.operations
        if before.get((operation.method, operation.path)) != _meaning(new, operation)
    )


def _meaning(contract: Contract, operation: Operation) -> Any:
    """All that is said of an operation: itself, its security, and whatever it refers to, by reference."""
    schemes = contract.security_schemes
    said: list[Any] = [
        dict(operation.definition),
        [dict(parameter) for parameter in operation.parameters],
        [{name: schemes[name] for name in requirement} for requirement in operation.security],
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
