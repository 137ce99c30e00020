"""The hosts and origins that can control the mock."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(origin: str) -> bool:
    """Whether an Origin is on this machine."""
    host = _host_of(origin)
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def is_known(host: str | None, address: str) -> bool:
    """Whether a Host header is safe from DNS rebinding, with which a page of an attacker could pass for one of the
    mock.

    Safe are an IP address, `localhost`, a name without a dot, because these cannot be registered, and the host of
    `address`, where the mock listens. A request without a Host does not come from a browser.
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
    """The host of the mock that is on the same site as the page at `to`; None if `host` already is.

    `localhost` and 127.0.0.1 are one machine and two sites: a page of one sends no cookies of the other (RFC 6265bis
    section 5.2).
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
