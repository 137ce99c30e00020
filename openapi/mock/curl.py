"""A request as a `curl` command for a POSIX shell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from openapi.http.messages import Request
from openapi.http.shell import Expansion, Part, body_words, printable, word

_TOKEN: Final = Expansion("$TOKEN")
# What the log has in place of a value that is nobody else's business.
MASKED: Final = "***"
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "x-api-key"})
# RFC 9110 section 5.6.2.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# No header has these (RFC 9110 section 5.5).
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What curl makes itself, or what only says which program asked.
_NOT_REPEATED: Final = re.compile(
    r"host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|user-agent"
    r"|accept-language|sec-.*|dnt|priority|referer|pragma|cache-control|x-request-id",
    re.IGNORECASE,
)


def curl(base_url: str, request: Request) -> str:
    """The command that sends a request to `base_url`; credentials in it are `$TOKEN`."""
    target = sendable(request.target)
    options = ["-i"]
    if any(character in target for character in "[]{}"):
        options.append("--globoff")
    if re.search(r"/\.\.?(/|$)", target.partition("?")[0]):
        options.append("--path-as-is")
    if request.method == "HEAD":
        options.append("--head")
    elif request.method != ("POST" if request.body else "GET"):
        options.append(f"-X {word((request.method,))}")
    lines = [f"curl {' '.join(options)} {word((base_url + target,))}"]
    lines += [f"-H {word(parts)}" for parts in _headers(request)]
    before, body = body_words(request, (request.body.decode("latin-1"),))
    return before + " \\\n  ".join([*lines, *([" ".join(body)] if body else [])])


def _headers(request: Request) -> Iterator[tuple[Part, ...]]:
    for name, value in request.headers:
        if not _NAME.fullmatch(name) or _NOT_REPEATED.fullmatch(name) or (name.lower(), value) == ("accept", "*/*"):
            continue
        if name.lower() in _CREDENTIALS or (value == MASKED and name.lower() != "cookie"):
            # The scheme is no secret, where there is one (RFC 9110 section 11.4).
            scheme = re.match(r"[A-Za-z][A-Za-z0-9-]* (?=.)", value)
            yield f"{name}: ", scheme[0] if scheme else "", _TOKEN
        elif name.lower() == "cookie":
            # Of a masked one not even the names are known.
            cookies = [cookie for part in value.split(";") if (cookie := part.strip()) != MASKED]
            if cookies:
                yield "Cookie: ", *_cookies(cookies)
        elif not _CONTROLS.search(value):
            # A header without a value is written with a semicolon (curl(1), --header).
            yield (f"{name}: {value}" if value.strip() else f"{name};",)


def _cookies(pairs: Iterable[str]) -> Iterator[Part]:
    """The cookies of the mock as they are, the values of others masked."""
    for index, pair in enumerate(pairs):
        name, equals, _ = pair.partition("=")
        yield "; " if index else ""
        if name.startswith("mock-") and _NAME.fullmatch(name) and printable(pair.encode("latin-1")) is not None:
            yield pair
        else:
            yield f"{name}=" if equals and _NAME.fullmatch(name) else ""
            yield _TOKEN


def sendable(target: str) -> str:
    """The target with what has no place in a URL percent-encoded, and what is encoded left so."""
    path = target.partition("#")[0]
    return quote(path, safe="/?:@!$&'()*+,;=-._~%[]{}|^`\\\"<>", encoding="latin-1", errors="replace")
