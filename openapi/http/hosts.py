"""The Host of a request: its grammar, and the names that are safe from DNS rebinding."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

# uri-host [ ":" port ] of RFC 9110 section 7.2, with the hosts of RFC 3986 section 3.2.2. An http URI has no empty host
# (RFC 9110 section 4.2.1).
_HOST: Final = re.compile(
    r"(?:\[[0-9A-Za-z:.!$&'()*+,;=_~-]++\]|(?:[A-Za-z0-9!$&'()*+,;=._~-]++|%[0-9A-Fa-f]{2})++)(?::[0-9]{0,5})?"
)


def is_host(text: str) -> bool:
    """Whether a text is a host with an optional port, as a Host header must be."""
    return _HOST.fullmatch(text) is not None


def is_known(host: str | None, *names: str) -> bool:
    """Whether a Host header is safe from DNS rebinding, with which a page of an attacker could pass for a page of this
    server.

    Safe are an IP address, `localhost`, a name without a dot, because these cannot be registered, and the `names` of
    the server itself. A request without a Host does not come from a browser.
    """
    if not host:
        return True
    if not is_host(host):
        return False
    name = host_of(f"//{host}").rstrip(".")
    if name.endswith(".localhost") or (name and "." not in name) or name in map(str.lower, names):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(origin: str) -> bool:
    """Whether an Origin is on this machine."""
    host = host_of(origin)
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def same_site(host: str | None, to: str) -> str | None:
    """The host of the mock that is on the same site as the page at `to`; None if `host` already is.

    `localhost` and 127.0.0.1 are one machine and two sites: a page of one sends no cookies of the other (RFC 6265bis
    section 5.2).
    """
    here, there = host_of(f"//{host or ''}"), host_of(to)
    if {here, there} != {"localhost", "127.0.0.1"}:
        return None
    _, colon, port = (host or "").partition(":")
    return there + colon + port


def host_of(url: str) -> str:
    """The host of a URL in lower case, without the port; "" if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
