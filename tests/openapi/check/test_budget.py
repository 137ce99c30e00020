"""The budget of a check."""

from openapi.check.budget import Budget


def test_budget_without_limits_is_never_spent() -> None:
    budget = Budget()
    budget.count(1_000_000)

    assert (budget.is_spent, budget.seconds_left, budget.requests_left) == (False, None, None)


def test_budget_is_spent_by_its_last_request() -> None:
    budget = Budget(requests=2)
    budget.count()
    lasts = budget.is_spent
    budget.count()

    assert (lasts, budget.is_spent, budget.spent_on) == (False, True, "--max-requests 2")


def test_budget_is_spent_when_its_time_is_over() -> None:
    budget = Budget(seconds=0)

    assert (budget.is_spent, budget.spent_on, budget.seconds_left) == (True, "--time-limit", 0.0)


def test_requests_of_a_part_count_in_the_whole() -> None:
    whole = Budget(requests=10)
    whole.count(2)
    part = whole.part(0.5)
    part.count(4)

    assert (part.is_spent, part.spent_on, whole.requests_left) == (True, "--max-requests 10", 4)


def test_part_of_a_budget_without_limits_has_none() -> None:
    part = Budget().part(0.5)

    assert (part.seconds_left, part.requests_left) == (None, None)


def test_part_takes_its_share_of_the_time() -> None:
    left = Budget(seconds=100).part(0.5).seconds_left

    assert left is not None
    assert 49 < left <= 50
