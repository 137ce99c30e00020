"""Operations that choose scenarios, faults and sources."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from starlette.exceptions import HTTPException

from openapi.http.hosts import is_loopback, same_site
from openapi.mock.answers.refusals import Refusal
from openapi.mock.control.overview import overview
from openapi.mock.mocking import Mock
from openapi.mock.requests.suggestions import did_you_mean
from openapi.mock.scenarios.faults import Fault


async def get_state(mock: Mock, x_mock_session: str | None = None, mock_session: str | None = None) -> dict[str, Any]:
    """The mocked operations and the choices."""
    return overview(mock, x_mock_session or mock_session)


async def put_scenario(
    mock: Mock, body: dict[str, Any], x_mock_session: str | None = None, mock_session: str | None = None
) -> dict[str, Any]:
    """Choose a scenario, for an operation or for all that it applies to."""
    name, operation = body["name"], body.get("operation")
    session = x_mock_session or mock_session
    _check_operation(mock, operation)
    scenario = mock.snapshot.scenarios.get(name)
    if scenario is None:
        raise _no_scenario(mock, name)
    if operation is not None and not scenario.knows(operation):
        raise HTTPException(400, f"The scenario {name!r} does not apply to the operation {operation!r}.")
    mock.state.choose_scenario(session, name, operation)
    return _changed(mock, session)


async def delete_scenario(
    mock: Mock, operation: str | None = None, x_mock_session: str | None = None, mock_session: str | None = None
) -> dict[str, Any]:
    """Remove the choice of a scenario."""
    session = x_mock_session or mock_session
    _check_operation(mock, operation)
    mock.state.choose_no_scenario(session, operation)
    return _changed(mock, session)


async def put_fault(
    mock: Mock, body: dict[str, Any], x_mock_session: str | None = None, mock_session: str | None = None
) -> dict[str, Any]:
    """Set a fault."""
    session, operation = x_mock_session or mock_session, body.get("operation")
    _check_operation(mock, operation)
    try:
        fault = Fault.parse(body["fault"])
    except ValueError as error:
        raise HTTPException(400, f"The fault is invalid: {error}.") from None
    mock.state.choose_fault(session, fault, operation)
    return _changed(mock, session)


async def delete_fault(
    mock: Mock, operation: str | None = None, x_mock_session: str | None = None, mock_session: str | None = None
) -> dict[str, Any]:
    """Remove the fault."""
    session = x_mock_session or mock_session
    _check_operation(mock, operation)
    mock.state.choose_fault(session, None, operation)
    return _changed(mock, session)


async def put_source(mock: Mock, body: dict[str, Any]) -> dict[str, Any]:
    """Choose whether the mock or the upstream answers an operation."""
    _check_operation(mock, body["operation"])
    if body["source"] == "upstream" and mock.upstream is None:
        raise HTTPException(400, "There is no upstream; start the mock with --upstream URL.")
    mock.state.choose_source(body["operation"], body["source"])
    return _changed(mock, None)


async def get_use(
    mock: Mock, scenario: str, to: str = "/__mock", host: str | None = None
) -> tuple[None, int, dict[str, str]]:
    """Select a scenario for a browser with a cookie, and redirect it."""
    if scenario not in mock.snapshot.scenarios:
        raise _no_scenario(mock, scenario)
    return _redirect(host, f"/{quote(scenario)}", to, f"mock-scenario={scenario}; Path=/; SameSite=Lax")


async def get_use_none(to: str = "/__mock", host: str | None = None) -> tuple[None, int, dict[str, str]]:
    """Delete the cookie, and redirect."""
    return _redirect(host, "", to, "mock-scenario=; Path=/; SameSite=Lax; Max-Age=0")


async def post_reset(mock: Mock, x_mock_session: str | None = None, mock_session: str | None = None) -> dict[str, Any]:
    """Restore the state at start."""
    session = x_mock_session or mock_session
    mock.state.reset(session)
    mock.log.clear(session)
    return _changed(mock, session)


def _redirect(host: str | None, link: str, to: str, cookie: str) -> tuple[None, int, dict[str, str]]:
    """A redirect to the page; to a page on another site, via the same link there, which sets the cookie there too."""
    if not _is_own(to):
        raise HTTPException(400, "`to` must be a path of the mock or the address of a page on this machine.")
    if (other := same_site(host, to)) is not None:
        to = f"http://{other}/__mock/use{link}?{urlencode({'to': to})}"
    return None, 303, {"Location": to, "Set-Cookie": cookie, "Cache-Control": "no-store"}


def _is_own(to: str) -> bool:
    """Whether an address is on the mock or on this machine, so that the link is not an open redirect."""
    if not to.isascii() or not to.isprintable() or " " in to or "\\" in to:
        return False
    try:
        address = urlsplit(to)
    except ValueError:
        return False
    if address.scheme or address.netloc:
        return address.scheme in ("http", "https") and is_loopback(to) and "@" not in address.netloc
    return to.startswith("/") and not to.startswith("//")


def _check_operation(mock: Mock, operation: str | None) -> None:
    if operation is not None and operation not in mock.snapshot.operations:
        near = did_you_mean(operation, mock.snapshot.operations)
        raise Refusal(404, "OPERATION_NOT_FOUND", f"There is no operation {operation!r}.{near}")


def _no_scenario(mock: Mock, name: str) -> Refusal:
    available, near = ", ".join(mock.snapshot.scenarios), did_you_mean(name, mock.snapshot.scenarios)
    sentence = f"There is no scenario {name!r}. Available scenarios: {available}.{near}"
    return Refusal(404, "SCENARIO_NOT_FOUND", sentence)


def _changed(mock: Mock, session: str | None) -> dict[str, Any]:
    mock.log.publish("state", {})
    return overview(mock, session)
