"""Whether a URL is that of the server that was meant: what nobody would call a broken contract, but a wrong address."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import SplitResult

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import Carried
from openapi.contract import Operation


class Misaddressed(Exception):
    """The URL leads elsewhere; the text says what to write instead."""


def look_at_address(
    session: Session, operations: Iterable[Operation], carried: Carried, good: Exchange, patience: float
) -> None:
    """Misaddressed when the answer to a `good` request is one that comes of the address; `patience` in seconds."""
    status = good.response.status if good.response is not None else None
    origin = session.origin
    # nginx answers 400 to who does not speak TLS, others with an alert or nothing at all.
    if status in (None, 400) and origin.scheme == "http" and not session.is_proxied and _speaks_tls(origin, patience):
        raise Misaddressed(f"{origin.netloc} speaks TLS; write https{session.url.removeprefix('http')}")
    if status != 404 or (suffix := _path_at_end(session.base_path, operations)) is None:
        return
    itself = session.send(session.request("GET", "", carried.headers, carried.query)).response
    if itself is not None and itself.status != 404:
        whole = session.url.removesuffix(suffix)
        raise Misaddressed(f"the URL ends in a path of the contract, which is added to it; write {whole}")


def _path_at_end(base_path: str, operations: Iterable[Operation]) -> str | None:
    """The path of an operation that a path ends in. One that begins with a parameter would fit everything."""
    for path in {operation.path.rstrip("/") for operation in operations}:
        if not re.match(r"/[^/{]+(?:/|$)", path):
            continue
        pattern = "/".join("[^/]+" if "{" in segment else re.escape(segment) for segment in path.split("/"))
        if match := re.search(f"{pattern}$", base_path):
            return match[0]
    return None


def _speaks_tls(origin: SplitResult, patience: float) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError):
        connecting = socket.create_connection((origin.hostname or "", origin.port or 80), patience)
        with connecting, context.wrap_socket(connecting, server_hostname=origin.hostname):
            return True
    return False
