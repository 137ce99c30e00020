"""The sources of keys: one fixed key, or a published set that is refreshed while the server runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Final, Protocol

from handlers.authentication.jwks import KeySetInvalid, read_key_set
from handlers.authentication.keys import KeySet, KeysUnavailable, VerificationKey

logger = logging.getLogger(__name__)

# The minimum seconds between refreshes that tokens with an unknown `kid` cause.
COOLDOWN: Final = 30.0
# Seconds until the next attempt after failures: doubled each time, from the first value up to the last.
_RETRY: Final = (1.0, 30.0)


class KeysUnreadable(Exception):
    """The published keys cannot be read; the text says why."""


class KeySource(Protocol):
    """The keys in force."""

    def current(self) -> KeySet:
        """The key set, the same object until it changes. Raises KeysUnavailable if there is no valid set."""

    async def refresh(self) -> None:
        """Look for new keys, if the source can have any."""

    def kept_fresh(self) -> AbstractAsyncContextManager[None]:
        """Keep the keys up to date until the context ends."""

    async def check(self) -> str | None:
        """A sentence if the keys in force may be outdated, else None. Raises KeysUnavailable if there are none."""


class FixedKey:
    """One key, given at start."""

    def __init__(self, key: VerificationKey) -> None:
        self._keys = KeySet({None: key})
        _warn(self._keys)

    def current(self) -> KeySet:
        """The key."""
        return self._keys

    async def refresh(self) -> None:
        """Do nothing: the key never changes."""

    def kept_fresh(self) -> AbstractAsyncContextManager[None]:
        """Do nothing: the key never changes."""
        return nullcontext()

    async def check(self) -> None:
        """Return None: the key is always in force."""


class PublishedKeys:
    """A JWK Set, read every `interval` seconds while it is `kept_fresh`, and when a token names an unknown key.

    `read` fetches the set and raises KeysUnreadable. After a failure, or for an invalid set, the last valid set stays
    in force until it is `max_age` seconds old. `clock` returns seconds; `report` is called with "changed", "unchanged"
    or "failed" after each attempt.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[bytes]],
        *,
        interval: float = 300,
        max_age: float = 86_400,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[str], None] = lambda outcome: None,
    ) -> None:
        self._read = read
        self._interval = interval
        self._max_age = max_age
        self._clock = clock
        self._report = report
        self._keys: KeySet | None = None
        self._good_until = float("-inf")
        self._failures = 0
        self._reason = "the keys have not been read yet"
        self._refreshed_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def current(self) -> KeySet:
        """The last valid set. Raises KeysUnavailable before the first one, and when it is too old."""
        if self._keys is None or self._clock() > self._good_until:
            raise KeysUnavailable(self._reason)
        return self._keys

    async def refresh(self) -> None:
        """Read the set again for a token that names an unknown key, at most once in 30 seconds.

        A call during a read waits for that read to end, so at most as long as `read` takes.
        """
        now = self._clock()
        if self._reading is None and now < self._refreshed_at + COOLDOWN:
            return
        if self._reading is None:
            self._refreshed_at = now
        await self._read_once()

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Enter after the first attempt, successful or not, and read the set repeatedly until the context ends."""
        await self._read_once()
        keeping = asyncio.create_task(self._keep_fresh())
        try:
            yield
        finally:
            for task in (keeping, self._reading):
                if task is not None:
                    task.cancel()

    async def _keep_fresh(self) -> None:
        first, last = _RETRY
        while True:
            retry = min(first * 2 ** min(self._failures - 1, 10), last)
            await asyncio.sleep(min(retry, self._interval) if self._failures else self._interval)
            try:
                await self._read_once()
            except Exception:
                # Any error, also one of `report`, must not stop the refreshes.
                logger.exception("the keys could not be refreshed because of an unexpected error")

    async def check(self) -> str | None:
        """A sentence if the keys in force may be outdated because the last attempt failed, else None.

        Raises KeysUnavailable if there are none.
        """
        self.current()
        return "the last valid keys are in force; see the log for the reason" if self._failures else None

    async def _read_once(self) -> None:
        """Read the set, or wait for the read in progress. A cancelled request does not cancel the read."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_and_parse())
            self._reading.add_done_callback(self._end_read)
        await asyncio.shield(self._reading)

    def _end_read(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        with suppress(asyncio.CancelledError):
            task.result()

    def _note_failure(self, reason: str) -> None:
        self._failures += 1
        self._reason = reason
        logger.warning("the keys could not be refreshed: %s", reason)
        self._report("failed")

    async def _read_and_parse(self) -> None:
        started = self._clock()
        try:
            keys = read_key_set(await self._read())
        except (KeysUnreadable, KeySetInvalid) as error:
            self._note_failure(str(error))
            return
        except Exception as error:
            # Any error must not stop the refreshes.
            logger.exception("the keys could not be read because of an unexpected error")
            self._note_failure(type(error).__name__)
            return
        if self._failures:
            logger.info("the keys could be read again")
        self._failures = 0
        self._good_until = started + self._max_age
        if keys == self._keys:
            self._report("unchanged")
            return
        self._keys = keys
        logger.info("%d key(s) in force", len(keys))
        _warn(keys)
        self._report("changed")


def _warn(keys: KeySet) -> None:
    for warning in keys.warnings:
        logger.warning("%s", warning)
