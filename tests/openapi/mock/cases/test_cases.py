"""Cases by family: each file has a contract, and requests with the answers of the mock that are expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.openapi.mock.conftest import MockOf

FAMILIES = {file.stem: yaml.safe_load(file.read_text()) for file in sorted(Path(__file__).parent.glob("*.yaml"))}
CASES = [
    pytest.param(family["contract"], family.get("auth", "off"), case, id=f"{name}: {case['name']}")
    for name, family in FAMILIES.items()
    for case in family["cases"]
]


@pytest.mark.parametrize(("contract", "auth", "case"), CASES)
def test_the_answer_is_the_expected_one(mock_of: MockOf, contract: str, auth: str, case: dict[str, Any]) -> None:
    method, target = case["request"].split(" ", 1)
    response = mock_of(contract, auth=auth)(target, method, headers=case.get("headers", {}), content=case.get("body"))

    assert response.status_code == case["status"], response.headers["x-mock-reason"]
    for name, value in case.get("has", {}).items():
        assert response.headers.get(name) == value
    if "answer" in case:
        assert response.text == case["answer"]


def test_each_family_has_at_least_eight_cases() -> None:
    assert [name for name, family in FAMILIES.items() if len(family["cases"]) < 8] == []
