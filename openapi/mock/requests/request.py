"""A request as the mock sees it, and what is noted about it on its way."""

from __future__ import annotations

import re
import time
from functools import cached_property
from typing import Final, cast

from starlette.types import Receive, Scope

from openapi.engine.endpoints import Incoming
from openapi.http.cookies import cookies_of
from openapi.http.masking import Masking, shown
from openapi.http.messages import fields_from, values_of
from openapi.mock.answers.authentication import SentCredentials
from openapi.mock.answers.refusals import Refusal
from openapi.mock.log.log import LoggedExchange
from openapi.mock.requests.preferences import Preferences, preferences_of, unknown_wishes, without_wishes
from openapi.mock.transport.asgi import ASGIRequest

SESSION_COOKIE: Final = "mock-session"
SCENARIO_COOKIE: Final = "mock-scenario"

_SESSION: Final = re.compile("[A-Za-z0-9._-]{1,64}")


class Asking:
    """One request; `exchange` becomes its entry in the log. `truncated` is set when the answer is to be cut off, and
    `alternatives` say what else could be asked for, `foreword` why it is the mock that answers."""

    def __init__(self, scope: Scope) -> None:
        self._fields = fields_from(scope["headers"])
        self.scope = scope
        self.headers: dict[str, str] = {}
        for name, value in self._fields:
            self.headers.setdefault(name, value)
        self.query: bytes = scope["query_string"]
        self.raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.truncated = False
        self.alternatives = ""
        self.foreword = ""
        self._prefer = values_of(self._fields, "prefer")
        self._cookies = cookies_of(values_of(self._fields, "cookie"))
        target = self.raw_path + (b"?" + self.query if self.query else b"")
        self.exchange = LoggedExchange(scope["method"], target.decode("latin-1"), time.time())

    @cached_property
    def session(self) -> str | None:
        """The session that it belongs to; Refusal for a name that is none."""
        name = self.headers.get("x-mock-session") or self._cookie(SESSION_COOKIE)
        if name is not None and not _SESSION.fullmatch(name):
            sentence = "The name of a session must be 1 to 64 letters, digits, dots, hyphens and underscores."
            raise Refusal(400, "SESSION_MALFORMED", sentence)
        return name

    @cached_property
    def preferences(self) -> Preferences:
        """What it wishes for; Refusal when that cannot be read."""
        return preferences_of(self._prefer, self.query)

    @property
    def unknown_wishes(self) -> list[str]:
        """A sentence for each of its wishes that is misspelt; Refusal when they cannot be read."""
        return list(unknown_wishes(self._prefer, self.query))

    @property
    def scenario_cookie(self) -> str | None:
        """The scenario that a shared link has left with the browser."""
        return self._cookie(SCENARIO_COOKIE)

    @property
    def credentials(self) -> SentCredentials:
        """What it has to authenticate with."""
        return SentCredentials(self.headers, self.query)

    @property
    def accept(self) -> str | None:
        """Its Accept header, of several all together (RFC 9110 section 5.3)."""
        values = values_of(self._fields, "accept")
        return ", ".join(values) if values else None

    def _cookie(self, name: str) -> str | None:
        return next(iter(self._cookies.get(name, ())), None)

    def mask(self, masking: Masking) -> None:
        """Put its headers and its target into the exchange as they may be kept."""
        self.exchange.request_headers = masking.headers(self._fields)
        self.exchange.target = shown(masking.target(self.exchange.target))


class MockIncoming(ASGIRequest):
    """A request to the endpoints of a contract, at `raw_path` below its prefix, without its wishes."""

    __slots__ = ("asking",)

    def __init__(self, asking: Asking, raw_path: bytes, receive: Receive) -> None:
        super().__init__(asking.scope, raw_path, without_wishes(asking.query), receive)
        self.asking = asking


def mock_incoming(incoming: Incoming) -> MockIncoming:
    """The request as the endpoints of a mock get it."""
    return cast(MockIncoming, incoming)
