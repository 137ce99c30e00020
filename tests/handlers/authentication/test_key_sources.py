"""Published keys: when they are read, which keys are in force, and which requests wait for a read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from jwt.algorithms import ECAlgorithm

from handlers.authentication.auth import TokenInvalid
from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import COOLDOWN, KeysUnreadable, PublishedKeys
from handlers.authentication.keys import KeysUnavailable
from handlers.authentication.tokens import TokenVerifier

NOW = 1_800_000_000


class Clock:
    """A clock that shows the time that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Publisher:
    """A publisher of keys; with `down` a read fails, with `gate` it waits."""

    def __init__(self, private: Any) -> None:
        self.private = private
        self.reads = 0
        self.ids = ["one"]
        self.down = False
        self.gate: asyncio.Event | None = None

    async def read(self) -> bytes:
        self.reads += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise KeysUnreadable("it is down")
        entry = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return json.dumps({"keys": [{**entry, "kid": key_id} for key_id in self.ids]}).encode()

    def token(self, key_id: str) -> str:
        return jwt.encode({"sub": "user_ada", "exp": NOW + 60}, self.private, "ES256", {"kid": key_id})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def publisher(private_keys: dict[str, Any]) -> Publisher:
    return Publisher(private_keys["ES256"])


@pytest.fixture
def outcomes() -> list[str]:
    return []


@pytest.fixture
def keys(publisher: Publisher, clock: Clock, outcomes: list[str]) -> PublishedKeys:
    return PublishedKeys(publisher.read, max_age=1000, clock=clock, report=outcomes.append)


@pytest.fixture
def verify(keys: PublishedKeys) -> TokenVerifier:
    return TokenVerifier(keys, TokenRules(), memory=10, clock=lambda: NOW)


def run(keys: PublishedKeys, *steps: Callable[[], Awaitable[object]]) -> None:
    """Run the steps in order while the keys are kept fresh."""

    async def all_steps() -> None:
        async with keys.kept_fresh():
            for step in steps:
                await step()

    asyncio.run(all_steps())


async def refused(verify: TokenVerifier, token: str) -> None:
    with pytest.raises(TokenInvalid):
        await verify(token)


def test_before_the_first_read_no_key_is_available(verify: TokenVerifier, publisher: Publisher) -> None:
    with pytest.raises(KeysUnavailable, match="the keys have not been read yet"):
        asyncio.run(verify(publisher.token("one")))


