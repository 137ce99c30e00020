"""The errors of a run."""

from __future__ import annotations


class BenchmarkError(Exception):
    """The run has no valid results; the text says why."""


class ServerNotStarted(BenchmarkError):
    """A server ended, or did not answer in time."""


class WrongAnswer(BenchmarkError):
    """A server does not do the work that the run compares."""


class PeerMissing(BenchmarkError):
    """The peer was not measured, so there is no comparison; the text says why."""


class LoadFailed(BenchmarkError):
    """The load generator failed, or got failed answers."""
