"""Where the keys come from: given once, or published somewhere and refreshed while the server runs."""

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

# Seconds between refreshes that tokens with an unknown `kid` can cause, however many there are.
COOLDOWN: Final = 30.0
# Seconds until the next attempt after failures: doubled each time, from the first to the last of these.
_RETRY: Final = (1.0, 30.0)


class KeysUnreadable(Exception):
    """The published keys could not be had; the text says why."""


class KeySource(Protocol):
    """The keys in force."""

    def current(self) -> KeySet:
        """The same object for as long as nothing changes; KeysUnavailable when there is none to rely on."""

    async def refresh(self) -> None:
        """Look for keys that are not known yet, where that makes sense."""

    def kept_fresh(self) -> AbstractAsyncContextManager[None]:
        """Stay up to date until left."""

    async def check(self) -> str | None:
        """A sentence when the keys in force may be outdated; KeysUnavailable when there are none."""


class FixedKey:
    """One key, given at start."""

    def __init__(self, key: VerificationKey) -> None:
        self._keys = KeySet({None: key})

    def current(self) -> KeySet:
        """The key."""
        return self._keys

    async def refresh(self) -> None:
        """Do nothing: there is no other."""

    def kept_fresh(self) -> AbstractAsyncContextManager[None]:
        """Do nothing: it stays as it is."""
        return nullcontext()

    async def check(self) -> None:
        """Nothing can be wrong with it."""


class PublishedKeys:
    """A JWK Set, read anew every `interval` seconds while it is `kept_fresh`, and when a token names an unknown key.

    `read` fetches it and raises KeysUnreadable; a set that cannot be had, or makes no sense, leaves the last good one
    in force until that is `max_age` seconds old. `clock` tells seconds; `report` is told "changed", "unchanged" or
    "failed" after each attempt.
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
        self._asked_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def current(self) -> KeySet:
        """The last good set; KeysUnavailable before the first one, and when it is too old."""
        if self._keys is None or self._clock() > self._good_until:
            raise KeysUnavailable(self._reason)
        return self._keys

    async def refresh(self) -> None:
        """Read the set again for a token that names an unknown key, at most once in 30 seconds.

        Whoever asks while it is being read waits for that, and so at most for as long as `read` may take.
        """
        now = self._clock()
        if self._reading is None and now < self._asked_at + COOLDOWN:
            return
        if self._reading is None:
            self._asked_at = now
        await self._read_once()

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Enter when the first attempt is over, whatever came of it, and read the set again and again until left."""
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
                # Whatever it was, perhaps with whom it is reported to, the keys must not go stale.
                logger.exception("refreshing the keys failed")

    async def check(self) -> str | None:
        """A sentence when the keys in force may be outdated, because the last attempt failed.

        KeysUnavailable when there are none.
        """
        self.current()
        return "the last good keys are in force; the log says why" if self._failures else None

    async def _read_once(self) -> None:
        """Read the set, or wait for whoever is reading it. A request that is cancelled does not end the reading."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._take())
            self._reading.add_done_callback(self._read_is_over)
        await asyncio.shield(self._reading)

    def _read_is_over(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        with suppress(asyncio.CancelledError):
            task.result()

    def _note_failure(self, reason: str) -> None:
        self._failures += 1
        self._reason = reason
        logger.warning("the keys could not be refreshed: %s", reason)
        self._report("failed")

    async def _take(self) -> None:
        started = self._clock()
        try:
            keys = read_key_set(await self._read())
        except (KeysUnreadable, KeySetInvalid) as error:
            self._note_failure(str(error))
            return
        except Exception as error:
            # Refreshing must go on, whatever it was.
            logger.exception("reading the keys failed")
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
        self._report("changed")
