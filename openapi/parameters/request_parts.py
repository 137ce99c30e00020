"""What a request has of parameters, by place and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import quote, unquote_plus

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope


class Sent:
    """The parts of one request that parameters are read from, each taken apart when it is first needed."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def texts(self, place: str, name: str) -> Sequence[str]:
        """What came for a parameter of a query, of the headers or the cookies, once for each time it came.

        That of a query is percent-encoded: what separates items must be told from what is in them (RFC 6570 section
        3.2.1).
        """
        if place == "query":
            return self.query.get(name, ())
        if place == "header":
            # Several lines are one list (RFC 9110 section 5.3).
            values = self._headers.getlist(name)
            return [", ".join(values)] if values else ()
        return [self._cookies[name]] if name in self._cookies else ()

    def segment(self, position: int) -> str:
        """An undecoded segment of the path, counted from its end by a negative number."""
        return self._segments[position]

    @cached_property
    def path(self) -> Mapping[str, str]:
        """The values of the path, decoded."""
        values: Mapping[str, str] = self._scope["path_params"]
        return values

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The names of the query, decoded, with their values, undecoded."""
        found: dict[str, list[str]] = defaultdict(list)
        for part in self._scope["query_string"].decode("utf-8", "replace").split("&"):
            if part:
                name, _, value = part.partition("=")
                found[unquote_plus(name)].append(value)
        return found

    @cached_property
    def _segments(self) -> list[str]:
        raw: bytes = self._scope.get("raw_path") or quote(self._scope["path"]).encode()
        return raw.decode("latin-1").split("/")

    @cached_property
    def _cookies(self) -> Mapping[str, str]:
        return cookie_parser("; ".join(self._headers.getlist("cookie")))

    @cached_property
    def _headers(self) -> Headers:
        return Headers(scope=self._scope)
