"""The statuses that the server answers by itself, and that an operation should declare."""

from __future__ import annotations

from collections.abc import Iterable

from openapi.contract import Operation


def undeclared_statuses(operation: Operation) -> list[int]:
    """The statuses that the server may answer for an operation, though the contract does not declare them: 400 for
    parameters or a body that break their schema, 401 without valid credentials, 413 and 415 for a body (RFC 9110
    sections 15.5.1, 15.5.2, 15.5.14 and 15.5.16)."""
    has_body = operation.body is not None
    answered = {
        400: has_body or bool(operation.parameters),
        401: not operation.public,
        413: has_body,
        415: has_body,
    }
    return [status for status, is_answered in answered.items() if is_answered and not operation.response_for(status)]


def undeclared_warnings(operations: Iterable[Operation]) -> list[str]:
    """A sentence for each operation that does not declare all of them."""
    return [warning for operation in operations if (warning := _warning(operation)) is not None]


def _warning(operation: Operation) -> str | None:
    missing = undeclared_statuses(operation)
    if not missing:
        return None
    *others, last = map(str, missing)
    listed = f"{', '.join(others)} and {last}" if others else last
    name = f"{operation.operation_id} ({operation.label})"
    return (
        f"{name} does not declare {listed}, which the server answers; add {'them' if others else 'it'} to the contract"
    )
