"""A contract and its handlers become an ASGI application."""

from openapi.server.app import create_server
from openapi.server.health import Check

__all__ = ["Check", "create_server"]
