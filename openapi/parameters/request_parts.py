"""The parts of a request that carry parameters, by location and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote_plus

from openapi.http.cookies import cookies_of
from openapi.http.messages import Fields, values_of


class RequestParts:
    """The parts of one request, each split on first use.

    `raw_path` and `query` are undecoded; `path_values` are the decoded values of the path template by name.
    """

    def __init__(self, raw_path: str, path_values: Mapping[str, str], query: str, headers: Fields) -> None:
        self.path_values = path_values
        self.headers = headers
        self._raw_path = raw_path
        self._query = query

    def texts(self, location: str, name: str) -> Sequence[str]:
        """The values of a name in the query, the headers or the cookies, one for each occurrence; of the query string,
        which has no names, the whole.

        Values of the query are percent-encoded, so that separators differ from the same characters in items (RFC 6570
        section 3.2.1). Several header lines are one list (RFC 9110 section 5.3).
        """
        if location == "query":
            return self.query.get(name, ())
        if location == "querystring":
            return [self._query] if self._query else ()
        if location == "cookie":
            return self.cookies.get(name, ())
        values = values_of(self.headers, name)
        return [", ".join(values)] if values else ()

    def segment(self, position: int) -> str:
        """An undecoded segment of the path; a negative `position` counts from the end."""
        return self._segments[position]

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The decoded names of the query and their undecoded values."""
        found: dict[str, list[str]] = defaultdict(list)
        for part in self._query.split("&"):
            if part:
                name, _, value = part.partition("=")
                found[unquote_plus(name)].append(value)
        return found

    @cached_property
    def cookies(self) -> Mapping[str, list[str]]:
        """The cookies and their values, without outer quotes (RFC 6265 section 5.4)."""
        return cookies_of(values_of(self.headers, "cookie"))

    @cached_property
    def _segments(self) -> list[str]:
        return self._raw_path.split("/")
