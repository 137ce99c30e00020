"""The findings of `st run` with default options in the same servers, for the table of both tools."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import executable
from tests.frozen import FROZEN
from tests.openapi.check.family.correct import CORRECT
from tests.openapi.check.family.faults import FAULTS
from tests.openapi.check.family.honest import good_token, serving
from tests.openapi.check.family.things import API_KEY, CONTRACT, THING_FAULTS, Things
from tests.openapi.check.test_family import TABLE
from tests.tables import record_row

pytestmark = pytest.mark.long

Started = Callable[[], AbstractContextManager[str]]


def servers() -> Iterator[tuple[str, Path, Started]]:
    """For each server of the family: the key of its row, its contract, and the server."""
    for fault in FAULTS:
        yield f"{fault.category}: {fault.name}", FROZEN, partial(serving, fault.server)
    for name, (_, things) in THING_FAULTS.items():
        yield f"things: {name}", CONTRACT, partial(serving, things)
    for name, started in CORRECT.items():
        yield f"correct: {name}", FROZEN, started
    yield "correct: things", CONTRACT, partial(serving, Things())


@pytest.mark.parametrize(("key", "contract", "started"), [pytest.param(*row, id=row[0]) for row in servers()])
def test_st_run_ends_with_an_exit_code_for_its_findings(
    key: str, contract: Path, started: Started, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    credentials = f"Authorization: Bearer {good_token()}" if contract == FROZEN else f"X-Api-Key: {API_KEY}"
    with started() as url:
        command = [executable("st"), "run", str(contract), "--url", url, "--header", credentials, "--no-color"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    failures = re.findall(r"^ +\S* *(ST\d+) ", done.stdout, re.MULTILINE)
    if re.search(r"^Errors:$", done.stdout, re.MULTILINE):
        failures.append("error")
    record_row(record_property, TABLE, key, **{"st run": ", ".join(sorted({*failures})) or "-"})
    assert done.returncode == (1 if failures else 0), done.stdout
