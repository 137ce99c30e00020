"""operationId -> coroutine: the handlers of a package, found by their names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from connexion.exceptions import ResolverError
from connexion.resolver import Resolution, Resolver

from openapi.documents.errors import BindingError
from openapi.engine.endpoints import Handler


def find_handlers(package: ModuleType) -> dict[str, list[Handler]]:
    """Name -> the public functions of that name defined in the modules of `package`; several are a mistake that
    matters only when an operation wants that name. BindingError for a module that cannot be imported."""
    found: dict[str, list[Handler]] = defaultdict(list)
    for info in sorted(pkgutil.iter_modules(package.__path__, package.__name__ + "."), key=lambda info: info.name):
        try:
            module = importlib.import_module(info.name)
        except Exception as error:
            raise BindingError([f"{info.name} cannot be imported: {type(error).__name__}: {error}"]) from error
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == info.name and not name.startswith("_"):
                found[name].append(function)
    return dict(found)


def handler_name(operation_id: str) -> str:
    """The function that serves an operationId: the same name, with an underscore for what Python does not allow."""
    return re.sub(r"\W", "_", operation_id)


class HandlerResolver(Resolver):  # type: ignore[misc]  # Connexion is untyped
    """Connexion's resolver for a bare operationId. It raises ResolverError, the one error that Connexion expects."""

    def __init__(self, handlers: Mapping[str, Sequence[Handler]]) -> None:
        super().__init__()
        self._handlers = handlers

    def resolve(self, operation: Any) -> Resolution:
        """The one coroutine for `operation`; called several times per operation, always with the same outcome."""
        operation_id = operation.operation_id
        called = f"{operation_id} ({operation.method.upper()} {operation.path})"
        name = handler_name(operation_id)
        found = self._handlers.get(name, ())
        if not found:
            raise ResolverError(f"no handler for {called}: write `async def {name}(...)` in a module of handlers/")
        if len(found) > 1:
            modules = " and ".join(function.__module__ for function in found)
            raise ResolverError(f"{len(found)} handlers for {called}, in {modules}: keep one")
        if not inspect.iscoroutinefunction(found[0]):
            raise ResolverError(f"the handler for {called} in {found[0].__module__} must be an `async def`")
        return Resolution(found[0], operation_id)


def check_signature(handler: Handler, available: frozenset[str], optional: frozenset[str]) -> str | None:
    """What keeps `handler` from being called with arguments of the names in `available`, or None.

    It need not take them all; those in `optional` are left out of some calls.
    """
    for parameter in inspect.signature(handler).parameters.values():
        if parameter.kind is parameter.POSITIONAL_ONLY:
            return f"takes {parameter.name!r} by position only; arguments are passed by name"
        required = parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        if required and parameter.kind is not parameter.VAR_POSITIONAL and parameter.name not in available:
            return f"takes {parameter.name!r}, but there is only {', '.join(sorted(available)) or 'nothing'}"
        if required and parameter.kind is not parameter.VAR_POSITIONAL and parameter.name in optional:
            return f"takes {parameter.name!r} without a default, but a request may leave it out"
    return None


def accepted_names(handler: Handler, available: frozenset[str]) -> frozenset[str]:
    """Which of `available` the handler takes."""
    parameters = inspect.signature(handler).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return available
    return available & parameters.keys()
