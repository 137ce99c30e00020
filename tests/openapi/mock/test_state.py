"""The choices of sessions and clients, and the progress of sequences and faults."""

from __future__ import annotations

from random import Random

import pytest

from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import Course, Scenario, Step
from openapi.mock.scenarios.state import State

OPERATION = "get_job"
TWICE = Scenario("twice", "It fails twice.", {OPERATION: Course((Step(500, times=2), Step(200)))})
GONE = Scenario("gone", "It is gone.", {OPERATION: Course((Step(404),))})
SLOW = Scenario("slow", "It is slow.", fault=Fault(delay=(7, 7)))
OTHER = Scenario("other", "It is about another operation.", {"else": Course((Step(200),))})
SCENARIOS = {scenario.name: scenario for scenario in (TWICE, GONE, SLOW, OTHER)}


def chosen(state: State, session: str | None = None) -> str | None:
    found = state.scenario(session, OPERATION, SCENARIOS)
    return None if found is None else found.name


def answered(state: State, count: int, session: str | None = None) -> list[int | None]:
    return [state.step(session, TWICE, OPERATION, counts=True).status for _ in range(count)]


def hit(state: State, count: int, session: str | None = None) -> list[bool]:
    return [state.hit(session, OPERATION, None, Step()) is not None for _ in range(count)]


def test_a_session_without_a_choice_uses_the_shared_one() -> None:
    state = State(0, "gone")
    state.choose_scenario("one", "twice", None)

    assert (chosen(state), chosen(state, "one"), chosen(state, "two")) == ("gone", "twice", "gone")


def test_a_choice_for_an_operation_wins_over_one_for_all() -> None:
    state = State(0)
    state.choose_scenario(None, "twice", None)
    state.choose_scenario(None, "gone", OPERATION)
    assert chosen(state) == "gone"

    state.choose_no_scenario(None, OPERATION)
    assert chosen(state) == "twice"

    state.choose_no_scenario(None, None)
    assert chosen(state) is None


def test_a_choice_for_all_replaces_those_for_operations() -> None:
    state = State(0)
    state.choose_scenario(None, "gone", OPERATION)
    state.choose_scenario(None, "twice", None)

    assert chosen(state) == "twice"


def test_a_scenario_without_the_operation_is_skipped() -> None:
    state = State(0, "gone")
    state.choose_scenario("one", "other", None)

    assert chosen(state, "one") == "gone"
    assert state.seen("one").scenario == "other"


def test_each_session_has_its_own_place_in_a_sequence() -> None:
    state = State(0)

    assert answered(state, 3) == [500, 500, 200]
    assert answered(state, 3, "one") == [500, 500, 200]


def test_a_request_that_does_not_count_consumes_no_step() -> None:
    state = State(0)

    assert [state.step(None, TWICE, OPERATION, counts=False).status for _ in range(3)] == [500] * 3


@pytest.mark.parametrize("session", [None, "one"])
def test_a_sequence_restarts_when_it_is_chosen_again(session: str | None) -> None:
    state = State(0)
    answered(state, 3, session)
    state.choose_scenario(session, "twice", None)

    assert answered(state, 1, session) == [500]


def test_a_shared_choice_restarts_the_sequence_in_each_session() -> None:
    state = State(0)
    state.choose_scenario(None, "twice", None)
    answered(state, 3, "one")
    state.choose_scenario(None, "twice", None)

    assert answered(state, 1, "one") == [500]


def test_a_reset_restores_the_state_at_start() -> None:
    state = State(0, "gone")
    state.choose_scenario(None, "twice", None)
    state.choose_scenario("one", "twice", None)
    state.choose_fault(None, Fault("reset"), None)
    state.choose_source(OPERATION, "upstream")
    answered(state, 2)
    state.reset(None)

    assert (chosen(state), chosen(state, "one"), state.source(OPERATION)) == ("gone", "gone", "mock")
    assert (answered(state, 1), hit(state, 1)) == ([500], [False])


def test_a_reset_of_a_session_does_not_affect_others() -> None:
    state = State(0)
    for session in (None, "one", "two"):
        state.choose_scenario(session, "twice", None)
    state.reset("one")
    state.choose_no_scenario(None, None)

    assert (chosen(state, "one"), chosen(state, "two")) == (None, "twice")


