"""From settings to the application that serves."""

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
from store import Reader, SQLiteReader

if TYPE_CHECKING:
    from scripts.cli.telemetry.tracing import Tracing


@dataclass(frozen=True)
class Hooks:
    """Who is told what goes on: `observers` of each answer, `store_read` of queries of the store and their seconds,
    `remembered` of each token whether it was remembered, `keys_read` of the outcome of each reading of the keys;
    `tracing` follows requests and reads of the store."""

    observers: Sequence[Observer] = ()
    store_read: Callable[[int, float], None] | None = None
    remembered: Callable[[bool], None] | None = None
    keys_read: Callable[[str], None] = lambda outcome: None
    tracing: Tracing | None = None


NO_HOOKS: Final = Hooks()


def build_server(settings: Settings, hooks: Hooks = NO_HOOKS) -> ASGIApp:
    """The application for `settings`; `hooks` are told what goes on.

    ContractError, BindingError, KeyUnusable or Refused when it cannot be built; the store is opened by the first
    request that needs it.
    """
    contract = load_contract()
    check_public(contract, settings)
    keys = key_source(settings, hooks.keys_read)
    store: Reader = SQLiteReader(settings.database, observe=hooks.store_read)
    if hooks.tracing is not None:
        store = hooks.tracing.store(store)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with keys.kept_fresh():
            yield
        await store.close()

    rules = token_rules(settings)
    verify = TokenVerifier(keys, rules, memory=settings.token_memory, remembered=hooks.remembered)
    authenticator = BearerAuthenticator(verify, store, match_organization=rules.organization_claim is not None)
    app = create_server(
        [contract, contract.with_overlay(STRICT)],
        handlers,
        errors=failure_of,
        authenticators={"bearer": authenticator},
        services={"store": store},
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
    """What sends traces, where there are to be any.

    Refused when the packages for it are not installed, or OpenTelemetry's own settings make no sense.
    """
    if settings.otlp_endpoint is None:
        return None
    require_extra("tracing", "TETHER_RELAY_OTLP_ENDPOINT")
    from scripts.cli.telemetry.tracing import Tracing

    try:
        return Tracing(settings.otlp_endpoint, settings.otlp_sample_ratio)
    except ValueError as error:
        raise Refused(f"a variable OTEL_... of OpenTelemetry is wrong: {error}") from None


def public_operations(contract: Contract) -> Sequence[Operation]:
    """The operations that anyone may call."""
    return [operation for operation in contract.operations if operation.public]


def check_public(contract: Contract, settings: Settings) -> None:
    """Refused for a public operation that nobody has permitted: its security may have been forgotten."""
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
            f"the contract leaves {names} public, without authentication: if that is meant, set "
            f"TETHER_RELAY_PUBLIC_OPERATIONS={names} or pass --allow-public"
        )
