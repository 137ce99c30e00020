"""From settings to the application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp

import handlers
from handlers.authentication.auth import BearerAuthenticator
from handlers.authentication.tokens import TokenVerifier
from handlers.errors import failure_of
from openapi.contract import STRICT, Contract, Operation, load_contract
from openapi.engine.observation import Observer
from openapi.extras import require_extra
from openapi.server import create_server
from scripts.cli.failures import Refused
from scripts.cli.serve.keys import key_source, token_rules
from scripts.cli.settings import Settings
from store import Reader, SQLiteReader, SQLiteWriter, Writer

if TYPE_CHECKING:
    from scripts.cli.telemetry.tracing import Tracing


@dataclass(frozen=True)
class Hooks:
    """Callbacks for logs, metrics and traces: `observers` receive each answer; `store_read`, the number of store
    queries and their seconds; `remembered`, whether a token was remembered; `keys_read`, the outcome of each reading of
    the keys. `tracing` traces requests and reads of the store."""

    observers: Sequence[Observer] = ()
    store_read: Callable[[int, float], None] | None = None
    remembered: Callable[[bool], None] | None = None
    keys_read: Callable[[str], None] = lambda outcome: None
    tracing: Tracing | None = None


NO_HOOKS: Final = Hooks()


def build_server(settings: Settings, hooks: Hooks = NO_HOOKS) -> ASGIApp:
    """The application for `settings`, with `hooks` for logs, metrics and traces.

    ContractError, BindingError, KeyUnusable or Refused if it cannot be built. The first request that needs the store
    opens it.
    """
    contract = load_contract()
    check_public(contract, settings)
    keys = key_source(settings, hooks.keys_read)
    store: Reader = SQLiteReader(settings.database, observe=hooks.store_read)
    if hooks.tracing is not None:
        store = hooks.tracing.store(store)

    # Opens nothing before the first change.
    writer: Writer = SQLiteWriter(settings.database)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with keys.kept_fresh():
            yield
        await store.close()
        await writer.close()

    rules = token_rules(settings)
    verify = TokenVerifier(keys, rules, memory=settings.token_memory, remembered=hooks.remembered)
    authenticator = BearerAuthenticator(verify, store, match_organization=rules.organization_claim is not None)
    app = create_server(
        [contract, contract.with_overlay(STRICT)],
        handlers,
        errors=failure_of,
        authenticators={"bearer": authenticator},
        services={"store": store},
        writers={"writer": writer},
        checks={"keys": keys.check, "store": store.check},
        documents=settings.documents,
        health=settings.health,
        lifespan=lifespan,
        observers=hooks.observers,
        observed_within=0.02,
        cors_origins=settings.cors_origins,
    )
    return app if hooks.tracing is None else hooks.tracing.requests(app, contract.operations)


def open_tracing(settings: Settings) -> Tracing | None:
    """The exporter of traces; None if no endpoint is set.

    Refused if its packages are not installed, or if a variable of OpenTelemetry is invalid.
    """
    if settings.otlp_endpoint is None:
        return None
    require_extra("tracing", "TETHER_RELAY_OTLP_ENDPOINT")
    from scripts.cli.telemetry.tracing import Tracing

    try:
        return Tracing(settings.otlp_endpoint, settings.otlp_sample_ratio)
    except ValueError as error:
        raise Refused(f"a variable OTEL_... of OpenTelemetry is invalid: {error}") from None


def public_operations(contract: Contract) -> Sequence[Operation]:
    """The operations without authentication."""
    return [operation for operation in contract.operations if operation.public]


def check_public(contract: Contract, settings: Settings) -> None:
    """Refused if the settings do not permit a public operation: its security may have been forgotten."""
    if settings.allow_public:
        return
    forgotten = [
        operation.operation_id
        for operation in public_operations(contract)
        if operation.operation_id not in settings.public_operations
    ]
    if forgotten:
        names = ",".join(forgotten)
        raise Refused(
            f"the contract declares {names} public, without authentication: if this is intended, set "
            f"TETHER_RELAY_PUBLIC_OPERATIONS={names} or pass --allow-public"
        )
