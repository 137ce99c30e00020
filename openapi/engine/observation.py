"""The record of each request, under an id of its own, and the observers that are told of it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

logger = logging.getLogger(__name__)

# Short and plain enough for any log.
_PLAIN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# Records that observers are told of at once, at most.
_MOST: Final = 256


@dataclass(slots=True)
class RequestRecord:
    """One request and its answer.

    `operation` is an operationId, or the path of an endpoint of the server's own; None for an unknown path. `status`
    stays None when the client left before it was answered. `code` is that of the error envelope. `seconds` last until
    the answer was handed to the server, and `ended` is when that was, in seconds since 1970. `caller` is the
    authenticated caller.
    """

    method: str
    request_id: str
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    seconds: float = 0.0
    ended: float = 0.0
    caller: object | None = None


Observer: TypeAlias = Callable[[RequestRecord], None]


class Observers:
    """Tells each of `observers` about every request.

    They are told of several requests at once, `within` so many seconds of the first of them, because one after the
    other that takes a third of the time; 0 is at once.
    """

    def __init__(self, observers: Sequence[Observer] = (), *, within: float = 0.0) -> None:
        self._observers = tuple(observers)
        self._within = within
        self._untold: list[RequestRecord] = []

    def add(self, record: RequestRecord) -> None:
        """Take the record of a request that is over."""
        self._untold.append(record)
        if not self._within or len(self._untold) >= _MOST:
            self.tell()
        elif len(self._untold) == 1:
            asyncio.get_running_loop().call_later(self._within, self.tell)

    def tell(self) -> None:
        """Tell of everything that has not been told yet."""
        untold, self._untold = self._untold, []
        for observe in self._observers:
            try:
                for record in untold:
                    observe(record)
            except Exception:
                # An observer that fails must not keep a request from its answer.
                logger.exception("an observer failed")


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id of the request with these headers: that of its X-Request-ID when that is 1 to 64 letters, digits, `.`,
    `_` or `-`, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _PLAIN_ID.fullmatch(value):
            return value.decode()
    return f"{_IDS.process}{next(_IDS.numbers) & 0xFFFFFFFF:08x}"


class _Ids:
    """What ids are made of: at random for each process, and counted within it."""

    def __init__(self) -> None:
        self.process = ""
        self.numbers = itertools.count()
        self.renew()
        # A worker that is forked off must not go on with the ids of its parent.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.process = os.urandom(4).hex()
        self.numbers = itertools.count(int.from_bytes(os.urandom(4)))


_IDS: Final = _Ids()
