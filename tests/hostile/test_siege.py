"""Whatever hostile clients do, the honest one beside them is answered as before, and the server stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server
    from tests.hostile.conftest import Attack, Honest, State

pytestmark = pytest.mark.long

# The attack, and what the machine is busy with when it is compared: one that sends all the time takes a share of the
# processor, as any client would that asks as much.
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
# Seconds. What is quicker than this is the scheduler of a busy machine, not the server.
FLOOR = 0.005
# Bytes that the server may take more than before, for all clients of an attack together.
GROWTH = 64 * 1024 * 1024


@dataclass(frozen=True)
class Siege:
    """What was found during one attack: the honest client without and with it, the server before, during and after."""

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
    """One attack, beside the honest client."""
    hostile, harmless = request.param
    usual, pressed = honest(server), honest(server)
    before = state.of(server)
    # The usual is found out before and after, for the machine may be busier at one time than at another.
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


def test_the_honest_client_waits_no_longer_than_three_times_as_long(siege: Siege) -> None:
    usual, pressed = siege.usual.p99, siege.pressed.p99

    assert pressed <= 3 * max(usual, FLOOR)


def test_not_one_request_of_the_honest_client_waits_for_a_second(siege: Siege) -> None:
    """One that asks again only when it was answered meets a standstill once: no percentile would tell."""
    assert max(siege.pressed.times) < 1


def test_the_server_takes_little_more_memory(siege: Siege) -> None:
    grown = siege.during.memory - siege.before.memory

    assert grown <= GROWTH


def test_the_same_workers_live(siege: Siege) -> None:
    before, during, after = (state.workers for state in (siege.before, siege.during, siege.after))

    assert before == during == after


def test_every_connection_is_freed_when_the_attackers_leave(siege: Siege) -> None:
    before, after = siege.before.files, siege.after.files

    assert after <= before


def test_nothing_is_logged(siege: Siege) -> None:
    before, after = siege.before.log, siege.after.log

    assert after == before
