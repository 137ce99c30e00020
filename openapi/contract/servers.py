"""The servers that a document declares, for all operations, for a path or for one operation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def server_urls(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """The URLs in `servers` of a document, a Path Item or an Operation, with the defaults of their variables (section
    "Server Object"); () without servers."""
    servers = holder.get("servers")
    return tuple(_url(server) for server in servers if isinstance(server, Mapping)) if isinstance(servers, list) else ()


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


def _url(server: Mapping[str, Any]) -> str:
    variables = server.get("variables")
    declared: Mapping[str, Any] = variables if isinstance(variables, Mapping) else {}

    def default(match: re.Match[str]) -> str:
        variable = declared.get(match[1])
        return str(variable["default"]) if isinstance(variable, Mapping) and "default" in variable else match[0]

    return _VARIABLE.sub(default, str(server.get("url", "/")))
