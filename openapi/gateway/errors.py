"""The errors of requests to the upstream server.

UpstreamError      there is no complete answer
    Unreachable    no connection could be made
    Silent         the server did nothing for too long
    Broken         the connection ended too early, or the answer is not valid HTTP
        Stale      the connection ended before the server sent anything
"""

from __future__ import annotations


class UpstreamError(Exception):
    """There is no answer, or only the start of one."""


class Unreachable(UpstreamError):
    """No connection to the server could be made."""


class Silent(UpstreamError):
    """The server neither sent nor read anything for too long, or no connection became available in time."""


class Broken(UpstreamError):
    """The connection ended too early, or the answer is not valid HTTP."""


class Stale(Broken):
    """A connection ended before the server sent anything."""
