"""Finds the function of an operation for Connexion, in a package of handlers."""

from __future__ import annotations

from typing import Any

from connexion.exceptions import ResolverError
from connexion.resolver import Resolution, Resolver

from openapi.contract import Contract
from openapi.engine.binding import HandlerPackage


class HandlerResolver(Resolver):  # type: ignore[misc]  # Connexion is untyped
    """Finds the handlers of the operations of `contract`. It raises ResolverError, the only error that Connexion
    handles."""

    def __init__(self, contract: Contract, handlers: HandlerPackage) -> None:
        super().__init__()
        self._contract = contract
        self._handlers = handlers

    def resolve(self, operation: Any) -> Resolution:
        """The coroutine for `operation`. Connexion calls this several times per operation; the result is the same."""
        try:
            handler = self._handlers.handler(self._contract.operation(operation.operation_id))
        except ValueError as error:
            raise ResolverError(str(error)) from None
        return Resolution(handler, operation.operation_id)
