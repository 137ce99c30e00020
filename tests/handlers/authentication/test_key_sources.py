"""Published keys: when they are read, which are in force, and who waits for what."""

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
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Publisher:
    """A place where keys are published; `down` makes it fail, `gate` makes it wait."""

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
    """Take steps one after another, with the keys kept fresh."""

    async def all_steps() -> None:
        async with keys.kept_fresh():
            for step in steps:
                await step()

    asyncio.run(all_steps())


async def refused(verify: TokenVerifier, token: str) -> None:
    with pytest.raises(TokenInvalid):
        await verify(token)


def test_before_the_first_reading_there_is_no_key(verify: TokenVerifier, publisher: Publisher) -> None:
    with pytest.raises(KeysUnavailable, match="the keys have not been read yet"):
        asyncio.run(verify(publisher.token("one")))


def test_they_are_read_once_at_start(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    run(keys, lambda: verify(publisher.token("one")), lambda: verify(publisher.token("one")))

    assert publisher.reads == 1


def test_a_failure_at_start_leaves_no_key_and_does_not_stop_the_server(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    publisher.down = True

    async def unavailable() -> None:
        with pytest.raises(KeysUnavailable, match="it is down"):
            await verify(publisher.token("one"))

    run(keys, unavailable)


def test_a_new_key_works_at_once(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    """A token with an unknown `kid` has the set read again."""

    async def rotate() -> None:
        publisher.ids = ["one", "two"]

    run(keys, rotate, lambda: verify(publisher.token("two")))

    assert publisher.reads == 2


def test_unknown_ids_cause_one_reading_in_thirty_seconds(
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


def test_a_token_without_an_id_causes_no_reading(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    publisher.ids = ["one", "two"]
    token = jwt.encode({"sub": "user_ada", "exp": NOW + 60}, publisher.private, "ES256")
    run(keys, lambda: refused(verify, token))

    assert publisher.reads == 1


def test_all_who_ask_at_once_wait_for_the_same_reading(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def at_once() -> None:
        publisher.ids = ["one", "two"]
        publisher.gate = asyncio.Event()
        asking = [asyncio.create_task(verify(publisher.token("two"))) for _ in range(50)]
        await asyncio.sleep(0)
        publisher.gate.set()
        await asyncio.gather(*asking)

    run(keys, at_once)

    assert publisher.reads == 2


def test_a_known_key_waits_for_no_reading(keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher) -> None:
    async def beside() -> None:
        publisher.gate = asyncio.Event()
        asking = asyncio.create_task(verify(publisher.token("unknown")))
        await asyncio.sleep(0)
        await verify(publisher.token("one"))
        assert not asking.done()
        publisher.gate.set()
        await asyncio.wait([asking])
        assert isinstance(asking.exception(), TokenInvalid)

    run(keys, beside)

    assert publisher.reads == 2


def test_a_request_that_ends_early_does_not_end_the_reading_for_others(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def one_leaves() -> None:
        publisher.ids = ["one", "two"]
        publisher.gate = asyncio.Event()
        leaving, staying = (asyncio.create_task(verify(publisher.token("two"))) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        publisher.gate.set()
        await staying

    run(keys, one_leaves)

    assert publisher.reads == 2


def test_a_removed_key_takes_its_remembered_tokens_with_it(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher
) -> None:
    async def remove() -> None:
        publisher.ids = ["two"]
        await keys.refresh()

    run(keys, lambda: verify(publisher.token("one")), remove, lambda: refused(verify, publisher.token("one")))


def test_the_last_good_keys_stay_in_force(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher, clock: Clock, outcomes: list[str]
) -> None:
    async def fail() -> None:
        publisher.down = True
        clock.now = 999
        await keys.refresh()

    run(keys, fail, lambda: verify(publisher.token("one")))

    assert outcomes == ["changed", "failed"]


def test_keys_that_are_too_old_are_not_relied_on(
    keys: PublishedKeys, verify: TokenVerifier, publisher: Publisher, clock: Clock
) -> None:
    """Remembered tokens included."""

    async def too_late() -> None:
        publisher.down = True
        await keys.refresh()
        clock.now = 1000.1
        with pytest.raises(KeysUnavailable, match="it is down"):
            await verify(publisher.token("one"))

    run(keys, lambda: verify(publisher.token("one")), too_late)


def test_a_set_that_makes_no_sense_is_a_failure(
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


def test_the_same_set_changes_nothing(
    keys: PublishedKeys, publisher: Publisher, outcomes: list[str], clock: Clock
) -> None:
    run(keys, keys.refresh)

    assert outcomes == ["changed", "unchanged"]


def test_readiness_tells_of_keys_that_may_be_outdated(keys: PublishedKeys, publisher: Publisher) -> None:
    said: list[str | None] = []

    async def check() -> None:
        said.append(await keys.check())

    async def fail() -> None:
        publisher.down = True
        await keys.refresh()

    run(keys, check, fail, check)

    assert said == [None, "the last good keys are in force; the log says why"]


def test_they_are_read_again_after_the_interval(publisher: Publisher) -> None:
    keys = PublishedKeys(publisher.read, interval=0.01)

    async def reads(number: int) -> None:
        while publisher.reads < number:
            await asyncio.sleep(0.001)

    run(keys, lambda: asyncio.wait_for(reads(4), 10))

    assert publisher.reads >= 4
