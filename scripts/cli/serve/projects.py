"""A contract of your own, with its handlers: what `serve --contract FILE --handlers PACKAGE` serves."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp

from handlers.authentication.auth import TokenAuthenticator
from handlers.authentication.tokens import TokenVerifier
from handlers.errors import failure_of
from openapi.contract import Contract, load_contract
from openapi.engine.endpoints import ErrorResponse, ErrorTable
from openapi.server import create_server
from scripts.cli.failures import Refused
from scripts.cli.serve.keys import key_source, token_rules
from scripts.cli.serve.wiring import NO_HOOKS, Hooks, check_public
from scripts.cli.settings import Settings

if TYPE_CHECKING:
    from handlers.authentication.key_sources import KeySource

# The packages of this program, which a project could not import.
_OWN: Final = ("handlers", "openapi", "scripts", "store")


@dataclass(frozen=True)
class Project:
    """The files of a contract and of an overlay that answers must satisfy too, and the import name of the handlers."""

    contract: Path
    package: str
    overlay: Path | None = None

    def load(self) -> Contract:
        """The contract. Raises ContractError, and Refused if it has no operations."""
        contract = load_contract(self.contract)
        if not contract.operations:
            raise Refused(f"the contract {self.contract} has no operations; add a path, or name another file")
        return contract


def project_of(contract: Path | None, handlers: str | None, overlay: Path | None) -> Project | None:
    """The project that these options name; None for the Tether API. Refused if only a part of them is given."""
    if contract is None and handlers is None:
        if overlay is not None:
            raise Refused("--overlay is for a contract of your own; add --contract and --handlers")
        return None
    if contract is None or handlers is None:
        given, missing = ("--contract", "--handlers PACKAGE") if handlers is None else ("--handlers", "--contract FILE")
        raise Refused(f"{given} needs {missing} too")
    return Project(contract, handlers, overlay)


def build_project(settings: Settings, project: Project, hooks: Hooks = NO_HOOKS) -> ASGIApp:
    """The application of a project for `settings`, with `hooks` for logs, metrics and traces.

    ContractError, BindingError, KeyUnusable or Refused if it cannot be built.
    """
    contract = project.load()
    check_public(contract, settings)
    package = import_package(project.package)
    services = services_of(package)
    keys = None if all(operation.public for operation in contract.operations) else key_source(settings, hooks.keys_read)
    authenticators = {}
    if keys is not None:
        verify = TokenVerifier(keys, token_rules(settings), memory=settings.token_memory, remembered=hooks.remembered)
        authenticators["bearer"] = TokenAuthenticator(verify)
    stricter = [] if project.overlay is None else [contract.with_overlay(project.overlay)]
    app = create_server(
        [contract, *stricter],
        package,
        errors=errors_of(package),
        authenticators=authenticators,
        services=services,
        checks={} if keys is None else {"keys": keys.check},
        documents=settings.documents,
        health=settings.health,
        lifespan=lambda: _running(services.values(), keys),
        observers=hooks.observers,
        observed_within=0.02,
        cors_origins=settings.cors_origins,
    )
    return app if hooks.tracing is None else hooks.tracing.requests(app, contract.operations)


def import_package(name: str) -> ModuleType:
    """The package of this name in the current folder, or an installed one. Refused if it cannot be imported."""
    if name.partition(".")[0] in _OWN:
        raise Refused(f"the package {name!r} has the name of a part of tether-relay; rename your package")
    if not all(part.isidentifier() for part in name.split(".")):
        raise Refused(f"{name!r} is not the name of a package; write it as in `import`, such as shop.operations")
    # The program itself may be installed elsewhere.
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    importlib.invalidate_caches()
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise Refused(f"there is no package {error.name!r} in {here}; run the command in its folder") from None
        raise Refused(f"the package {name} cannot be imported: {error}") from error
    except Exception as error:
        raise Refused(f"the package {name} cannot be imported: {type(error).__name__}: {error}") from error
    if not hasattr(package, "__path__"):
        raise Refused(f"{name} is a module; move its coroutines into a folder {name}/ with an __init__.py")
    return package


def services_of(package: ModuleType) -> Mapping[str, object]:
    """What the function `services` of the package returns: the values that handlers get by name. Refused if it fails,
    or if a name is taken."""
    make = _hook(package, "services")
    if make is None:
        return {}
    try:
        services = make()
    except Exception as error:
        raise Refused(f"{package.__name__}.services() failed: {type(error).__name__}: {error}") from error
    if not isinstance(services, Mapping) or not all(isinstance(name, str) and name.isidentifier() for name in services):
        raise Refused(f"{package.__name__}.services() must return a dict from the names of arguments to values")
    if taken := sorted(services.keys() & {"body", "caller"}):
        raise Refused(f"{package.__name__}.services() must not return {taken[0]!r}, which the server passes itself")
    return services


def errors_of(package: ModuleType) -> ErrorTable:
    """The table of errors, whose bodies the function `error_body` of the package writes, if there is one."""
    write = _hook(package, "error_body")
    if write is None:
        return failure_of

    def failure(error: Exception) -> ErrorResponse:
        found = failure_of(error)
        return _Failure(found, write(found.status, found.code, found.message))

    return failure


@dataclass(frozen=True)
class _Failure:
    """An error response with another body."""

    original: ErrorResponse
    body: object

    @property
    def status(self) -> int:
        return self.original.status

    @property
    def code(self) -> str:
        return self.original.code

    @property
    def headers(self) -> Mapping[str, str]:
        return self.original.headers

    @property
    def expected(self) -> bool:
        return self.original.expected


def _hook(package: ModuleType, name: str) -> Callable[..., object] | None:
    hook = getattr(package, name, None)
    # A module of handlers may have the same name.
    if hook is None or isinstance(hook, ModuleType):
        return None
    if not callable(hook) or inspect.iscoroutinefunction(hook):
        raise Refused(f"{package.__name__}.{name} must be a function, not a coroutine")
    return hook  # type: ignore[no-any-return]  # of an unknown package


@asynccontextmanager
async def _running(services: Iterable[object], keys: KeySource | None) -> AsyncIterator[None]:
    """Open the services that have a coroutine `open`, and close those with a coroutine `close` in reverse order."""
    async with AsyncExitStack() as stack:
        if keys is not None:
            await stack.enter_async_context(keys.kept_fresh())
        for service in services:
            if inspect.iscoroutinefunction(opening := getattr(service, "open", None)):
                await opening()
            if inspect.iscoroutinefunction(closing := getattr(service, "close", None)):
                stack.push_async_callback(closing)
        yield
