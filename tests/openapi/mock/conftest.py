"""Mocks of invented contracts, in process."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings

HEAD = "openapi: 3.0.3\ninfo: {title: Invented, version: '1'}\n"


class Asked:
    """Sends requests to a mock in process."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.app = create_mock(mock)

    def __call__(self, target: str, method: str = "GET", **options: Any) -> httpx.Response:
        return asyncio.run(self.send(target, method, **options))

    async def send(self, target: str, method: str = "GET", **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", trust_env=False) as client:
            return await client.request(method, target, **options)

    def put(self, what: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        """Make a choice through the control API."""
        return self(f"/__mock/{what}", "PUT", json=body, headers=headers)


class MockOf(Protocol):
    def __call__(self, text: str, scenarios: str = "", *, scenario: str | None = None, **settings: Any) -> Asked: ...


@pytest.fixture
def mock_of(tmp_path: Path) -> MockOf:
    """Create a mock from the YAML of a contract without its head, with scenarios; `auth` is "off" by default."""

    def make(text: str, scenarios: str = "", *, scenario: str | None = None, **settings: Any) -> Asked:
        contract, file = tmp_path / "contract.yaml", tmp_path / "scenarios.yaml"
        contract.write_text(HEAD + textwrap.dedent(text))
        if scenarios:
            file.write_text(f"scenarios:\n{textwrap.indent(textwrap.dedent(scenarios), '  ')}")
        settings.setdefault("auth", "off")
        return Asked(Mock({"": contract}, file if scenarios else None, MockSettings(**settings), scenario))

    return make


@pytest.fixture(scope="session")
def asked() -> Callable[[Mock], Asked]:
    """Send requests to a mock."""
    return Asked
