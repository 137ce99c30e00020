"""The extras of the package: which command needs which, and whether it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from scripts.cli.failures import Refused

# Command -> the extra that it needs.
COMMANDS: Final[Mapping[str, str]] = {"mock": "mock", "check": "check", "proxy": "check"}
# Extra -> a module of each package that it brings and the bare package does not (pyproject.toml).
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "mock": ("brotli", "httptools", "uvicorn", "watchfiles"),
    "check": ("brotli", "h11", "httptools", "hypothesis", "rich", "schemathesis", "uvicorn"),
    "tracing": ("opentelemetry.exporter.otlp.proto.http", "opentelemetry.sdk"),
}


def require_extra(extra: str, what: str) -> None:
    """Return when every package of an extra is installed; Refused, with the command that installs it, when one is not.

    `what` names what needs it.
    """
    if not all(map(_is_installed, MODULES[extra])):
        raise Refused(f"{what} needs packages that are not installed; run: pip install 'tether-relay[{extra}]'")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # Its parent package is missing.
        return False
