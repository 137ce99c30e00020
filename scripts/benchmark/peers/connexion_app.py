"""Stock Connexion: the published contract, Connexion's security, and response validation switched on."""

from __future__ import annotations

from typing import Any

import yaml
from connexion import AsyncApp
from connexion.resolver import RelativeResolver

from openapi.contract import PUBLISHED
from scripts.benchmark.peers.work import active_provider, verified_user


async def caller(token: str) -> dict[str, Any] | None:
    """Connexion's `x-bearerInfoFunc`: the caller, or None for a 401."""
    user_id = verified_user(token)
    return None if user_id is None else {"sub": user_id}


async def get_calls_providers(user: str) -> dict[str, str | None]:
    """The handler of this operationId; `user` is the `sub` that `caller` returned."""
    provider, phone_number = active_provider(user)
    return {"provider": provider, "phoneNumber": phone_number}


def create_app() -> AsyncApp:
    """The application that serves the contract with the functions of this module."""
    contract = yaml.safe_load(PUBLISHED.read_bytes())
    contract["components"]["securitySchemes"]["bearerAuth"]["x-bearerInfoFunc"] = f"{__name__}.caller"
    app = AsyncApp(__name__)
    app.add_api(contract, resolver=RelativeResolver(__name__), validate_responses=True)
    return app