def test_the_keys_are_read_once_at_start(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    run(keys, lambda: verify(publisher.token("one")), lambda: verify(publisher.token("one")))

    assert publisher.reads == 1


def test_a_failed_first_read_leaves_no_key_and_raises_no_error(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    publisher.down = True

    async def unavailable() -> None:
        with pytest.raises(KeysUnavailable, match="it is down"):
            await verify(publisher.token("one"))

    run(keys, unavailable)


def test_a_new_key_works_at_once(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    """A token with an unknown `kid` causes the set to be read again."""

    async def rotate() -> None:
        publisher.ids = ["one", "two"]

    run(keys, rotate, lambda: verify(publisher.token("two")))

    assert publisher.reads == 2


def test_unknown_ids_cause_at_most_one_read_in_thirty_seconds(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher, clock: Clock
) -> None:
    reads: list[int] = []

    async def many() -> None:
        for number in range(100):
            await refused(verify, publisher.token(f"unknown {number}"))
        reads.append(publisher.reads)

    async def later(seconds: float) -> None:
        clock.now += seconds
        await many()

    run(keys, many, lambda: later(COOLDOWN - 0.1), lambda: later(0.2))

    assert reads == [2, 2, 3]


def test_a_token_without_an_id_causes_no_read(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    publisher.ids = ["one", "two"]
    token = jwt.encode({"sub": "user_ada", "exp": NOW + 60}, publisher.private, "ES256")
    run(keys, lambda: refused(verify, token))

    assert publisher.reads == 1


def test_concurrent_requests_share_one_read(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    async def at_once() -> None:
        publisher.ids = ["one", "two"]
        publisher.gate = asyncio.Event()
        pending = [asyncio.create_task(verify(publisher.token("two"))) for _ in range(50)]
        await asyncio.sleep(0)
        publisher.gate.set()
        await asyncio.gather(*pending)

    run(keys, at_once)

    assert publisher.reads == 2


def test_a_token_with_a_known_key_does_not_wait_for_a_read(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def verify_during_read() -> None:
        publisher.gate = asyncio.Event()
        pending = asyncio.create_task(verify(publisher.token("unknown")))
        await asyncio.sleep(0)
        await verify(publisher.token("one"))
        assert not pending.done()
        publisher.gate.set()
        await asyncio.wait([pending])
        assert isinstance(pending.exception(), TokenInvalid)

    run(keys, verify_during_read)

    assert publisher.reads == 2


def test_a_cancelled_request_does_not_cancel_the_read_for_others(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def cancel_one() -> None:
        publisher.ids = ["one", "two"]
        publisher.gate = asyncio.Event()
        cancelled, waiting = (asyncio.create_task(verify(publisher.token("two"))) for _ in range(2))
        await asyncio.sleep(0)
        cancelled.cancel()
        publisher.gate.set()
        await waiting

    run(keys, cancel_one)

    assert publisher.reads == 2


def test_tokens_of_a_removed_key_leave_the_cache(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def remove() -> None:
        publisher.ids = ["two"]
        await keys.refresh()

    run(keys, lambda: verify(publisher.token("one")), remove, lambda: refused(verify, publisher.token("one")))


def test_the_last_valid_keys_stay_in_force_after_a_failure(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher, clock: Clock, outcomes: list[str]
) -> None:
    async def fail() -> None:
        publisher.down = True
        clock.now = 999
        await keys.refresh()

    run(keys, fail, lambda: verify(publisher.token("one")))

    assert outcomes == ["changed", "failed"]


def test_keys_older_than_max_age_are_unavailable(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher, clock: Clock
) -> None:
    """Even a token in the cache is refused."""

    async def too_late() -> None:
        publisher.down = True
        await keys.refresh()
        clock.now = 1000.1
        with pytest.raises(KeysUnavailable, match="it is down"):
            await verify(publisher.token("one"))

    run(keys, lambda: verify(publisher.token("one")), too_late)


def test_an_invalid_set_is_a_failure(
    keys: PublishedKeys, publisher: Publisher, outcomes: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    publisher.ids = []
    run(keys)

    assert outcomes == ["failed"]
    assert "the set has no key" in caplog.messages[0]


def test_a_bug_while_reading_is_a_failure_too(clock: Clock, outcomes: list[str]) -> None:
    async def broken() -> bytes:
        raise ZeroDivisionError

    run(PublishedKeys(broken, clock=clock, report=outcomes.append))

    assert outcomes == ["failed"]


def test_an_unchanged_set_is_reported_as_unchanged(
    keys: PublishedKeys, publisher: Publisher, outcomes: list[str], clock: Clock
) -> None:
    run(keys, keys.refresh)

    assert outcomes == ["changed", "unchanged"]


def test_check_reports_keys_that_may_be_outdated(keys: PublishedKeys, publisher: Publisher) -> None:
    sentences: list[str | None] = []

    async def check() -> None:
        sentences.append(await keys.check())

    async def fail() -> None:
        publisher.down = True
        await keys.refresh()

    run(keys, check, fail, check)

    assert sentences == [None, "the last valid keys are in force; see the log for the reason"]


def test_the_keys_are_read_again_after_each_interval(publisher: Publisher) -> None:
    keys = PublishedKeys(publisher.read, interval=0.01)

    async def reads(number: int) -> None:
        while publisher.reads < number:
            await asyncio.sleep(0.001)

    run(keys, lambda: asyncio.wait_for(reads(4), 10))

    assert publisher.reads >= 4
