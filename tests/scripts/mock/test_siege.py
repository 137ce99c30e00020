"""Under attacks, the mock answers an honest client, and leaks no memory or files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

ATTACKS = Path(__file__).parents[2] / "hostile" / "attacks.py"
PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
NAMES = [
    "silence",
    "idleness",
    "half_closed",
    "dripping",
    "hoarding",
    "large_headers",
    "long_body",
    "long_chunked_body",
    "resets",
    "nonsense",
    "pipelining",
    "unread_answers",
]
# Requests of the honest client, and bytes that the mock may take more than before.
REQUESTS = 100
GROWTH = 96 * 1024 * 1024


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server("--quiet", command=("tether-relay", "mock")) as running:
        # The imports after the first answer are done.
        assert running.client.get("/__mock/state").status_code == 200
        yield running


@contextmanager
def attack(mock: Server, name: str) -> Iterator[None]:
    """Run one of the attacks of `attacks.py` during the block."""
    command = [sys.executable, str(ATTACKS), name, str(httpx.URL(mock.url).port), "mock"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"in force\n"
            yield
            assert process.poll() is None
        finally:
            process.kill()


def memory(mock: Server) -> int:
    """The memory of a mock, in bytes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{mock.process.pid}/status").read_text(), re.MULTILINE)
    assert found
    return 1024 * int(found[1])


def files(mock: Server) -> int:
    """The number of files that a mock has open."""
    return len(list(Path(f"/proc/{mock.process.pid}/fd").iterdir()))


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_an_honest_client_is_answered_and_no_memory_or_file_leaks(
    mock: Server, eventually: Eventually, name: str
) -> None:
    before, opened = memory(mock), files(mock)
    with attack(mock, name):
        codes = [mock.client.get(PATH, headers=TOKEN).status_code for _ in range(REQUESTS)]
        grown = memory(mock) - before

    assert codes == [200] * REQUESTS
    assert grown < GROWTH
    assert eventually(lambda: files(mock) <= opened)
    assert mock.client.get(PATH, headers=TOKEN).status_code == 200
    assert "Traceback" not in mock.output
