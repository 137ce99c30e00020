"""Detection of a wrong address, which must not look like a broken contract."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import Carried
from openapi.contract import Operation

# A path that no contract has.
_UNKNOWN: Final = "/tether-relay-check-unknown"
# Operations that are called below the base path of the document.
_MOST_TRIED: Final = 3


class Misaddressed(Exception):
    """The URL is wrong; the text says which one to use instead."""


def look_at_address(
    session: Session, operations: Iterable[Operation], carried: Carried, good: Exchange, patience: float
) -> None:
    """Raise Misaddressed if the answer to a valid request, `good`, is due to a wrong URL; `patience` is in seconds."""
    status = good.response.status if good.response is not None else None
    origin = session.origin
    # To plain HTTP on a TLS port, nginx answers 400, and other servers send an alert or nothing.
    if status in (None, 400) and origin.scheme == "http" and not session.is_proxied and _speaks_tls(origin, patience):
        raise Misaddressed(f"{origin.netloc} speaks TLS; use https{session.url.removeprefix('http')}")
    if status != 404 or (suffix := _path_at_end(session.base_path, operations)) is None:
        return
    itself = session.send(session.request("GET", "", carried.headers, carried.query)).response
    if itself is not None and itself.status != 404:
        whole = session.url.removesuffix(suffix)
        raise Misaddressed(f"the URL ends in a path of the contract, which the check adds itself; use {whole}")


def look_for_base_path(
    session: Session,
    base_paths: Iterable[str],
    answers: Mapping[Operation, int],
    again: Callable[[Operation, str], Exchange],
) -> None:
    """Raise Misaddressed if most valid requests were answered with 404, and those that are sent again below one of the
    `base_paths` of the document succeed or are all refused otherwise, for example for want of credentials; `again`
    sends the request of an operation below another path."""
    missing = [operation for operation, status in answers.items() if status == 404]
    if 2 * len(missing) <= len(answers):
        return
    for base_path in dict.fromkeys(filter(None, base_paths)):
        if session.base_path.endswith(base_path):
            continue
        found = [again(operation, session.base_path + base_path).response for operation in missing[:_MOST_TRIED]]
        statuses = [response.status for response in found if response is not None and response.status < 500]
        is_there = len(missing) == len(answers) or (statuses and (min(statuses) < 400 or 404 not in statuses))
        if is_there and any(status != 404 for status in statuses):
            most = f"{len(missing)} of {len(answers)} requests are"
            url = session.url + base_path
            raise Misaddressed(
                f"{'every request is' if len(missing) == len(answers) else most} answered with 404, but not below "
                f"{base_path}; did you mean {url}?"
            )


def is_guarded(session: Session, anonymous: Exchange) -> bool:
    """Whether a request without credentials is refused otherwise than with 404, and one for an unknown path with 404:
    then there is something at the path, although valid requests are answered with 404."""
    response = anonymous.response
    if response is None or response.status == 404:
        return False
    unknown = session.send(session.request("GET", _UNKNOWN)).response
    return unknown is not None and unknown.status == 404


def _path_at_end(base_path: str, operations: Iterable[Operation]) -> str | None:
    """The end of a path that is the path of an operation. A path that begins with a parameter would match anything."""
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
