"""Compares the addresses of operations: servers and their variables, together with the paths."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from openapi.compatibility.flow import OperationPair
from openapi.contract import Contract, Operation
from openapi.contract.servers import DeclaredServer

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_MOST: Final = 256
_ANY: Final = "{}"


@dataclass(frozen=True)
class ServerAddress:
    """The address of an operation on a server: any value is allowed where it has ``{}``."""

    url: str
    server: DeclaredServer

    def covers(self, other: ServerAddress) -> bool:
        """Whether this address includes another one."""
        if self.url == other.url:
            return True
        pattern = "[^/]+".join(map(re.escape, self.url.split(_ANY)))
        return _ANY in self.url and re.fullmatch(pattern, other.url) is not None


def addresses(contract: Contract, operation: Operation) -> tuple[ServerAddress, ...]:
    """Every address of an operation, with the values that variables allow."""
    path = plain_path(operation.path)
    servers = contract.declared_servers(operation) or (DeclaredServer("/", {}, ""),)
    return tuple(ServerAddress(url + path, server) for server in servers for url in _urls(server))


def plain_path(path: str) -> str:
    """A path template without the names of its parameters."""
    return _VARIABLE.sub(_ANY, path)


def compare_servers(pair: OperationPair) -> None:
    """Compare the addresses of an operation: each of the older ones must still be one."""
    old, new = addresses(pair.old_contract, pair.old), addresses(pair.new_contract, pair.new)
    if not any(each.server.pointer for each in old) and any(each.server.pointer for each in new):
        # The address was where the document is; that of a server is one more.
        return
    lost = [each for each in old if not any(other.covers(each) for other in new)]
    come = [each for each in new if not any(other.covers(each) for other in old)]
    for address in lost:
        text = f"the server {address.url.removesuffix(plain_path(pair.old.path))} was removed"
        place = new[0].server.pointer
        pair.add(
            "server-removed", text, old=address.server.pointer, new=place.rpartition("/")[0], key=_base(pair, address)
        )
    for address in come:
        url = address.url.removesuffix(plain_path(pair.new.path))
        pair.add("server-added", f"the server {url} was added", new=address.server.pointer, key=url)
    _compare_defaults(pair, old, new)


def _base(pair: OperationPair, address: ServerAddress) -> str:
    return address.url.removesuffix(plain_path(pair.old.path))


def _compare_defaults(pair: OperationPair, old: tuple[ServerAddress, ...], new: tuple[ServerAddress, ...]) -> None:
    for before in old:
        after = next((each for each in new if each.url == before.url), None)
        if after is None or _ANY not in before.url:
            continue
        for (name, variable), (_, other) in zip(
            before.server.variables.items(), after.server.variables.items(), strict=False
        ):
            if variable.values is None and other.values is None and variable.default != other.default:
                text = f"the server variable {name} has the default {other.default}, not {variable.default}"
                pair.add("server-default-changed", text, old=before.server.pointer, new=after.server.pointer, key=name)


def _urls(server: DeclaredServer) -> Iterator[str]:
    names = _VARIABLE.findall(server.url)
    values = []
    for name in names:
        variable = server.variables.get(name)
        values.append((_ANY,) if variable is None or variable.values is None else variable.values)
    for chosen in itertools.islice(itertools.product(*values), _MOST):
        parts = iter(chosen)
        yield _normal(_VARIABLE.sub(lambda _: next(parts), server.url))  # noqa: B023


def _normal(url: str) -> str:
    """A URL with scheme and host in lower case, without a default port and a slash at its end (RFC 3986 section 6)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rstrip("/")
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    host = host.removesuffix(port) if port else host
    path = parts.path.rstrip("/")
    return f"{scheme}://{host}{path}" if scheme or host else path
