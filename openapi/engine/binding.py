"""Finds the handlers of a package by name: operationId -> coroutine."""

from __future__ import annotations

import importlib
import inspect
import keyword
import pkgutil
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from types import ModuleType
from typing import Any

from openapi.contract import Operation
from openapi.engine.endpoints import Handler
from openapi.engine.errors import BindingError


class HandlerPackage:
    """The handlers of a package: the public coroutine functions that its modules define.

    Raises BindingError if a module cannot be imported.
    """

    def __init__(self, package: ModuleType) -> None:
        functions = _public_functions(package)
        self._name = package.__name__
        self._handlers = {
            name: handlers for name, found in functions.items() if (handlers := [*filter(_is_coroutine, found)])
        }
        self._others = {name: found[0].__module__ for name, found in functions.items() if name not in self._handlers}

    @property
    def names(self) -> frozenset[str]:
        """The names of the handlers."""
        return frozenset(self._handlers)

    def handler(self, operation: Operation) -> Handler:
        """The handler of an operation. Raises ValueError if there is none, or more than one."""
        name = handler_name(operation.operation_id)
        called = f"{operation.operation_id} ({operation.label})"
        found = self._handlers.get(name, ())
        if len(found) == 1:
            return found[0]
        if found:
            modules = " and ".join(function.__module__ for function in found)
            raise ValueError(f"{len(found)} handlers for {called}, in {modules}: keep one")
        if name in self._others:
            raise ValueError(f"the handler for {called} in {self._others[name]} must be an `async def`")
        raise ValueError(f"no handler for {called}: write `async def {name}(...)` in a module of {self._name}/")


def handler_name(operation_id: str) -> str:
    """The name of the function for an operationId: the same, with underscores for characters that Python does not
    allow. A name that no public function can have is changed: ``import`` is ``import_``, ``2fa`` is ``op_2fa``."""
    name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", operation_id))
    if not name[:1].isalpha():
        return f"op_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def check_signature(handler: Handler, available: frozenset[str], optional: frozenset[str]) -> str | None:
    """The reason why `handler` cannot be called with arguments of the names in `available`, or None.

    The handler need not take all of them; some calls omit the arguments in `optional`.
    """
    for parameter in inspect.signature(handler).parameters.values():
        if parameter.kind is parameter.POSITIONAL_ONLY:
            return f"takes {parameter.name!r} by position only; the server passes arguments by name"
        required = parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        if required and parameter.kind is not parameter.VAR_POSITIONAL and parameter.name not in available:
            passed = ", ".join(sorted(available)) or "no arguments"
            return f"takes {parameter.name!r}, but the server passes {passed}"
        if required and parameter.kind is not parameter.VAR_POSITIONAL and parameter.name in optional:
            return f"takes {parameter.name!r} without a default, but a request can omit it"
    return None


def accepted_names(handler: Handler, available: frozenset[str]) -> frozenset[str]:
    """The names in `available` that the handler takes."""
    parameters = inspect.signature(handler).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return available
    return available & parameters.keys()


def named_parameters(handler: Handler) -> frozenset[str]:
    """The names of the parameters in the signature of the handler."""
    return frozenset(inspect.signature(handler).parameters)


def _public_functions(package: ModuleType) -> dict[str, list[Callable[..., Any]]]:
    found: dict[str, list[Callable[..., Any]]] = defaultdict(list)
    for info in sorted(pkgutil.iter_modules(package.__path__, package.__name__ + "."), key=lambda info: info.name):
        try:
            module = importlib.import_module(info.name)
        except Exception as error:
            raise BindingError([f"{info.name} cannot be imported: {type(error).__name__}: {error}"]) from error
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == info.name and not name.startswith("_"):
                found[name].append(function)
    return found


def _is_coroutine(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function)
