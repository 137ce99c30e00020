"""Interim answers (1xx) to generated requests, which the client of Schemathesis takes for the answer itself.

Python's `http.client` passes over 100 alone; RFC 9110 section 15.2 asks a client to pass over each of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import BadStatusLine, HTTPResponse
from typing import Final

from urllib3.connection import HTTPConnection

# As many as the check's own client passes over.
_MOST: Final = 100
_lock = threading.Lock()
_running = 0


@contextmanager
def interim_passed_over() -> Iterator[None]:
    """Let the clients of this process that use urllib3 pass over interim answers. Schemathesis gives no access to its
    own."""
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _running
    with _lock:
        _running += change
        HTTPConnection.response_class = _Answer if _running else HTTPResponse


class _Answer(HTTPResponse):
    def begin(self) -> None:
        for _ in range(_MOST + 1):
            super().begin()
            # 101 ends HTTP on the connection.
            if not 101 < self.status < 200:
                return
            self.headers = self.msg = None  # type: ignore[assignment]  # as before `begin`, so that it reads again
        raise BadStatusLine(f"no answer follows {_MOST} interim ones")
