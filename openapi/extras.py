"""The extras of the package tether-relay, and whether they are installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

# Python 3.14 includes zstd.
_ZSTD: Final = () if sys.version_info >= (3, 14) else ("backports.zstd",)
# Extra -> a module of each package that it adds to the server's (pyproject.toml).
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "mock": ("brotli", "httptools", "uvicorn", "watchfiles", *_ZSTD),
    "check": ("brotli", "httptools", "hypothesis", "rich", "schemathesis", "uvicorn", *_ZSTD),
    "postgresql": (),
    "tracing": ("opentelemetry.exporter.otlp.proto.http", "opentelemetry.sdk"),
}


class ExtraMissing(ModuleNotFoundError):
    """A part of the program needs an extra that is not installed; the text says how to install it.

    A ModuleNotFoundError, so that code which treats the missing part as optional needs no other exception.
    """


def require_extra(extra: str, user: str) -> None:
    """Return if the packages of `extra` are installed. They are found, not imported: an error in one stays visible.

    `user` names the part that needs them, as the subject of the message. ExtraMissing if a package is not installed.
    """
    if not all(map(_is_installed, MODULES[extra])):
        raise ExtraMissing(
            f"{user} needs packages of the extra {extra}, which are not installed; with the lock of this release run: "
            "pip install --require-hashes --requirement requirements.lock"
        )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # The package that contains it is missing.
        return False
