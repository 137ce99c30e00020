"""From settings to an application, or to an error."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from importlib import import_module
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest

from handlers.authentication.keys import KeyUnusable
from openapi.contract import Contract, parse_contract
from scripts.cli.failures import Refused
from scripts.cli.serve.asgi import create_app
from scripts.cli.serve.wiring import check_public, public_operations
from scripts.cli.settings import SettingsError, read_settings
from tests.frozen import FROZEN

pytestmark = pytest.mark.usefixtures("folder", "own_logging")

Relay = Callable[..., CompletedProcess[str]]


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Restores the logging of this process, which the factory takes over."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(False)
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def public_contract() -> Contract:
    """The contract without the security of its operation, so that the operation is public."""
    content = FROZEN.read_bytes().replace(b"      security:\n        - bearerAuth: []\n", b"")
    return parse_contract(content, "public.yaml")


def test_the_published_operation_is_not_public() -> None:
    contract = parse_contract(FROZEN.read_bytes(), "openapi.yaml")
    check_public(contract, read_settings())

    assert public_operations(contract) == []


@pytest.mark.parametrize("listed", [(), ("get_status",), ("GET_CALLS_PROVIDERS",)])
def test_a_public_operation_is_refused_unless_it_is_permitted(public_contract: Contract, listed: tuple[str]) -> None:
    with pytest.raises(Refused) as refused:
        check_public(public_contract, read_settings(public_operations=listed))

    assert str(refused.value) == (
        "the contract declares get_calls_providers public, without authentication: if this is intended, set "
        "TETHER_RELAY_PUBLIC_OPERATIONS=get_calls_providers or pass --allow-public"
    )


@pytest.mark.parametrize(
    "options",
    [
        {"public_operations": ("get_calls_providers",)},
        {"public_operations": "get_status, get_calls_providers"},
        {"allow_public": True},
    ],
    ids=str,
)
def test_a_public_operation_is_permitted_by_name_or_with_all(
    public_contract: Contract, options: dict[str, Any]
) -> None:
    check_public(public_contract, read_settings(**options))

    assert [operation.operation_id for operation in public_operations(public_contract)] == ["get_calls_providers"]


def get(app: Any, path: str, **headers: str) -> httpx.Response:
    """The answer of an application in this process."""

    async def request() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relay") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(request())


@pytest.mark.usefixtures("database", "secret")
def test_the_factory_builds_the_application_from_the_environment(relay: Relay) -> None:
    """The documentation uses this name of the factory."""
    module, _, name = "scripts.cli.serve.asgi:create_app".partition(":")
    app = getattr(import_module(module), name)()
    token = relay("token", "user_ada").stdout.strip()

    assert get(app, "/api/calls/providers", Authorization=f"Bearer {token}").json() == {
        "provider": "sinch",
        "phoneNumber": "+14165550100",
    }
    assert get(app, "/api/calls/providers").json()["code"] == "TOKEN_MISSING"


@pytest.mark.usefixtures("database", "secret")
@pytest.mark.parametrize(
    ("setting", "paths"),
    [("DOCUMENTS", ["/docs", "/openapi.yaml", "/openapi.json"]), ("HEALTH", ["/livez", "/readyz"])],
)
def test_documents_and_health_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, setting: str, paths: list[str]
) -> None:
    assert [get(create_app(), path).status_code for path in paths] == [200] * len(paths)
    monkeypatch.setenv(f"TETHER_RELAY_{setting}", "false")

    assert [get(create_app(), path).status_code for path in paths] == [404] * len(paths)


@pytest.mark.usefixtures("secret")
def test_the_store_is_opened_by_the_first_request() -> None:
    """The factory can run without a store; `/readyz` reports it."""
    app = create_app()

    assert get(app, "/livez").status_code == 200
    assert get(app, "/readyz").status_code == 503


def test_the_factory_raises_expected_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyUnusable):
        create_app()
    monkeypatch.setenv("TETHER_RELAY_PROT", "1")
    with pytest.raises(SettingsError):
        create_app()
