"""The measurement of one server under load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """Latencies in milliseconds; `failed` counts answers that were missing or not a 2xx.

    `cpu` is the processor time of a request in the server, in microseconds; None if the system does not report it.
    Other load on the machine hardly changes it.
    """

    requests_per_second: float
    p50: float
    p99: float
    failed: int = 0
    cpu: float | None = None
