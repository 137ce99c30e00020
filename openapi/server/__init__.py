"""A contract and its handlers become an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openapi.server.app import create_server
    from openapi.server.health import Check

__all__ = ["Check", "create_server"]


def __getattr__(name: str) -> Any:
    # When it is asked for: Connexion, which it stands on, takes longer to import than the mock to answer.
    if name == "create_server":
        from openapi.server.app import create_server

        return create_server
    if name == "Check":
        from openapi.server.health import Check

        return Check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
