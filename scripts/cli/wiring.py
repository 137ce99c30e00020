"""From settings to the application that serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

import handlers
from handlers.auth import BearerAuthenticator
from handlers.errors import failure_of
from handlers.tokens import TokenVerifier
from openapi.contract import STRICT, Contract, Operation, load_contract
from openapi.server import create_server
from openapi.server.observation import Observer
from scripts.cli.failures import Refused
from scripts.cli.keys import key_source, token_rules
from scripts.cli.settings import Settings
from store import SQLiteReader


def build_server(settings: Settings, observers: Sequence[Observer] = ()) -> ASGIApp:
    """The application for `settings`; `observers` are told of every answer.

    ContractError, BindingError, KeyUnusable or Refused when it cannot be built; the store is opened by the first
    request that needs it.
    """
    contract = load_contract()
    check_public(contract, settings)
    keys = key_source(settings)
    store = SQLiteReader(settings.database)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with keys.kept_fresh():
            yield
        await store.close()

    rules = token_rules(settings)
    verify = TokenVerifier(keys, rules, memory=settings.token_memory)
    authenticator = BearerAuthenticator(verify, store, match_organization=rules.organization_claim is not None)
    return create_server(
        [contract, contract.with_overlay(STRICT)],
        handlers,
        errors=failure_of,
        authenticators={"bearer": authenticator},
        services={"store": store},
        checks={"keys": keys.check, "store": store.check},
        documents=settings.documents,
        health=settings.health,
        lifespan=lifespan,
        observers=observers,
        observed_within=0.02,
        cors_origins=settings.cors_origins,
    )


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
