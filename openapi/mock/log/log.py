"""The log of the last requests, and the events for its watchers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from openapi.http.messages import Fields, Request, Response

# The most requests that the log keeps, the most bytes of all together, and of one body.
MOST_REQUESTS: Final = 500
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_BODY: Final = 64 * 1024
# The most pending events of one watcher; a slower watcher misses events.
_MOST_WAITING: Final = 1000


@dataclass
class LoggedExchange:
    """One request and its answer; LoggedRequest of the control document is its form in JSON.

    `seconds` is the time from the request to the end of its answer, `at` the time of arrival, in seconds since 1970.
    """

    method: str
    target: str
    at: float
    number: int = 0
    session: str | None = None
    operation: str | None = None
    scenario: str | None = None
    source: str = "mock"
    status: int | None = None
    seconds: float = 0.0
    reason: str = ""
    violations: list[str] = field(default_factory=list)
    request_headers: Fields = ()
    request_body: bytes = b""
    response_headers: Fields = ()
    response_body: bytes = b""

    @property
    def request(self) -> Request:
        """The request as a value, with the logged part of its body."""
        return Request(self.method, self.target, self.request_headers, self.request_body)

    @property
    def response(self) -> Response | None:
        """The answer as a value; None without an answer."""
        if self.status is None:
            return None
        return Response(self.status, self.response_headers, self.response_body, self.seconds)

    @property
    def size(self) -> int:
        """The approximate number of bytes that the entry takes."""
        texts = (self.target, self.reason, *self.violations, self.request_body, self.response_body)
        fields = (*self.request_headers, *self.response_headers)
        return sum(map(len, texts)) + sum(len(name) + len(value) + _FIELD for name, value in fields) + _FIELD

    def summary(self) -> dict[str, Any]:
        """The LoggedRequest."""
        return {
            "number": self.number,
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "session": self.session,
            "method": self.method,
            "target": self.target,
            "operation": self.operation,
            "scenario": self.scenario,
            "source": self.source,
            "status": self.status,
            "milliseconds": round(1000 * self.seconds, 1),
            "reason": self.reason,
            "violations": self.violations,
        }

    def whole(self) -> dict[str, Any]:
        """The LoggedExchange."""
        response = None if self.status is None else _message(self.response_headers, self.response_body)
        return {
            **self.summary(),
            "request": _message(self.request_headers, self.request_body),
            "response": response,
        }


# Bytes that a field takes in addition to its name and its value (sys.getsizeof of two strings and a pair).
_FIELD: Final = 160

Event: TypeAlias = tuple[str, object]


class RequestLog:
    """The last requests, at most `MOST_REQUESTS` and `MOST_BYTES`; `observe` is called with each."""

    def __init__(self, observe: Callable[[LoggedExchange], None] = lambda exchange: None) -> None:
        self._observe = observe
        self._exchanges: deque[LoggedExchange] = deque()
        # The sum of their sizes.
        self._bytes = 0
        self._last = 0
        self._watchers: set[asyncio.Queue[Event]] = set()
        self._begun = asyncio.Event()

    def add(self, exchange: LoggedExchange) -> None:
        """Add an exchange, with the next number."""
        self._last += 1
        exchange.number = self._last
        self._exchanges.append(exchange)
        self._bytes += exchange.size
        while len(self._exchanges) > MOST_REQUESTS or self._bytes > MOST_BYTES:
            self._bytes -= self._exchanges.popleft().size
        self._begun.set()
        self._observe(exchange)
        if self._watchers:
            self.publish("request", exchange.summary())

    async def first(self, seconds: float) -> None:
        """Wait for the first request, at most `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._begun.wait()

    def clear(self, session: str | None = None) -> None:
        """Remove all exchanges, or those of a session; the numbering continues."""
        kept = [] if session is None else [exchange for exchange in self._exchanges if exchange.session != session]
        self._exchanges = deque(kept)
        self._bytes = sum(exchange.size for exchange in kept)

    def after(self, number: int, session: str | None) -> list[LoggedExchange]:
        """The exchanges after the one with this number, of a session or of all."""
        return [
            exchange
            for exchange in self._exchanges
            if exchange.number > number and (session is None or exchange.session == session)
        ]

    def get(self, number: int) -> LoggedExchange | None:
        """The exchange with this number; None if the log does not keep it."""
        return next((exchange for exchange in self._exchanges if exchange.number == number), None)

    def publish(self, kind: str, data: object) -> None:
        """Send an event to all watchers."""
        for queue in self._watchers:
            if not queue.full():
                queue.put_nowait((kind, data))

    @contextmanager
    def watching(self) -> Iterator[asyncio.Queue[Event]]:
        """A queue of the events from now on, until the block ends."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_MOST_WAITING)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)


def _message(headers: Fields, body: bytes) -> dict[str, Any]:
    return {"headers": [list(field) for field in headers], "body": body.decode("utf-8", "replace")}
