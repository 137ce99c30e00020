"""`tether-relay contract scaffold` writes all or nothing, and `contract types` prints types."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import handlers
from openapi.contract import PUBLISHED, load_contract
from openapi.scaffolding.scaffold import scaffold
from openapi.typescript.types import typescript_types
from scripts.cli.contract import scaffold as command
from scripts.cli.contract.scaffold import layout_of, write
from scripts.cli.files import replacing
from tests.openapi.scaffolding.widgets import DOCUMENT

Relay = Callable[..., CompletedProcess[str]]


@pytest.fixture
def project(folder: Path) -> Path:
    """A folder with a contract, and an empty package for its handlers."""
    (folder / "widgets.json").write_text(json.dumps(DOCUMENT))
    (folder / "server").mkdir()
    (folder / "server/__init__.py").touch()
    return folder


OPTIONS = ("contract", "scaffold", "--contract", "widgets.json", "--handlers", "server")


def content(project: Path) -> dict[str, bytes]:
    return {str(path.relative_to(project)): path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_the_generated_types_of_our_handlers_are_up_to_date(relay: Relay) -> None:
    done = relay("contract", "scaffold", "--check")

    assert (done.returncode, done.stderr) == (0, "")


def test_the_files_are_written_and_named(relay: Relay, project: Path) -> None:
    done = relay(*OPTIONS, "--tests", "server_tests")

    assert (done.returncode, sorted(done.stdout.splitlines())) == (
        0,
        [
            "wrote server/notes.py",
            "wrote server/types/__init__.py",
            "wrote server/types/conformance.py",
            "wrote server/types/operations.py",
            "wrote server/types/schemas.py",
            "wrote server/widgets.py",
            "wrote server_tests/test_create_note.py",
            "wrote server_tests/test_get_widget.py",
        ],
    )
    assert relay(*OPTIONS, "--check", "--tests", "server_tests").returncode == 0


def test_statuses_that_the_server_answers_and_the_contract_lacks_are_named(relay: Relay, project: Path) -> None:
    assert relay(*OPTIONS).stderr.splitlines() == [
        "tether-relay: warning: get_widget (GET /widgets/{id}) does not declare 400 and 401, which the server answers; "
        "add them to the contract",
        "tether-relay: warning: create_note (POST /notes) does not declare 413 and 415, which the server answers; "
        "add them to the contract",
    ]


def test_check_names_what_is_to_be_written_and_writes_nothing(relay: Relay, project: Path) -> None:
    before = content(project)
    done = relay(*OPTIONS, "--check")

    assert (done.returncode, done.stdout) == (1, "")
    assert "server/notes.py is missing; run `tether-relay contract scaffold` to write it\n" in done.stderr
    assert content(project) == before


def test_check_finds_a_coroutine_without_an_operation(relay: Relay, project: Path) -> None:
    relay(*OPTIONS)
    (project / "server/old.py").write_text("async def get_old() -> None: ...\n")
    done = relay(*OPTIONS, "--check")

    assert done.returncode == 1
    assert "server/old.py:1: get_old is no operation of the contract" in done.stderr


def test_diff_shows_what_would_be_written_and_writes_nothing(relay: Relay, project: Path) -> None:
    before = content(project)
    done = relay(*OPTIONS, "--diff", "get_widget")

    assert done.returncode == 0
    assert "+++ server/widgets.py\n" in done.stdout
    assert "+async def get_widget(\n" in done.stdout
    assert "server/notes.py" not in done.stdout
    assert content(project) == before


def test_line_ends_of_a_module_are_kept(relay: Relay, project: Path) -> None:
    (project / "server/notes.py").write_bytes(b'"""Notes."""\r\n')
    relay(*OPTIONS)
    lines = (project / "server/notes.py").read_bytes().splitlines(keepends=True)

    assert len(lines) > 10
    assert [line for line in lines if not line.endswith(b"\r\n")] == []


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("server/notes.py", "def broken(:\n", "server/notes.py:1: it is not valid Python"),
        (
            "server/notes.py",
            "class create_note: ...\nasync def x(): ...\n",
            "server/notes.py:1: create_note is defined",
        ),
        ("server/types/schemas.py", "X = 1\n", "server/types/schemas.py was not generated"),
        ("widgets.json", "{", "widgets.json: line "),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    relay: Relay, project: Path, path: str, text: str, reason: str
) -> None:
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text(text)
    before = content(project)
    done = relay(*OPTIONS)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"tether-relay: {reason}")
    assert content(project) == before


def test_a_module_that_is_not_utf8_is_named(relay: Relay, project: Path) -> None:
    (project / "server/notes.py").write_bytes(b"# \xff\n")

    assert relay(*OPTIONS).stderr == "tether-relay: server/notes.py is not text in UTF-8; convert it\n"


@pytest.mark.parametrize(
    ("folder_name", "reason"), [("absent", "absent is not a package"), ("my-server", "is not an identifier of Python")]
)
def test_a_folder_that_is_no_package_is_refused(relay: Relay, project: Path, folder_name: str, reason: str) -> None:
    (project / "my-server").mkdir()
    (project / "my-server/__init__.py").touch()
    done = relay(*OPTIONS[:-1], folder_name)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert reason in done.stderr


def test_if_one_file_cannot_be_written_none_is(relay: Relay, project: Path) -> None:
    (project / "server/types").write_text("a file, where a folder should be")
    before = content(project)
    done = relay(*OPTIONS)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be written" in done.stderr
    assert content(project) == before


def test_an_interrupted_writing_leaves_the_old_files(
    project: Path, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = layout_of(project / "server")
    found = scaffold(load_contract(project / "widgets.json"), layout)
    before = content(project)
    written = [0]

    def interrupted(path: Path) -> object:
        written[0] += 1
        if written[0] == 4:
            raise KeyboardInterrupt
        return replacing(path)

    monkeypatch.setattr(command, "replacing", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(found, layout)

    assert content(project) == before


def test_types_for_typescript_are_those_of_the_export_of_the_mock(relay: Relay) -> None:
    typescript = relay("contract", "types", "--to", "typescript").stdout

    assert typescript == typescript_types(load_contract())
    assert relay("mock", "export", "--to", "types").stdout == typescript


def test_types_for_python_are_those_of_the_handlers(relay: Relay) -> None:
    generated = (Path(handlers.__file__).parent / "types/schemas.py").read_text()
    printed = relay("contract", "types", str(PUBLISHED), "--to", "python").stdout

    assert re.sub("contract types", "contract scaffold", printed, count=1) == generated


def test_types_are_written_to_a_file(relay: Relay, project: Path) -> None:
    done = relay("contract", "types", "widgets.json", "--to", "python", "--output", "types.py")

    assert (done.returncode, done.stdout) == (0, "")
    assert "class Widget(TypedDict):" in (project / "types.py").read_text()


def test_types_name_a_file_that_cannot_be_written(relay: Relay, project: Path) -> None:
    done = relay("contract", "types", "--to", "python", "--output", "absent/types.py")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "absent/types.py cannot be written" in done.stderr


def test_a_copy_of_a_package_is_another_package(relay: Relay, project: Path) -> None:
    relay(*OPTIONS)
    shutil.copytree(project / "server", project / "copied")
    relay(*OPTIONS[:-1], "copied")

    assert "from copied.types import operations" in (project / "copied/types/conformance.py").read_text()
