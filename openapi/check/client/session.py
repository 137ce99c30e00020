"""A session with the server under check: its address, the common headers, and the limit of the rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from openapi.check.budget import Budget
from openapi.check.client.retrying import retry_after
from openapi.check.client.sendable import NotSendable, check_sendable
from openapi.check.client.wire import (
    ConnectionOptions,
    Exchange,
    TargetUnreachable,
    exchange,
)
from openapi.check.credentials import NOTHING, Carried
from openapi.examples.requests import OF_PATHS, SampleRequest
from openapi.http.messages import Fields, Request

# How often a request is repeated that is answered with 429, and the seconds that all these waits may take together.
_REPETITIONS: Final = 3
_LONGEST_WAIT: Final = 60.0


class Stopped(Exception):
    """The check was stopped before its end."""


class Session:
    """Sends requests to the server at `url`, which may have a base path.

    `headers` are added to every request, `rate` is the maximum of requests per second, and `seen` is called with each
    exchange. `budget` limits the requests. Raises ValueError if `url` is not the URL of a server.
    """

    def __init__(
        self,
        url: str,
        connection: ConnectionOptions,
        headers: Fields = (),
        rate: float | None = None,
        seen: Callable[[Exchange], object] = lambda exchange: None,
        budget: Budget | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.origin = origin_of(url)
        self.base_path = self.origin.path.rstrip("/")
        self.is_proxied = connection.proxy is not None
        self._connection = connection
        self._headers = headers
        self._interval = 1 / rate if rate else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self._seen = seen
        self._stopped = False
        self._budget = budget or Budget()
        self._waited = 0.0

    def stop(self) -> None:
        """Make every further request raise Stopped."""
        self._stopped = True

    def request(
        self,
        method: str,
        path: str,
        headers: Fields = (),
        query: str = "",
        body: bytes = b"",
        *,
        base: str | None = None,
    ) -> Request:
        """The request for a `path` of the contract, which is filled in and escaped, below `base`: by default the base
        path of the session. Characters that a path must not have are percent-encoded."""
        whole = quote((self.base_path if base is None else base) + path, safe=OF_PATHS)
        target = whole + (f"?{query}" if query else "")
        given = {name.lower() for name, _ in headers}
        common = tuple(pair for pair in self._headers if pair[0].lower() not in given)
        return Request(method, target, (*common, *headers), body)

    def request_of(
        self,
        sample: SampleRequest,
        carried: Carried = NOTHING,
        *,
        method: str | None = None,
        path: str | None = None,
        query: str = "",
    ) -> Request:
        """A sample request with credentials, and optionally another method, another path or a longer query."""
        whole = "&".join(part for part in (sample.query, query, carried.query) if part)
        headers = _with_one_cookie_header((*sample.headers, *carried.headers))
        return self.request(method or sample.method, path or sample.path, headers, whole, sample.body, base=sample.base)

    def send(self, request: Request) -> Exchange:
        """Send a request and read its answer. A 429 or 503 with Retry-After is waited for, and the request repeated.

        Raises NotSendable if HTTP cannot send it, TargetUnreachable if no connection can be made, OutOfBudget at the
        limit of the check, and Stopped after `stop`.
        """
        done = self._send(request)
        for _ in range(_REPETITIONS):
            seconds = None if done.response is None else retry_after(done.response)
            if seconds is None or not self._may_wait(seconds):
                break
            time.sleep(seconds)
            done = self._send(request)
        return done

    def _may_wait(self, seconds: float) -> bool:
        with self._lock:
            left = self._budget.seconds_left
            if self._waited + seconds > (_LONGEST_WAIT if left is None else min(_LONGEST_WAIT, left)):
                return False
            self._waited += seconds
            return True

    def _send(self, request: Request) -> Exchange:
        check_sendable(request)
        self._wait()
        if self._stopped:
            raise Stopped
        self._budget.spend()
        done = exchange(self.origin, request, self._connection)
        self._seen(done)
        return done

    def _wait(self) -> None:
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            due = max(now, self._next)
            self._next = due + self._interval
        time.sleep(due - now)


def _with_one_cookie_header(headers: Fields) -> Fields:
    """The headers with all cookies in one (RFC 6265 section 5.4)."""
    cookies = [value for name, value in headers if name.lower() == "cookie"]
    if len(cookies) < 2:
        return headers
    return (*(field for field in headers if field[0].lower() != "cookie"), ("Cookie", "; ".join(cookies)))


def origin_of(url: str) -> SplitResult:
    """The parts of the URL of a server. Raises ValueError with the problem if it is not one, or has a query."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the URL of a server; write, for example, https://api.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("the URL must not have a user, a query or a fragment; give credentials with --token")
    if parts.port == 0:
        raise ValueError("the URL must not have the port 0")
    return parts


__all__ = ["NotSendable", "Session", "Stopped", "TargetUnreachable", "origin_of"]
