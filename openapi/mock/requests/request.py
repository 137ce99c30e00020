"""A request to the mock, with its session, its scenario and its preferences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from openapi.engine.observation import request_id_of
from openapi.http.cookies import cookies_of
from openapi.http.messages import Fields, fields_from, values_of
from openapi.mock.requests.preferences import Preferences, preferences_of, unknown_preferences, without_preferences
from openapi.parameters.request_parts import RequestParts

SESSION_COOKIE: Final = "mock-session"
SCENARIO_COOKIE: Final = "mock-scenario"

_SESSION: Final = re.compile("[A-Za-z0-9._-]{1,64}")


class MockRequest:
    """One request: its message, and the parts that are for the mock.

    `raw_path`, `query` and `raw_headers` are undecoded, `fields` are all its headers, `headers` the first of each name;
    the names are in lower case. `at` is its time of arrival, in seconds since 1970.
    """

    def __init__(
        self, method: str, raw_path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]], at: float
    ) -> None:
        self.method = method
        self.raw_path = raw_path
        self.query = query
        self.raw_headers = headers
        self.at = at
        self.fields: Fields = fields_from(headers)
        # Reversed, so that the first of each name wins.
        self.headers = dict(reversed(self.fields))

    @property
    def target(self) -> str:
        """The path and the query as they were sent."""
        return (self.raw_path + (b"?" + self.query if self.query else b"")).decode("latin-1")

    @property
    def id(self) -> str:
        """The X-Request-ID of the request; without one, a new ID at each access."""
        return request_id_of(self.raw_headers)

    @property
    def accept(self) -> str | None:
        """The Accept header; several are joined (RFC 9110 section 5.3)."""
        values = values_of(self.fields, "accept") if "accept" in self.headers else []
        return ", ".join(values) if values else None

    @property
    def session(self) -> str | None:
        """The session of the request; None without one, and for a malformed name."""
        name = self._session_name
        return name if name is not None and _SESSION.fullmatch(name) else None

    @property
    def has_malformed_session(self) -> bool:
        """Whether the request has a malformed name of a session."""
        return self._session_name is not None and self.session is None

    @cached_property
    def preferences(self) -> Preferences:
        """The preferences of the request; PreferenceRefused if they are malformed."""
        return preferences_of(self._prefer, self.query)

    @property
    def unknown_preferences(self) -> list[str]:
        """A sentence for each misspelt preference; PreferenceRefused if they are malformed."""
        return list(unknown_preferences(self._prefer, self.query))

    @property
    def scenario_cookie(self) -> str | None:
        """The scenario of the cookie that a shared link has set."""
        return self._cookie(SCENARIO_COOKIE)

    def parts(self, raw_path: bytes, path_values: Mapping[str, str]) -> RequestParts:
        """The parts with parameters and credentials, for an operation at `raw_path` below its prefix; without the
        preferences in the query, which are not parameters of the operation."""
        query = without_preferences(self.query).decode("utf-8", "replace")
        return RequestParts(raw_path.decode("latin-1"), path_values, query, self.fields)

    @property
    def _session_name(self) -> str | None:
        return self.headers.get("x-mock-session") or self._cookie(SESSION_COOKIE)

    @property
    def _prefer(self) -> list[str]:
        return values_of(self.fields, "prefer") if "prefer" in self.headers else []

    def _cookie(self, name: str) -> str | None:
        if not any(name in value for value in self._cookie_headers):
            return None
        return next(iter(self._cookies.get(name, ())), None)

    @cached_property
    def _cookies(self) -> Mapping[str, list[str]]:
        return cookies_of(self._cookie_headers)

    @property
    def _cookie_headers(self) -> list[str]:
        return values_of(self.fields, "cookie") if "cookie" in self.headers else []
