"""Files that are saved while the mock runs, in process."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.documents.errors import ContractError
from openapi.mock.mocking import Mock
from openapi.mock.reloading import fingerprints_of, reload, reload_on_save
from openapi.mock.snapshot import Snapshot

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import MockOf

ONE = """\
paths:
  /a: {get: {operationId: get_a, responses: {'200': {description: A}, '404': {description: B}}}}
  /b: {get: {operationId: get_b, responses: {'200': {description: A}}}}
"""
GONE = "gone: {description: It is gone., operations: {get_a: {status: 404}}}"


def contract_of(mock: Mock) -> Path:
    return mock.sources[""]


def test_a_saved_contract_is_in_force(mock_of: MockOf) -> None:
    ask = mock_of(ONE)
    contract = contract_of(ask.mock)
    contract.write_text(contract.read_text().replace("/b:", "/c:"))

    assert asyncio.run(reload(ask.mock)) is None
    assert [ask(path).status_code for path in ("/b", "/c")] == [404, 200]


def test_an_invalid_save_keeps_the_last_valid_contract_and_reports_the_error(mock_of: MockOf) -> None:
    ask = mock_of(ONE)
    contract = contract_of(ask.mock)
    good = contract.read_text()
    contract.write_text("paths: [")
    error = asyncio.run(reload(ask.mock))
    response, state = ask("/a"), ask("/__mock/state").json()

    assert isinstance(error, ContractError)
    assert response.status_code == 200
    assert response.headers["x-mock-error"].startswith(str(contract))
    assert state["contracts"][0]["error"] == str(error)

    contract.write_text(good)
    asyncio.run(reload(ask.mock))
    assert "x-mock-error" not in ask("/a").headers


def test_a_scenario_file_that_no_longer_fits_is_reported(mock_of: MockOf) -> None:
    ask = mock_of(ONE, GONE)
    file = ask.mock.scenario_file
    assert file is not None
    file.write_text(file.read_text().replace("404", "418"))
    error = asyncio.run(reload(ask.mock))

    assert error is not None
    assert "/scenarios/gone/operations/get_a/status" in ask("/a").headers["x-mock-error"]


def test_choices_of_removed_scenarios_and_operations_are_dropped(mock_of: MockOf) -> None:
    ask = mock_of(ONE, GONE)
    file = ask.mock.scenario_file
    assert file is not None
    ask.put("scenario", name="gone")
    file.write_text(file.read_text().replace("gone:", "else:"))
    asyncio.run(reload(ask.mock))

    assert ask("/__mock/state").json()["scenario"] is None
    assert ask("/a").status_code == 200


def test_a_contract_without_operations_is_refused(mock_of: MockOf) -> None:
    ask = mock_of(ONE)
    contract_of(ask.mock).write_text("openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}")
    error = asyncio.run(reload(ask.mock))

    assert error is not None
    assert (error.pointer, error.reason) == ("/paths", "the contract has no operations to mock")


def test_a_newly_referenced_file_is_watched(mock_of: MockOf) -> None:
    ask = mock_of(ONE)
    contract = contract_of(ask.mock)
    other = contract.with_name("other.yaml")
    other.write_text("B: {get: {operationId: get_d, responses: {'200': {description: A}}}}")
    using = contract.read_text() + "  /d: {$ref: 'other.yaml#/B'}\n"

    async def saved(path: Path, text: str, reports: asyncio.Queue[ContractError | None]) -> None:
        # The watcher may not have started yet, so the file is saved again until the watcher notices.
        for number in range(100):
            # Replaced in one step, so that the file is never empty.
            new = path.with_name("new")
            new.write_text(f"{text}# {number}\n")
            new.replace(path)
            try:
                assert await asyncio.wait_for(reports.get(), 0.3) is None
            except TimeoutError:
                continue
            return
        raise AssertionError("the save was not seen")

    async def run() -> None:
        reports: asyncio.Queue[ContractError | None] = asyncio.Queue()
        fresh = asyncio.ensure_future(reload_on_save(ask.mock, reports.put_nowait))
        await saved(contract, using, reports)
        await saved(other, other.read_text().replace("description: A", "description: A, content: {}") + "\n", reports)
        fresh.cancel()

    asyncio.run(run())
    assert ask.mock.files == {contract, other}
    assert ask("/d").status_code == 200


def test_an_unexpected_error_while_loading_keeps_the_last_valid_contract(
    mock_of: MockOf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ask = mock_of(ONE)

    def fails() -> Snapshot:
        raise RecursionError("too deep")

    monkeypatch.setattr(ask.mock, "load", fails)
    error = asyncio.run(reload(ask.mock))

    assert error is not None
    assert error.reason == "the mock failed to load it: RecursionError('too deep')"
    assert ask("/a").status_code == 200
    assert ask("/a").headers["x-mock-error"] == str(error)
    assert "the mock failed to load the files" in caplog.text


def test_the_fingerprint_changes_when_a_file_is_created_written_or_replaced(tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    prints = [fingerprints_of([file])]
    file.write_text("1")
    prints.append(fingerprints_of([file]))
    file.write_text("12")
    prints.append(fingerprints_of([file]))
    other.write_text("12")
    other.replace(file)
    prints.append(fingerprints_of([file]))

    assert prints[0] == {file: None}
    assert all(before != after for before, after in pairwise(prints))