def test_the_least_recently_used_session_is_dropped() -> None:
    state = State(0)
    for number in range(1000):
        state.choose_scenario(f"s{number}", "gone", None)
    state.choose_scenario("s0", "twice", None)

    assert [chosen(state, name) for name in ("s0", "s1", "s999")] == ["twice", None, "gone"]


def test_choices_of_removed_names_are_dropped() -> None:
    state = State(0, "gone")
    state.choose_scenario(None, "twice", OPERATION)
    state.choose_fault(None, Fault("reset"), OPERATION)
    answered(state, 2)
    state.drop_removed({"twice": TWICE}, {"else": 1})

    assert (state.seen(None).scenario, chosen(state), hit(state, 1)) == (None, None, [False])
    assert answered(state, 1) == [500]


def test_a_reset_does_not_restore_a_removed_scenario() -> None:
    state = State(0, "gone")
    state.drop_removed({"twice": TWICE}, {OPERATION: 1})
    state.reset(None)

    assert state.scenario(None, OPERATION, {"twice": TWICE}) is None


def test_a_fault_ends_after_its_times() -> None:
    state = State(0)
    state.choose_fault(None, Fault("error", times=2), None)

    assert hit(state, 4) == [True, True, False, False]
    assert state.fault(None, OPERATION) is None


def test_a_fault_for_all_follows_when_one_for_an_operation_ends() -> None:
    state = State(0)
    state.choose_fault(None, Fault("error"), None)
    state.choose_fault(None, Fault("reset", times=1), OPERATION)
    hits = [state.hit(None, OPERATION, None, Step()) for _ in range(2)]

    assert [found.fault.kind for found in hits if found is not None] == ["reset", "error"]


def test_removing_the_fault_for_all_removes_those_of_operations() -> None:
    state = State(0)
    state.choose_fault(None, Fault("reset"), OPERATION)
    state.choose_fault(None, None, None)

    assert hit(state, 1) == [False]


def test_a_fault_for_an_operation_can_be_removed() -> None:
    state = State(0)
    state.choose_fault(None, Fault("reset"), OPERATION)
    state.choose_fault(None, None, OPERATION)

    assert hit(state, 1) == [False]


def test_the_seed_determines_the_share_that_is_hit() -> None:
    def shots(seed: int) -> list[bool]:
        state = State(seed)
        state.choose_fault(None, Fault("error", share=0.5), None)
        return hit(state, 200)

    assert shots(1) == shots(1)
    assert shots(1) != shots(2)
    assert 70 < sum(shots(1)) < 130


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, 50)])
def test_a_share_of_0_or_1_hits_no_or_all_requests(share: float, expected: int) -> None:
    state = State(0)
    state.choose_fault(None, Fault("error", share=share), None)

    assert sum(hit(state, 50)) == expected


def test_faults_of_steps_count_separately() -> None:
    state = State(0)
    first, second = Step(fault=Fault("error", times=1)), Step(fault=Fault("reset", times=1))
    hits = [state.hit(None, OPERATION, TWICE, step) for step in (first, second, first, second)]

    assert [found and found.fault.kind for found in hits] == ["error", "reset", None, None]


def test_the_fault_of_a_scenario_hits_without_a_fault_of_the_step() -> None:
    state = State(0)

    assert state.hit(None, OPERATION, SLOW, Step()) == (Fault(delay=(7, 7)), 7)


def test_a_delay_is_random_within_its_range() -> None:
    fault = Fault(delay=(10, 20))
    first, second = ([fault.milliseconds(dice) for _ in range(50)] for dice in (Random(1), Random(1)))  # noqa: S311

    assert set(first) <= set(range(10, 21))
    assert first == second
    assert len(set(first)) > 3


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "unavailable", "delay": 5, "share": 0.5, "times": 2, "retryAfter": 0},
        {"delay": [1, 5]},
        {"kind": "hang"},
        {"delay": 0},
    ],
)
def test_a_fault_round_trips_through_json(value: dict[str, object]) -> None:
    assert Fault.parse(value).as_json() == value
