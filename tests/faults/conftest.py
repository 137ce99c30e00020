"""Load on a server: clients that send requests all the time, and record the outcome of each request."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server

# A status and a body; or the failure: "refused" if the client could not connect, else the name of the exception.
Result: TypeAlias = tuple[int, str] | str

# Seconds: far more than any answer takes, so that only a hanging request times out.
PATIENCE: Final = 15
# Seconds between two requests of a client, so that the load leaves processor time for the server.
PAUSE: Final = 0.002


@dataclass(frozen=True)
class Outcome:
    """The outcome of a request: its start in seconds of `time.monotonic`, its duration, its local port (0 if it was not
    sent), and its result."""

    begun: float
    seconds: float
    port: int
    result: Result


@dataclass
class Load:
    """The outcomes of a number of clients until now."""

    clients: int
    eventually: Eventually
    outcomes: list[Outcome] = field(default_factory=list)

    def tally(self, since: float = 0, until: float = float("inf")) -> Counter[Result]:
        """The number of each result, of requests that started and ended between two moments."""
        return Counter(
            outcome.result
            for outcome in self.outcomes
            if since <= outcome.begun and outcome.begun + outcome.seconds <= until
        )

    def count(self, results: int) -> float:
        """Wait for `results` further results; return the moment at which the wait began."""
        start, before = time.monotonic(), len(self.outcomes)
        assert self.eventually(lambda: len(self.outcomes) - before >= results)
        return start

    def settles(self, result: Result, since: float, *, rounds: int = 10) -> float | None:
        """Wait until all clients get only `result`, `rounds` times each. Return the seconds from `since` to the last
        other result, or None if the load does not settle."""
        last = -rounds * self.clients
        if not self.eventually(lambda: {outcome.result for outcome in self.outcomes[last:]} == {result}):
            return None
        others = [outcome.begun + outcome.seconds for outcome in self.outcomes if outcome.result != result]
        return max(0.0, max(others, default=since) - since)

    @property
    def slowest(self) -> float:
        """The seconds that the slowest answer took."""
        return max(outcome.seconds for outcome in self.outcomes if isinstance(outcome.result, tuple))


class Client(threading.Thread):
    """Sends requests repeatedly, on one connection (`keeps`) or on a new one each time."""

    def __init__(self, server: Server, load: Load, stop: threading.Event, keeps: bool) -> None:
        super().__init__()
        url = httpx.URL(server.url)
        self._connection = http.client.HTTPConnection(url.host, url.port, timeout=PATIENCE)
        # Without this, http.client silently reconnects after a lost connection.
        self._connection.auto_open = False
        self._headers = {"Authorization": f"Bearer {server.token()}"}
        self._load = load
        self._stop_sending = stop
        self._keeps = keeps

    def run(self) -> None:
        while not self._stop_sending.wait(PAUSE):
            self._load.outcomes.append(self._ask())
        self._connection.close()

    def _ask(self) -> Outcome:
        begun, port = time.monotonic(), 0
        connection = self._connection
        try:
            if connection.sock is None:
                connection.connect()
            port = connection.sock.getsockname()[1]
            connection.request("GET", "/api/calls/providers", headers=self._headers)
            answer = connection.getresponse()
            result: Result = answer.status, answer.read().decode()
            if not self._keeps:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            refused = isinstance(error, ConnectionRefusedError) and port == 0
            result = "refused" if refused else type(error).__name__
        return Outcome(begun, time.monotonic() - begun, port, result)


UnderLoad: TypeAlias = Callable[..., AbstractContextManager[Load]]


@pytest.fixture(scope="session")
def under_load(eventually: Eventually) -> UnderLoad:
    """``with under_load(server, keeping=4, connecting=4) as load``: clients that send requests until the block ends,
    `keeping` clients on one connection each, `connecting` clients on a new connection for each request."""

    @contextmanager
    def asking(server: Server, *, keeping: int = 4, connecting: int = 4) -> Iterator[Load]:
        load, stop = Load(keeping + connecting, eventually), threading.Event()
        clients = [Client(server, load, stop, keeps=number < keeping) for number in range(load.clients)]
        try:
            for client in clients:
                client.start()
            yield load
        finally:
            stop.set()
            for client in clients:
                client.join()

    return asking
