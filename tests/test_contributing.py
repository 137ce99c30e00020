"""The steps of CONTRIBUTING.md, followed exactly."""

from __future__ import annotations

import asyncio
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml

import handlers
from handlers.authentication.auth import BearerAuthenticator, Caller
from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import secret_key
from handlers.authentication.tokens import TokenVerifier, sign_token
from handlers.errors import failure_of
from openapi.contract import PUBLISHED, parse_contract
from openapi.engine.errors import BindingError
from openapi.scaffolding.scaffold import Layout, scaffold
from openapi.scaffolding.signatures import Service
from openapi.server import create_server
from store import SQLiteAdministration, SQLiteReader, SQLiteWriter

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
KEY = secret_key("a-secret-of-at-least-thirty-two-bytes")
NOW = 1_800_000_000.0


def block(language: str, number: int = 0) -> str:
    """A fenced block of the guide."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return found[number]


@pytest.fixture
def contract() -> Any:
    """The published contract with the path that the guide adds."""
    document = yaml.safe_load(PUBLISHED.read_bytes())
    document["paths"] |= yaml.safe_load(block("yaml"))
    return parse_contract(yaml.safe_dump(document).encode(), "contract")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A copy of the handlers of calls, with the coroutine that the guide adds."""
    folder = tmp_path / "walked_handlers"
    folder.mkdir()
    (folder / "__init__.py").touch()
    original = (Path(handlers.__file__).parent / "calls.py").read_text()
    (folder / "calls.py").write_text(f"{original}\n\n{block('python', 0)}")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("walked_handlers")
    for name in [name for name in sys.modules if name.startswith("walked_handlers")]:
        del sys.modules[name]


def serve(contract: Any, package: ModuleType, database: Path) -> Any:
    store = SQLiteReader(database)
    verify = TokenVerifier(FixedKey(KEY), TokenRules(), clock=lambda: NOW)
    return create_server(
        [contract],
        package,
        errors=failure_of,
        authenticators={"bearer": BearerAuthenticator(verify, store)},
        services={"store": store},
        writers={"writer": SQLiteWriter(database)},
    )


async def get(app: Any, path: str, token: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://relay") as client:
        return await client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_the_new_operation_answers_after_the_steps(contract: Any, package: ModuleType, tmp_path: Path) -> None:
    database = tmp_path / "relay.db"
    with SQLiteAdministration(database) as store, (ROOT / "scripts/cli/data/demo.json").open("rb") as demo:
        store.import_organizations(demo)
    token = sign_token("user_ada", KEY, TokenRules(), ttl=60, now=NOW)

    answer = asyncio.run(get(serve(contract, package, database), "/api/calls/caller", token))

    assert (answer.status_code, answer.json()) == (200, {"userId": "user_ada", "organizationId": "org_acme"})


def test_without_the_coroutine_the_start_names_it(contract: Any, package: ModuleType, tmp_path: Path) -> None:
    vars(importlib.import_module("walked_handlers.calls")).pop("get_calls_caller")
    with pytest.raises(BindingError, match="no handler for get_calls_caller") as error:
        serve(contract, package, tmp_path / "relay.db")

    assert "async def get_calls_caller" in str(error.value)


def test_the_test_of_the_guide_passes(package: ModuleType, tmp_path: Path) -> None:
    names: dict[str, Any] = {"asyncio": asyncio, "Caller": Caller, "SQLiteReader": SQLiteReader}
    names["get_calls_caller"] = importlib.import_module("walked_handlers.calls").get_calls_caller
    exec(block("python", 2), names)  # noqa: S102 - the guide is part of this repository

    names["test_get_calls_caller_answers_200"](SQLiteReader(tmp_path / "relay.db"))


def test_the_coroutine_of_the_guide_is_the_scaffolded_one_with_a_body(contract: Any) -> None:
    layout = Layout("handlers", Path("handlers"), {}, services=(Service("store", "store", "Reader"),))
    source = scaffold(contract, layout, ["get_calls_caller"]).files[Path("handlers/calls.py")]
    head = block("python", 0).partition("    return ")[0]

    assert f"{head}    from handlers.errors import OperationNotImplemented\n" in source


@pytest.mark.long
def test_the_answer_of_another_status_in_the_guide_is_of_its_type(tmp_path: Path) -> None:
    """`mypy` accepts it in a coroutine."""
    types = "from typing import Literal\nfrom handlers.types import operations\n"
    head = "async def f() -> operations.Answer[operations.schemas.CallsErrorResponse, Literal[404]]:\n"
    (tmp_path / "guide.py").write_text(types + head + block("python", 1))
    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", str(tmp_path / "guide.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.startswith("Success"), done.stdout
