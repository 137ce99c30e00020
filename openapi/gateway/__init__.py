"""The HTTP/1.1 client of a gateway (RFC 9112): requests to one server over connections that are reused."""

from openapi.gateway.connection import Connection, Outgoing
from openapi.gateway.errors import Broken, Silent, Unreachable, UpstreamError
from openapi.gateway.pool import Address, Connections

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
