"""Fixtures for invented contracts, their handlers, and the application that serves them in process."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import httpx
import pytest
from starlette.types import ASGIApp

from handlers.errors import failure_of
from openapi.contract import Contract, parse_contract
from openapi.server import create_server

HEAD = "openapi: 3.0.3\ninfo: {title: Invented, version: '1'}\n"
_NUMBERS = itertools.count()

ContractOf = Callable[[str], Contract]


class PackageOf(Protocol):
    def __call__(self, **modules: str) -> ModuleType: ...


class Client:
    """Sends requests to an application in process; exceptions of the application are raised."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def request(self, method: str, target: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", trust_env=False) as client:
                return await client.request(method, target, **options)

        return asyncio.run(send())

    def get(self, target: str, **options: Any) -> httpx.Response:
        return self.request("GET", target, **options)

    def post(self, target: str, **options: Any) -> httpx.Response:
        return self.request("POST", target, **options)


class Serve(Protocol):
    def __call__(self, text: str, source: str, *, overlay: str | None = None, **options: Any) -> Client: ...


@pytest.fixture
def contract_of() -> ContractOf:
    """Make a contract from YAML without its first lines (`HEAD`)."""
    return lambda text: parse_contract((HEAD + textwrap.dedent(text)).encode(), "invented.yaml")


@pytest.fixture
def package_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageOf]:
    """Make a package of handlers from the sources of its modules."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def make(**modules: str) -> ModuleType:
        made.append(f"invented_{next(_NUMBERS)}")
        folder = tmp_path / made[-1]
        folder.mkdir()
        (folder / "__init__.py").touch()
        for name, source in modules.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(source))
        importlib.invalidate_caches()
        return importlib.import_module(made[-1])

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] in made]:
        del sys.modules[name]


@pytest.fixture
def serve(contract_of: ContractOf, package_of: PackageOf, tmp_path: Path) -> Serve:
    """Serve an invented contract with one module of handlers; options go to `create_server`."""

    def make(text: str, source: str, *, overlay: str | None = None, **options: Any) -> Client:
        contracts = [contract_of(text)]
        if overlay is not None:
            path = tmp_path / "overlay.yaml"
            path.write_text(overlay)
            contracts.append(contracts[0].with_overlay(path))
        options.setdefault("errors", failure_of)
        return Client(create_server(contracts, package_of(answers=source), **options))

    return make
