"""A load generator in Python, for machines without wrk. It is slower than a fast server, so its rates are minimums."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from scripts.benchmark.measurement import Measurement

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# Seconds after the end of the load for the last answers to arrive.
_GRACE: Final = 5.0


@dataclass
class _Run:
    """The state that the connections of one run share; times in seconds of `time.perf_counter`."""

    requests: list[bytes]
    ends: float
    latencies: list[float] = field(default_factory=list)
    failed: int = 0


class _Connection(asyncio.Protocol):
    """One connection: it sends a request, waits for the whole answer, and repeats this until the run ends."""

    def __init__(self, run: _Run, first: int) -> None:
        self._run = run
        self._next = first
        self._buffer = b""
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # for the type checker
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _LENGTH.search(head)
        if length is None:
            self.finish(failed=True)
        elif len(body) >= int(length[1]):
            self._answered(good=head[9:10] == b"2")

    def connection_lost(self, exc: Exception | None) -> None:
        self.finish(failed=True)

    def _ask(self) -> None:
        self._buffer = b""
        self._sent = time.perf_counter()
        self._transport.write(self._run.requests[self._next % len(self._run.requests)])
        self._next += 1

    def _answered(self, *, good: bool) -> None:
        now = time.perf_counter()
        self._run.latencies.append(now - self._sent)
        self._run.failed += not good
        if now < self._run.ends:
            self._ask()
        else:
            self.finish(failed=False)

    def finish(self, *, failed: bool) -> None:
        """Close the connection, and count the open request as failed if it `failed`. Repeated calls do nothing."""
        if not self.done.done():
            self._run.failed += failed
            self.done.set_result(None)
            self._transport.close()


def measure(
    port: int, path: str, tokens: Sequence[str], connections: int, seconds: float, headers: Sequence[str] = ()
) -> Measurement:
    """Request `path` from 127.0.0.1:`port` on this many `connections` for `seconds`, with the `tokens` in turn, or with
    the `headers` alone (``Name: value``) if there are no tokens."""
    return asyncio.run(_measure(port, path, tokens, connections, seconds, headers))


async def _measure(
    port: int, path: str, tokens: Sequence[str], connections: int, seconds: float, headers: Sequence[str]
) -> Measurement:
    heads = [[*headers, f"Authorization: Bearer {token}"] for token in tokens] or [[*headers]]
    requests = [
        "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *head, "", ""]).encode() for head in heads
    ]
    began = time.perf_counter()
    run = _Run(requests, began + seconds)
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda first=first: _Connection(run, first), "127.0.0.1", port))[1]  # type: ignore[misc]  # a lambda's default has no type
        for first in range(connections)
    ]
    await asyncio.wait([connection.done for connection in opened], timeout=seconds + _GRACE)
    elapsed = time.perf_counter() - began
    for connection in opened:
        connection.finish(failed=True)
    latencies = sorted(run.latencies)
    if not latencies:
        return Measurement(0.0, 0.0, 0.0, max(run.failed, 1))
    p50, p99 = (1000 * latencies[int(len(latencies) * part)] for part in (0.50, 0.99))
    return Measurement(len(latencies) / elapsed, p50, p99, run.failed)
