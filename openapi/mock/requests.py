"""What operations take from a request, compiled by the server's engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from openapi.contract import Contract
from openapi.mock.scenarios import MockedOperation
from openapi.server.arguments import Arguments

# Deeper than any query reaches; a schema that holds itself has no end.
_DEEPEST: Final = 8


def arguments_of(mocked: MockedOperation, max_body: int) -> Arguments | None:
    """The parameters and the body of an operation; None where the engine cannot check them, so that all are taken."""
    try:
        return compiled(mocked, max_body)
    except ValueError:
        return None


def compiled(mocked: MockedOperation, max_body: int) -> Arguments:
    """As `arguments_of`; ValueError says what cannot be checked."""
    parameters = [_resolved(mocked.contract, parameter) for parameter in mocked.operation.parameters]
    # Of an operation, the engine wants no more than what Connexion would make of its parameters.
    parsed: Any = SimpleNamespace(parameters=parameters)
    return Arguments(mocked.contract, mocked.operation, parsed, max_body)


def _resolved(contract: Contract, value: Any, depth: int = 0) -> Any:
    """A value with what it refers to in place of each reference."""
    value = contract.resolve(value)
    if depth > _DEEPEST:
        return {} if isinstance(value, dict) else value
    if isinstance(value, dict):
        return {name: _resolved(contract, inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(contract, inner, depth + 1) for inner in value]
    return value
