"""The log of requests, and tokens."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from openapi.mock.answers.authentication import mint
from openapi.mock.answers.refusals import Refusal
from openapi.mock.log.log import LoggedExchange
from openapi.mock.log.snippets import SnippetKind, snippet
from openapi.mock.mocking import Mock

_UNCHECKED: Final = "The mock checks exp only with --auth jwt; it runs with --auth"


async def get_requests(
    mock: Mock, after: int, x_mock_session: str | None = None, mock_session: str | None = None
) -> list[dict[str, Any]]:
    """The log, newest last."""
    return [exchange.summary() for exchange in mock.log.after(after, x_mock_session or mock_session)]


async def delete_requests(mock: Mock) -> tuple[None, int]:
    """Empty the log."""
    mock.log.clear()
    mock.log.publish("state", {})
    return None, 204


async def get_request(mock: Mock, number: int) -> dict[str, Any]:
    """One request and its answer, with headers and bodies."""
    return _found(mock, number).whole()


async def get_snippet(mock: Mock, number: int, as_: SnippetKind) -> dict[str, str]:
    """A request as a command, or as code that mocks its answer."""
    exchange = _found(mock, number)
    return {"text": snippet(as_, mock.address, exchange.request, exchange.response)}


async def post_token(mock: Mock, ttl: int) -> dict[str, str]:
    """Create a bearer token that expires."""
    token, expires = mint(ttl, time.time())
    note = {} if mock.settings.auth == "jwt" else {"note": f"{_UNCHECKED} {mock.settings.auth}."}
    return {"token": token, "expiresAt": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), **note}


def _found(mock: Mock, number: int) -> LoggedExchange:
    exchange = mock.log.get(number)
    if exchange is None:
        raise Refusal(404, "REQUEST_NOT_FOUND", f"The log does not contain the request {number}.")
    return exchange
