"""What one server did under load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """Latencies in milliseconds; `failed` counts answers that were no 2xx, or did not come.

    `cpu` are the microseconds of processor time that a request took of the server, where the system tells. What else
    runs on the machine hardly changes them.
    """

    requests_per_second: float
    p50: float
    p99: float
    failed: int = 0
    cpu: float | None = None
