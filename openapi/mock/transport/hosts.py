"""Under which names the mock lets itself be controlled."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(origin: str) -> bool:
    """Whether an Origin is that of a page from this machine itself."""
    host = _host_of(origin)
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def is_known(host: str | None, address: str) -> bool:
    """Whether a Host header is no name that somebody else may have pointed at this machine (DNS rebinding), so that a
    page of theirs would pass for one of ours.

    An address is none, nor is `localhost`, a name without a dot, which nobody can register, and the host of `address`,
    where the mock listens. Whoever sends no Host is no browser.
    """
    if not host:
        return True
    name = _host_of(f"//{host}").rstrip(".")
    if name.endswith(".localhost") or (name and "." not in name) or name == _host_of(address):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def same_site(host: str | None, to: str) -> str | None:
    """The Host by which a browser keeps cookies of the mock for the page at `to`; None when it is there already.

    `localhost` and 127.0.0.1 are one machine and two sites: a cookie of the one is not sent for a page of the other
    (RFC 6265bis section 5.2).
    """
    here, there = _host_of(f"//{host or ''}"), _host_of(to)
    if {here, there} != {"localhost", "127.0.0.1"}:
        return None
    _, colon, port = (host or "").partition(":")
    return there + colon + port


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
