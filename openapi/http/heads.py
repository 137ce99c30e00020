"""What every server here requires of the head of a request: its version, its target, its Host and its size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from openapi.http.hosts import is_host

# The most bytes of the names and values of all headers of a request together, and of its target.
MAX_HEADERS: Final = 64 * 1024
MAX_TARGET: Final = 32 * 1024

# granian writes HTTP/1.0 without the minor version.
_HTTP_1_0: Final = ("1.0", "1")
_VERSIONS: Final = ("1.1", *_HTTP_1_0)
_SCHEMES: Final = (b"http", b"https")
# Bytes of a Host header whose validity is remembered.
_LONGEST_KEPT: Final = 300


class HeadFault(NamedTuple):
    """Why the head of a request is refused: the status, a stable code, and a sentence for the client."""

    status: int
    code: str
    sentence: str


HEADERS_TOO_LARGE: Final = HeadFault(
    431, "HEADERS_TOO_LARGE", f"The headers must not exceed {MAX_HEADERS // 1024} KiB."
)
TARGET_TOO_LONG: Final = HeadFault(414, "TARGET_TOO_LONG", f"The target must not exceed {MAX_TARGET // 1024} KiB.")


def malformed(sentence: str) -> HeadFault:
    """A request that does not follow RFC 9112."""
    return HeadFault(400, "HTTP_MALFORMED", sentence)


_NO_HOST: Final = malformed("The request has no Host header; send the host of the URL (RFC 9112 section 3.2).")
_SEVERAL_HOSTS: Final = malformed("The request has several Host headers; send one (RFC 9112 section 3.2).")
_ODD_HOST: Final = malformed("The Host header is not a host with an optional port (RFC 9112 section 3.2).")


def headers_fault(version: str, headers: Sequence[tuple[bytes, bytes]]) -> HeadFault | None:
    """Why a server must refuse these headers, with names in lower case; None if it need not.

    All together have at most `MAX_HEADERS` bytes. There is one Host, which is valid; HTTP/1.0 can do without (RFC 9112
    section 3.2).
    """
    size, host = 0, None
    for name, value in headers:
        size += len(name) + len(value)
        if name == b"host":
            if host is not None:
                return _SEVERAL_HOSTS
            host = value
    if size > MAX_HEADERS:
        return HEADERS_TOO_LARGE
    if not host:
        return None if version in _HTTP_1_0 else _NO_HOST
    return None if _is_valid(host) else _ODD_HOST


# Nearly all requests of a server have the same few hosts; a long one is no host, and is not kept.
@lru_cache(256)
def _is_short_host(host: bytes) -> bool:
    return is_host(host.decode("latin-1"))


def _is_valid(host: bytes) -> bool:
    return _is_short_host(host) if len(host) <= _LONGEST_KEPT else is_host(host.decode("latin-1"))


def request_line_fault(version: str, target: bytes) -> HeadFault | None:
    """Why a server must refuse a request with this version, such as "1.1", and this target; None if it need not.

    RFC 9112 sections 2.3 and 3.2: HTTP/0.9 and HTTP/2.0 cannot be sent in this syntax, and no form of a target has a
    fragment. RFC 9110 section 4.2.4: a target with user information is refused.
    """
    if version not in _VERSIONS:
        return malformed(f"This is HTTP/{version}, and this server speaks HTTP/1.1; set the client to HTTP/1.1.")
    if b"#" in target:
        return malformed("The target of the request has a fragment; leave out the # and what follows it.")
    scheme, authority = _absolute(target)
    if scheme and scheme.lower() not in _SCHEMES:
        return malformed("The scheme of the target of the request is not http or https.")
    if scheme and not is_host(authority.decode("latin-1")):
        return malformed("The target of the request has no valid host; a user and a password are not allowed.")
    return None


def authority_of(target: bytes) -> bytes:
    """The authority of a target in absolute form, which takes the place of the Host header (RFC 9112 section 3.2.2);
    empty for the other forms."""
    return _absolute(target)[1]


def _absolute(target: bytes) -> tuple[bytes, bytes]:
    """The scheme and the authority of a target in absolute form; both empty for the other forms."""
    scheme, separator, rest = target.partition(b"://")
    if not separator or not scheme.isalnum():
        return b"", b""
    return scheme, rest.partition(b"?")[0].partition(b"/")[0]
