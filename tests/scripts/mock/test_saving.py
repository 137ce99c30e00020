"""A file that is saved while the mock runs is in force at once, and an invalid one changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

NOTES = """\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: get_notes
      responses: {'200': {description: Notes., content: {application/json: {example: 0}}}}
"""
SCENARIOS = "scenarios: {one: {description: It is., operations: {get_notes: {status: 200, body: 0}}}}\n"
# Seconds until a save must be in force.
SOON = 0.5


@dataclass(frozen=True)
class Saving:
    """A mock and its two files."""

    mock: Server
    contract: Path
    scenarios: Path

    def answer(self, prefer: str = "") -> object:
        """The current answer of the mock."""
        return self.mock.client.get("/notes", headers={"Prefer": prefer}).json()


@pytest.fixture(scope="module")
def started(running_server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saving]:
    folder = tmp_path_factory.mktemp("files") / "contracts"
    folder.mkdir()
    contract, scenarios = folder / "notes.yaml", folder / "scenarios.yaml"
    contract.write_text(NOTES)
    scenarios.write_text(SCENARIOS)
    command = ("tether-relay", "mock")
    with running_server(str(contract), "--scenarios", str(scenarios), command=command) as mock:
        yield Saving(mock, contract, scenarios)


@pytest.fixture
def saving(started: Saving, eventually: Eventually) -> Saving:
    """The mock, with its original files in force before each test."""
    started.scenarios.write_text(SCENARIOS)
    started.contract.write_text(NOTES.replace("example: 0", "example: -1"))
    assert eventually(lambda: started.answer() == -1)
    return started


def written(path: Path, text: str) -> None:
    """Save as most editors do: empty the file and write it."""
    path.write_text(text)


def replaced(path: Path, text: str) -> None:
    """Save as other editors do: write another file and rename it."""
    other = path.with_name("other")
    other.write_text(text)
    os.replace(other, path)


@pytest.mark.parametrize("save", [written, replaced])
def test_a_save_is_in_force_within_half_a_second(
    saving: Saving, eventually: Eventually, save: Callable[[Path, str], None]
) -> None:
    """The fastest of several saves counts, because a busy machine delays others."""
    took = []
    for number in range(1, 6):
        start = time.monotonic()
        save(saving.contract, NOTES.replace("example: 0", f"example: {number}"))
        assert eventually(lambda number=number: saving.answer() == number)  # type: ignore[misc]
        took.append(time.monotonic() - start)

    assert min(took) < SOON


def test_a_saved_scenario_is_in_force_within_half_a_second(saving: Saving, eventually: Eventually) -> None:
    took = []
    for number in range(1, 6):
        start = time.monotonic()
        saving.scenarios.write_text(SCENARIOS.replace("body: 0", f"body: {number}"))
        assert eventually(lambda number=number: saving.answer("scenario=one") == number)  # type: ignore[misc]
        took.append(time.monotonic() - start)

    assert min(took) < SOON


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("contract", "paths: [", "line 2: did not find"),
        ("contract", "", "an OpenAPI document must be a mapping"),
        ("contract", NOTES + "\0", "control characters are not allowed"),
        ("contract", NOTES.replace("example: 0", "$ref: '#/nowhere'"), "nowhere"),
        ("scenarios", "scenarios: [", "line 2: did not find"),
        ("scenarios", SCENARIOS.replace("get_notes", "get_note"), "there is no operation"),
    ],
)
def test_an_invalid_save_changes_nothing_and_prints_one_line(
    saving: Saving, eventually: Eventually, file: str, text: str, reason: str
) -> None:
    path: Path = getattr(saving, file)
    good = path.read_text()
    said = re.compile(f"(?m)^not reloaded, because the saved file is invalid: {path}.*{reason}")
    path.write_text(text)

    assert eventually(lambda: str(path) in saving.mock.client.get("/notes").headers.get("x-mock-error", ""))
    assert eventually(lambda: said.search(saving.mock.output))
    assert saving.answer() == -1

    path.write_text(good)
    assert eventually(lambda: "x-mock-error" not in saving.mock.client.get("/notes").headers)


def test_a_replaced_folder_is_noticed(saving: Saving, eventually: Eventually) -> None:
    """Git does this when it switches branches; the system reports no change in the new folder."""
    folder = saving.contract.parent
    shutil.move(folder, folder.with_name("old"))
    folder.mkdir()
    saving.scenarios.write_text(SCENARIOS)
    for number in (1, 2):
        saving.contract.write_text(NOTES.replace("example: 0", f"example: {number}"))
        assert eventually(lambda number=number: saving.answer() == number)  # type: ignore[misc]
