"""From settings to the application that serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

import handlers
from handlers.auth import BearerAuthenticator
from handlers.errors import failure_of
from handlers.keys import KeyUnusable, VerificationKey, public_key, secret_key
from handlers.tokens import TokenRules, TokenVerifier
from openapi.contract import STRICT, Contract, Operation, load_contract
from openapi.server import create_server
from scripts.cli.failures import Refused
from scripts.cli.settings import Settings
from store import SQLiteReader


def build_server(settings: Settings) -> ASGIApp:
    """The application for `settings`.

    ContractError, BindingError, KeyUnusable or Refused when it cannot be built; the store is opened by the first
    request that needs it.
    """
    contract = load_contract()
    check_public(contract, settings)
    store = SQLiteReader(settings.database)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        yield
        await store.close()

    verify = TokenVerifier(verification_key(settings), token_rules(settings), memory=settings.token_memory)
    return create_server(
        [contract, contract.with_overlay(STRICT)],
        handlers,
        errors=failure_of,
        authenticators={"bearer": BearerAuthenticator(verify, store)},
        services={"store": store},
        checks={"store": store.check},
        documents=settings.documents,
        health=settings.health,
        lifespan=lifespan,
    )


def verification_key(settings: Settings) -> VerificationKey:
    """The one key that is configured; KeyUnusable for none, for two, and for one that is too weak."""
    if settings.jwt_secret is not None and settings.jwt_public_key_file is not None:
        raise KeyUnusable("set TETHER_RELAY_JWT_SECRET or TETHER_RELAY_JWT_PUBLIC_KEY_FILE, not both")
    if settings.jwt_secret is not None:
        try:
            return secret_key(settings.jwt_secret.get_secret_value())
        except KeyUnusable as error:
            raise KeyUnusable(f"TETHER_RELAY_JWT_SECRET: {error}; `openssl rand -base64 48` makes a good one") from None
    if settings.jwt_public_key_file is not None:
        try:
            return public_key(settings.jwt_public_key_file)
        except KeyUnusable as error:
            raise KeyUnusable(f"TETHER_RELAY_JWT_PUBLIC_KEY_FILE: {error}") from None
    raise KeyUnusable(
        "no key to verify tokens with: set TETHER_RELAY_JWT_SECRET or TETHER_RELAY_JWT_PUBLIC_KEY_FILE, "
        "or try `tether-relay serve --demo`"
    )


def token_rules(settings: Settings) -> TokenRules:
    """What tokens must say."""
    return TokenRules(settings.jwt_issuer, settings.jwt_audience, settings.jwt_leeway)


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
