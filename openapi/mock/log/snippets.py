"""A logged request as text to paste: a `curl` command, a Playwright route, an MSW 2 handler.

Data from clients is quoted for each language, so that it cannot act as code. The texts never contain credentials:
`curl` has `$TOKEN` instead, and the others answer without credentials.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeAlias

from openapi.http.curl import sendable
from openapi.http.grammar import is_token
from openapi.http.masking import MASK
from openapi.http.messages import Fields, Request, Response
from openapi.mock.log.commands import command
from openapi.mock.log.contents import ContentKind, content_of
from openapi.typescript.literals import literal, string

SnippetKind: TypeAlias = Literal["curl", "playwright", "msw"]

# Headers of one delivery of an answer, and headers of the mock.
_NOT_REPLAYED: Final = re.compile(
    r"content-length|content-encoding|transfer-encoding|connection|keep-alive|date|server|trailer|x-mock-.*|x-request-id"
    r"|x-content-type-options",
    re.IGNORECASE,
)
_CROSS_ORIGIN: Final = re.compile(r"access-control-.*|timing-allow-origin|vary", re.IGNORECASE)
_MSW_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def snippet(kind: SnippetKind, base_url: str, request: Request, response: Response | None) -> str:
    """A request as a `curl` command, or as code that mocks its answer; `response` is None without an answer.

    `base_url` is the address of the mock, without a slash at its end.
    """
    makers: dict[SnippetKind, Callable[[], str]] = {
        "curl": lambda: command(base_url, request),
        "playwright": lambda: _playwright(request, response),
        "msw": lambda: _msw(request, response),
    }
    return makers[kind]()


def _playwright(request: Request, response: Response | None) -> str:
    target = sendable(request.target)
    path, _, query = target.partition("?")
    matching = f"url.pathname === {string(path)}" + (f" && url.search === {string('?' + query)}" if query else "")
    lines = [
        "await page.route(",
        f"  (url) => {matching},",
        "  async (route) => {",
        f"    if (route.request().method() !== {string(request.method)}) return route.fallback();",
    ]
    if response is None:
        lines.append('    await route.abort("connectionreset");')
    else:
        answer = [f"status: {response.status}"]
        if headers := _joined(_replayed(response)):
            answer.append(f"headers: {literal(headers, 3)}")
        answer.extend(_playwright_body(response))
        lines += ["    await route.fulfill({", *(f"      {part}," for part in answer), "    });"]
    return "\n".join([*lines, "  },", ");"])


def _playwright_body(response: Response) -> Iterator[str]:
    kind, value = content_of(response)
    if kind == "json":
        yield f"json: {literal(value, 3)}"
    elif kind == "text":
        yield f"body: {string(value)}"
    elif kind == "bytes":
        yield f'body: Buffer.from("{value}", "base64")'


def _msw(request: Request, response: Response | None) -> str:
    path, _, query = sendable(request.target).partition("?")
    known = request.method in _MSW_METHODS
    tests = [f"request.method !== {string(request.method)}"] if not known else []
    tests += [f"new URL(request.url).search !== {string('?' + query)}"] if query else []
    method = request.method.lower() if known else "all"
    lines = [
        'import { http, HttpResponse } from "msw";',
        "",
        f"http.{method}({_msw_path(path)}, ({'{ request }' if tests else ''}) => {{",
        *([f"  if ({' || '.join(tests)}) return;"] if tests else []),
        f"  return {_msw_response(response)};",
    ]
    return "\n".join([*lines, "});"])


def _msw_path(path: str) -> str:
    """A pattern for this path on any host; a regular expression if the path has special characters of MSW's
    patterns."""
    if re.fullmatch(r"[A-Za-z0-9/_~-]+", path):
        return string(f"*{path}")
    escaped = re.sub(r"[^A-Za-z0-9_%~ -]", lambda match: f"\\{match[0]}", path)
    return rf"/^[^:]+:\/\/[^\/?#]+{escaped}$/"


def _msw_response(response: Response | None) -> str:
    if response is None:
        return "HttpResponse.error()"
    kind, value = content_of(response)
    fields = tuple(field for field in _replayed(response) if not _CROSS_ORIGIN.fullmatch(field[0]))
    if kind == "json":
        fields = tuple(field for field in fields if field != ("content-type", "application/json"))
    names = [name.lower() for name, _ in fields]
    headers: Any = dict(fields) if len({*names}) == len(names) else [list(field) for field in fields]
    options = [f"status: {response.status}"] if response.status != 200 else []
    options += [f"headers: {literal(headers, 1)}"] if fields else []
    call = "HttpResponse.json" if kind == "json" else "new HttpResponse"
    arguments = _msw_body(kind, value) + (f", {{ {', '.join(options)} }}" if options else "")
    return f"{call}({arguments})"


def _msw_body(kind: ContentKind, value: Any) -> str:
    if kind == "json":
        return literal(value, 1)
    if kind == "text":
        return string(value)
    return f'Uint8Array.from(atob("{value}"), (character) => character.charCodeAt(0))' if kind == "bytes" else "null"


def _replayed(response: Response) -> Fields:
    """The headers of an answer that are independent of its delivery."""
    return tuple(
        (name.lower(), value)
        for name, value in response.headers
        if is_token(name) and not _NOT_REPLAYED.fullmatch(name) and not re.search(r"[\0\r\n]", value) and value != MASK
    )


def _joined(fields: Fields) -> dict[str, str]:
    """Headers by name; Playwright separates the values of Set-Cookie by line breaks."""
    headers: dict[str, str] = {}
    for name, value in fields:
        between = "\n" if name == "set-cookie" else ", "
        headers[name] = headers[name] + between + value if name in headers else value
    return headers
