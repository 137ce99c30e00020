"""During every attack the honest client gets its answers as before, and the server stays healthy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server
    from tests.hostile.conftest import Attack, Honest, State

pytestmark = pytest.mark.long

# The attack, and the harmless load to compare with: an attack that sends all the time takes a share of the processor,
# as any busy client does.
SIEGES = [
    ("idleness", "calm"),
    ("dripping", "calm"),
    ("hoarding", "calm"),
    ("long_body", "patience"),
    ("pipelining", "patience"),
    ("silence", "calm"),
    ("half_closed", "calm"),
    ("unread_answers", "calm"),
    ("unread_documents", "reading"),
    ("large_headers", "patience"),
    ("long_chunked_body", "patience"),
    ("resets", "patience"),
    ("nonsense", "patience"),
]
REQUESTS = 500
# Seconds: shorter delays come from the scheduler of a busy machine, not from the server.
FLOOR = 0.005
# The bytes by which the server's memory may grow, for all clients of an attack together.
GROWTH = 64 * 1024 * 1024


@dataclass(frozen=True)
class Siege:
    """The results of one attack: the honest client without and with it; the server before, during and after."""

    usual: Honest
    pressed: Honest
    before: State
    during: State
    after: State


@pytest.fixture(
    scope="module",
    params=SIEGES,
    ids=lambda names: names[0],
)
def siege(
    request: pytest.FixtureRequest,
    server: Server,
    honest: type[Honest],
    state: type[State],
    attack: Attack,
    eventually: Eventually,
) -> Siege:
    """One attack, and the honest client at the same time."""
    hostile, harmless = request.param
    usual, pressed = honest(server), honest(server)
    before = state.of(server)
    # Measured before and after the attack, because the load of the machine may change.
    with attack(harmless):
        usual.ask(REQUESTS // 2)
    with attack(hostile):
        pressed.ask(REQUESTS)
        during = state.of(server)
    with attack(harmless):
        usual.ask(REQUESTS // 2)
    eventually(lambda: state.of(server).files <= before.files)
    return Siege(usual, pressed, before, during, state.of(server))


def test_the_honest_client_gets_the_right_answers(siege: Siege) -> None:
    assert (len(siege.pressed.times), siege.pressed.wrong) == (REQUESTS, [])


def test_the_honest_client_waits_at_most_three_times_as_long(siege: Siege) -> None:
    usual, pressed = siege.usual.p99, siege.pressed.p99

    assert pressed <= 3 * max(usual, FLOOR)


def test_no_request_of_the_honest_client_waits_a_second(siege: Siege) -> None:
    """The client sends one request at a time, so a standstill delays one request, which no percentile shows."""
    assert max(siege.pressed.times) < 1


def test_the_server_needs_little_more_memory(siege: Siege) -> None:
    grown = siege.during.memory - siege.before.memory

    assert grown <= GROWTH


def test_the_workers_survive(siege: Siege) -> None:
    before, during, after = (state.workers for state in (siege.before, siege.during, siege.after))

    assert before == during == after


def test_every_connection_is_freed_when_the_attackers_leave(siege: Siege) -> None:
    before, after = siege.before.files, siege.after.files

    assert after <= before


def test_nothing_is_logged(siege: Siege) -> None:
    before, after = siege.before.log, siege.after.log

    assert after == before
