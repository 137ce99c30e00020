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
