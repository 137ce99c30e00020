"""Why there is no answer of a server."""

from __future__ import annotations


class UpstreamError(Exception):
    """There is no answer, or only the beginning of one."""


class Unreachable(UpstreamError):
    """There is no connection."""


class Silent(UpstreamError):
    """Nothing came for too long."""


class Broken(UpstreamError):
    """The connection ended too early, or what came is no HTTP."""


class Stale(Broken):
    """A connection ended before anything came."""
