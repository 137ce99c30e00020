"""What operations take from a request, compiled by the server's engine."""

from __future__ import annotations

from openapi.mock.scenarios import MockedOperation
from openapi.server.arguments import Arguments


def arguments_of(mocked: MockedOperation, max_body: int) -> Arguments | None:
    """The parameters and the body of an operation; None where the engine cannot check them, so that all are taken."""
    try:
        return compiled(mocked, max_body)
    except ValueError:
        return None


def compiled(mocked: MockedOperation, max_body: int) -> Arguments:
    """As `arguments_of`; ValueError says what cannot be checked."""
    return Arguments(mocked.contract, mocked.operation, max_body)
