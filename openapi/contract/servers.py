"""The servers that a document declares, for all operations, for a path or for one operation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
# The most combinations of the values of the variables of one server.
_MOST_VARIANTS: Final = 64


@dataclass(frozen=True)
class ServerVariable:
    """A Server Variable Object: its default, and the values that it allows, None for any."""

    default: str
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class DeclaredServer:
    """A Server Object at `pointer`, with its URL as written."""

    url: str
    variables: Mapping[str, ServerVariable]
    pointer: str


def declared_servers(holder: Mapping[str, Any], pointer: str) -> tuple[DeclaredServer, ...]:
    """The servers of a document, a Path Item or an Operation at `pointer`, in their order."""
    servers = holder.get("servers")
    return tuple(
        DeclaredServer(
            str(server.get("url", "/")),
            {name: _variable(variable) for name, variable in _variables(server).items()},
            f"{pointer}/servers/{index}",
        )
        for index, server in enumerate(servers if isinstance(servers, list) else ())
        if isinstance(server, Mapping)
    )


def _variable(written: Any) -> ServerVariable:
    written = written if isinstance(written, Mapping) else {}
    values = written.get("enum")
    return ServerVariable(
        str(written.get("default", "")), tuple(map(str, values)) if isinstance(values, list) else None
    )


def server_urls(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """The URLs in `servers` of a document, a Path Item or an Operation, with the defaults of their variables (section
    "Server Object"); () without servers."""
    servers = holder.get("servers")
    return tuple(_url(server) for server in servers if isinstance(server, Mapping)) if isinstance(servers, list) else ()


def server_paths(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of the servers of a document, a Path Item or an Operation, each once and without empty ones: those with
    the defaults of their variables first, then those with the other values of each `enum`."""
    servers = holder.get("servers")
    written = [server for server in servers if isinstance(server, Mapping)] if isinstance(servers, list) else []
    urls = [*map(_url, written), *(url for server in written for url in _variants(server))]
    return tuple(dict.fromkeys(path for path in map(path_of_server, urls) if path))


def path_of_server(url: str) -> str:
    """The path of the URL of a server, without a slash at its end; "" if it has none that can be used."""
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
    return path if path.startswith("/") and "{" not in path else ""


def origin_of_server(url: str) -> tuple[str, str]:
    """The scheme and the authority of the URL of a server, both "" if it is relative."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()


def _url(server: Mapping[str, Any], chosen: Mapping[str, str] = MappingProxyType({})) -> str:
    """The URL with the `chosen` values of variables, and the defaults of the others."""
    declared = _variables(server)

    def value(match: re.Match[str]) -> str:
        variable = declared.get(match[1])
        default = variable["default"] if isinstance(variable, Mapping) and "default" in variable else match[0]
        return chosen.get(match[1], str(default))

    return _VARIABLE.sub(value, str(server.get("url", "/")))


def _variants(server: Mapping[str, Any]) -> Iterator[str]:
    """The URLs with every combination of the values that the variables allow, up to a limit."""
    enums = {
        name: [str(value) for value in variable["enum"]]
        for name, variable in _variables(server).items()
        if isinstance(variable, Mapping) and isinstance(variable.get("enum"), list)
    }
    for values in itertools.islice(itertools.product(*enums.values()), _MOST_VARIANTS):
        yield _url(server, dict(zip(enums, values, strict=True)))


def _variables(server: Mapping[str, Any]) -> Mapping[str, Any]:
    variables = server.get("variables")
    return variables if isinstance(variables, Mapping) else {}
