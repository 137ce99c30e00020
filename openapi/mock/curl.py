"""A request as a `curl` command for a POSIX shell."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from openapi.messages import Request

_TOKEN: Final = object()
# What the log has in place of a value that is nobody else's business.
MASKED: Final = "***"
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "x-api-key"})
# RFC 9110 section 5.6.2.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What curl makes itself, or what only says which program asked.
_NOT_REPEATED: Final = re.compile(
    r"host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|user-agent"
    r"|accept-language|sec-.*|dnt|priority|referer|pragma|cache-control|x-request-id",
    re.IGNORECASE,
)


def curl(base_url: str, request: Request) -> str:
    """The command that sends a request to `base_url`; credentials in it are `$TOKEN`.

    What a shell or a terminal would act on is quoted or goes through Base64.
    """
    target = sendable(request.target)
    options = ["-i"]
    if any(character in target for character in "[]{}"):
        options.append("--globoff")
    if re.search(r"/\.\.?(/|$)", target.partition("?")[0]):
        options.append("--path-as-is")
    if request.method == "HEAD":
        options.append("--head")
    elif request.method != ("POST" if request.body else "GET"):
        options.append(f"-X {_word(request.method)}")
    lines = [f"curl {' '.join(options)} {_word(base_url + target)}", *_curl_headers(request)]
    before = ""
    if request.body:
        text = _plain_text(request.body)
        if text is None:
            before = f"printf %s {_word(base64.b64encode(request.body).decode())} | base64 -d | "
        lines.append("--data-binary @-" if text is None else f"--data-raw {_word(text)}")
    return before + " \\\n  ".join(lines)


def _curl_headers(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        if not _NAME.fullmatch(name) or _NOT_REPEATED.fullmatch(name) or (name.lower(), value) == ("accept", "*/*"):
            continue
        text = _plain_text(value.encode("latin-1", "replace"))
        if name.lower() in _CREDENTIALS or (value == MASKED and name.lower() != "cookie"):
            # The scheme is no secret, where there is one (RFC 9110 section 11.4).
            scheme = re.match(r"[A-Za-z][A-Za-z0-9-]* (?=.)", value)
            yield f"-H {_word(f'{name}: ', scheme[0] if scheme else '', _TOKEN)}"
        elif name.lower() == "cookie":
            # Of a masked one not even the names are known.
            cookies = [cookie for part in value.split(";") if (cookie := part.strip()) != MASKED]
            yield from (f"-H {_word('Cookie: ', *_cookies(cookies))}",) if cookies else ()
        elif text is not None:
            # A header without a value is written with a semicolon (curl(1), --header).
            yield f"-H {_word(f'{name}: {text}' if text.strip() else f'{name};')}"
    if request.body and request.header("content-type") is None:
        yield "-H 'Content-Type:'"


def _cookies(pairs: Iterable[str]) -> Iterator[object]:
    """The cookies of the mock as they are, the values of others masked."""
    for index, pair in enumerate(pairs):
        name, equals, _ = pair.partition("=")
        yield "; " if index else ""
        if name.startswith("mock-") and _NAME.fullmatch(name) and _plain_text(pair.encode()) is not None:
            yield pair
        else:
            yield f"{name}=" if equals and _NAME.fullmatch(name) else ""
            yield _TOKEN


def _word(*parts: object) -> str:
    """One word of a POSIX shell: strings are literal, `_TOKEN` is what the variable of that name holds."""
    literal = "".join(part for part in parts if isinstance(part, str))
    if _TOKEN not in parts:
        return shlex.quote(literal)
    if re.fullmatch(r"[A-Za-z0-9 :;=._/-]*", literal):
        return '"' + "".join(part if isinstance(part, str) else "$TOKEN" for part in parts) + '"'
    return "".join((shlex.quote(part) if part else "") if isinstance(part, str) else '"$TOKEN"' for part in parts)


def _plain_text(body: bytes) -> str | None:
    """The body as text, None when it is not UTF-8 or has control characters: a terminal would act on them."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) else text


def sendable(target: str) -> str:
    """The target with what has no place in a URL percent-encoded, and what is encoded left so."""
    path = target.partition("#")[0]
    return quote(path, safe="/?:@!$&'()*+,;=-._~%[]{}|^`\\\"<>", encoding="latin-1", errors="replace")
