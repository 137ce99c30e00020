"""The limits that `tether-relay serve` gives to granian; tests/hostile tests their effect."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from scripts.cli.serve.command import HEADER_TIMEOUT, MAX_CONNECTIONS, OTHER_FILES, connection_limit, make_server
from scripts.cli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_headers_have_ten_seconds_to_arrive(folder: Path) -> None:
    settings = make_server(Settings(), "127.0.0.1").http1_settings

    assert (HEADER_TIMEOUT, settings and settings.header_read_timeout) == (10_000, 10_000)


def test_granian_gets_the_limit_of_connections(folder: Path) -> None:
    assert make_server(Settings(), "127.0.0.1").backpressure == connection_limit()


@pytest.mark.parametrize(
    ("files", "connections"),
    [
        (resource.RLIM_INFINITY, MAX_CONNECTIONS),
        (1_000_000, MAX_CONNECTIONS),
        (MAX_CONNECTIONS, MAX_CONNECTIONS - OTHER_FILES),
        (1024, 1024 - OTHER_FILES),
        (OTHER_FILES, 1),
        (64, 1),
    ],
)
def test_the_limit_of_connections_follows_the_limit_of_open_files(
    monkeypatch: pytest.MonkeyPatch, files: int, connections: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))

    assert connection_limit() == connections
