"""Operations of the present contract that no page has any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from openapi.contract.contract import Contract
from openapi.contract.operations import Operation
from openapi.documents.errors import ContractError


def check_removals(present: Contract, merged: Contract, removed: Sequence[str]) -> None:
    """Raise ContractError for an operation of `present` that `merged` does not have and `removed` does not name: the
    pages may be incomplete. `removed` has operationIds or labels such as ``GET /things``; one that names an operation
    that is still there, or never was, is an error too."""
    there = {operation.label for operation in merged.operations}
    gone = [operation for operation in present.operations if operation.label not in there]
    for name in removed:
        _check_name(name, gone, (*merged.operations, *present.operations), present.source)
    if missing := [operation.label for operation in gone if not _is_named(operation, removed)]:
        options = " ".join(f"--removed '{label}'" for label in missing)
        reason = f"no page has {', '.join(missing)} any more; if that is right, add {options}"
        raise ContractError(present.source, "", reason)


def _check_name(name: str, gone: Sequence[Operation], known: Sequence[Operation], source: str) -> None:
    if any(_is_named(operation, [name]) for operation in gone):
        return
    if any(_is_named(operation, [name]) for operation in known):
        raise ContractError(source, "", f"--removed {name!r}: a page still has the operation; leave out the option")
    raise ContractError(source, "", f"--removed {name!r}: the contract has no such operation; leave out the option")


def _is_named(operation: Operation, names: Collection[str]) -> bool:
    return operation.label in names or operation.operation_id in names
