"""The record and the id of each request, and the observers that get the records."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

logger = logging.getLogger(__name__)

# Request ids that are safe in any log.
_PLAIN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# The most records that observers get at once.
_MOST: Final = 256


@dataclass(slots=True)
class RequestRecord:
    """One request and its answer.

    `operation` is an operationId, or the path of an endpoint of the server; None for an unknown path. `status` stays
    None if the client left before the answer. `code` is the code in the error envelope. `seconds` is the time until the
    answer was passed to the server, and `ended` is that moment in seconds since 1970. `caller` is the authenticated
    caller.
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
    """Passes the record of every request to each of `observers`.

    Records are passed in batches, at most `within` seconds after the first one, which takes a third of the time; with 0
    each is passed immediately.
    """

    def __init__(self, observers: Sequence[Observer] = (), *, within: float = 0.0) -> None:
        self._observers = tuple(observers)
        self._within = within
        self._untold: list[RequestRecord] = []

    def add(self, record: RequestRecord) -> None:
        """Add the record of a finished request."""
        self._untold.append(record)
        if not self._within or len(self._untold) >= _MOST:
            self.tell()
        elif len(self._untold) == 1:
            asyncio.get_running_loop().call_later(self._within, self.tell)

    def tell(self) -> None:
        """Pass on all records that were not passed on yet."""
        untold, self._untold = self._untold, []
        for observe in self._observers:
            try:
                for record in untold:
                    observe(record)
            except Exception:
                # A failing observer must not prevent the answer to a request.
                logger.exception("an observer failed")


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id of the request with these headers: its X-Request-ID if that has 1 to 64 letters, digits, `.`, `_` or `-`,
    else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _PLAIN_ID.fullmatch(value):
            return value.decode()
    return new_request_id()


def new_request_id() -> str:
    """16 random hexadecimal digits, so that an id tells nothing about the number of requests of others."""
    try:
        return _unused.pop()
    except IndexError:
        digits = os.urandom(8 * _IDS_AT_ONCE).hex()
        _unused.extend(digits[begin : begin + 16] for begin in range(0, len(digits), 16))
        return _unused.pop()


# Ids that are made in advance: one call of the system for each would take longer than all else here.
_IDS_AT_ONCE: Final = 256
_unused: list[str] = []
# A forked worker must not continue with the ids of its parent.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unused.clear)
