"""What is saved while the mock runs is in force at once, and what cannot be used changes nothing: as a process."""

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
# Seconds in which a save is to be in force.
SOON = 0.5


@dataclass(frozen=True)
class Saving:
    """A mock, and the two files that it is made from."""

    mock: Server
    contract: Path
    scenarios: Path

    def answer(self, prefer: str = "") -> object:
        """What it answers now."""
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
    """The mock, with the files of before each test in force."""
    started.scenarios.write_text(SCENARIOS)
    started.contract.write_text(NOTES.replace("example: 0", "example: -1"))
    assert eventually(lambda: started.answer() == -1)
    return started


def written(path: Path, text: str) -> None:
    """As most editors save: the file is emptied, and written."""
    path.write_text(text)


def replaced(path: Path, text: str) -> None:
    """As others do: another file is written, and gets its name."""
    other = path.with_name("other")
    other.write_text(text)
    os.replace(other, path)


@pytest.mark.parametrize("save", [written, replaced])
def test_a_save_is_in_force_within_half_a_second(
    saving: Saving, eventually: Eventually, save: Callable[[Path, str], None]
) -> None:
    """The quickest of several: the others are those that a busy machine has kept waiting."""
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
        ("contract", "", "an OpenAPI document is a mapping"),
        ("contract", NOTES + "\0", "control characters are not allowed"),
        ("contract", NOTES.replace("example: 0", "$ref: '#/nowhere'"), "nowhere"),
        ("scenarios", "scenarios: [", "line 2: did not find"),
        ("scenarios", SCENARIOS.replace("get_notes", "get_note"), "there is no operation"),
    ],
)
def test_a_broken_save_changes_nothing_and_has_one_line(
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


def test_a_folder_that_is_put_in_place_of_another_is_seen(saving: Saving, eventually: Eventually) -> None:
    """As git does when it switches branches: of the new folder no system tells."""
    folder = saving.contract.parent
    shutil.move(folder, folder.with_name("old"))
    folder.mkdir()
    saving.scenarios.write_text(SCENARIOS)
    for number in (1, 2):
        saving.contract.write_text(NOTES.replace("example: 0", f"example: {number}"))
        assert eventually(lambda number=number: saving.answer() == number)  # type: ignore[misc]
