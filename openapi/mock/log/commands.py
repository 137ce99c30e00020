"""A logged request as a `curl` command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from openapi.http.curl import curl
from openapi.http.grammar import is_token
from openapi.http.masking import MASK
from openapi.http.messages import Request
from openapi.mock.masking import CommandMasking

# Control characters, which headers must not have (RFC 9110 section 5.5).
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Headers that curl sends itself, or that only describe the client.
_NOT_REPEATED: Final = re.compile(
    r"host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|user-agent"
    r"|accept-language|sec-.*|dnt|priority|referer|pragma|cache-control|x-request-id",
    re.IGNORECASE,
)
_MASKING: Final = CommandMasking()


def command(base_url: str, request: Request) -> str:
    """The command that sends a request to `base_url`; credentials in it are `$TOKEN`."""
    return curl(replace(request, headers=tuple(_repeated(request))), base_url, _MASKING, readable=True)


def _repeated(request: Request) -> Iterator[tuple[str, str]]:
    """The headers that are necessary to repeat the request."""
    for name, value in request.headers:
        lower = name.lower()
        if not is_token(name) or _NOT_REPEATED.fullmatch(name):
            continue
        if lower == "cookie":
            # A masked cookie has no name that could be sent.
            cookies = [cookie for part in value.split(";") if (cookie := part.strip()) != MASK]
            if cookies:
                yield "Cookie", "; ".join(cookies)
        elif lower == "authorization" or lower in _MASKING.secret_headers:
            yield name, value or MASK
        elif not _CONTROLS.search(value):
            yield name, value
