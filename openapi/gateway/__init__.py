"""Requests to one server over HTTP/1.1 (RFC 9112) on connections that are kept: what a gateway needs of a client."""

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
