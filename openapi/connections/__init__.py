"""Requests to one server over HTTP/1.1 (RFC 9112) on connections that are kept: what a gateway needs of a client."""

from openapi.connections.connection import Connection, Outgoing
from openapi.connections.errors import Broken, Silent, Unreachable, UpstreamError
from openapi.connections.pool import Address, Connections

__all__ = [
    "Address",
    "Broken",
    "Connection",
    "Connections",
    "Outgoing",
    "Silent",
    "Unreachable",
    "UpstreamError",
]
