"""Why a run gives no figures."""

from __future__ import annotations


class BenchmarkError(Exception):
    """The run is void; the text says why."""


class ServerNotStarted(BenchmarkError):
    """A server ended, or did not answer in time."""


class WrongAnswer(BenchmarkError):
    """A server does not do the work that is compared."""


class PeerMissing(BenchmarkError):
    """What was measured stands alone; the text says why."""


class LoadFailed(BenchmarkError):
    """The load generator failed, or was answered with failures."""
