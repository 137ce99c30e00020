"""Creates an ASGI application from a contract and its handlers."""

from openapi.server.app import create_server
from openapi.server.health import Check

__all__ = ["Check", "create_server"]
