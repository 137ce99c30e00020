"""The mock accepts the sample requests of the contracts that it mocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from openapi.contract import PUBLISHED
from openapi.examples.requests import RequestMaker
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked

TESTS: Final = Path(__file__).parents[1]


@pytest.mark.parametrize("path", [PUBLISHED, TESTS / "mock/rich.yaml", TESTS / "check/family/things.yaml"], ids=str)
def test_every_sample_request_is_accepted(path: Path, asked: Callable[[Mock], Asked]) -> None:
    ask = asked(Mock({"": path}, None, MockSettings(auth="off")))
    refused = []
    for mocked in ask.mock.snapshot.operations.values():
        sample = RequestMaker(mocked.contract).request(mocked.operation)
        target = sample.path + (f"?{sample.query}" if sample.query else "")
        response = ask(target, sample.method, headers=list(sample.headers), content=sample.body)
        if response.status_code >= 400:
            refused.append((target, sample.body, response.status_code, response.headers["x-mock-reason"]))

    assert refused == []
