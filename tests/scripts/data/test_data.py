"""`tether-relay data` imports organizations completely or not, and exports them unchanged."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from store import SQLiteAdministration

ACME = {
    "id": "org_new",
    "name": "Néw",
    "active_provider": "twilio",
    "accounts": [{"provider": "twilio", "account_id": "AC9"}],
    "phone_numbers": [{"e164": "+14165550190", "provider": "twilio"}],
    "users": [{"id": "user_new", "disabled": False, "default_numbers": {"twilio": "+14165550190"}}],
}
EMPTY: dict[str, Any] = {
    "id": "org_empty",
    "name": "Empty",
    "active_provider": None,
    "accounts": [],
    "phone_numbers": [],
    "users": [],
}
NOTE = "imported 2 organization(s), 0 of them replaced: 1 account(s), 1 number(s), 1 user(s)\n"

FORMS = {
    "array": json.dumps([ACME, EMPTY]),
    "indented array": json.dumps([ACME, EMPTY], indent=2, ensure_ascii=False),
    "lines": f"{json.dumps(ACME)}\n{json.dumps(EMPTY)}\n",
    "lines without end": f"{json.dumps(ACME)}\r\n\r\n{json.dumps(EMPTY)}",
}

Relay = Callable[..., CompletedProcess[str]]
Exported = Callable[[], str]


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("source", ["file", "-"])
def test_import_reads_an_array_or_lines_from_a_file_or_standard_input(
    relay: Relay, folder: Path, text: str, source: str
) -> None:
    (folder / "file").write_text(text)
    stdin = b"" if source == "file" else text.encode()
    done = relay("data", "import", source, "--database", "new.db", stdin=stdin)

    assert (done.returncode, done.stdout, done.stderr) == (0, NOTE, "")
    with SQLiteAdministration("new.db") as administration:
        assert sorted(map(json.loads, administration.export_organizations()), key=lambda each: each["id"]) == [
            EMPTY,
            ACME,
        ]


def test_an_organization_that_exists_is_replaced(relay: Relay, exported: Exported) -> None:
    acme = {"id": "org_acme", "name": "Acme 2", "users": [{"id": "user_ada"}]}
    done = relay("data", "import", "-", stdin=json.dumps(acme).encode())

    assert done.stdout == "imported 1 organization(s), 1 of them replaced: 0 account(s), 0 number(s), 1 user(s)\n"
    assert '"name":"Acme 2"' in exported()
    assert "user_bea" not in exported()
    assert "org_globex" in exported()


def test_every_problem_of_a_bad_file_is_named_with_line_and_field(relay: Relay, exported: Exported) -> None:
    before = exported()
    bad = [
        '{"id": "org_1", "name": "One", "phone_numbers": [{"e164": "123", "provider": "telnyx"}]}',
        '{"id": "org_2", "name": "Two", "active_provider": "sinch"}',
        '{"id": "org_3", "name": "Three"}',
        '{"id": "org_3", "name": "Three again", "extra": 1}',
        '{"id": "org_4", "users": [{"id": "user_ada"}]}',
        '{"id": "org_5"',
    ]
    done = relay("data", "import", "-", stdin="\n".join(bad).encode())
    first, *problems = done.stderr.splitlines()

    assert (done.returncode, done.stdout) == (2, "")
    assert first == "tether-relay: Nothing was imported: the file has 7 problems; fix the file and import it again."
    assert [problem.split(": ")[0].strip() for problem in problems] == [
        "line 1, phone_numbers[0].e164",
        "line 1, phone_numbers[0].provider",
        "line 2, active_provider",
        "line 4, extra",
        "line 4, id",
        "line 5, name",
        "line 6",
    ]
    assert exported() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"nonsense",
        b"[",
        b"[]]",
        b"[1]",
        b"null",
        b'{"id": "org_a"}',
        b"\xff\xfe",
        b"\x00" * 100,
        b"[" * 100_000,
        b'[{"id": "org_a", "name": "A"}',
        b'{"id": "org_a", "name": "\\ud800"}',
        b'{"id": "org_a", "name": "A", "name": "B"}',
        b'{"id": "org_new", "name": "New", "users": [{"id": "user_ada"}]}',
        b'{"id": "org_new", "name": "New", "phone_numbers": [{"e164": "+14165550100", "provider": "sinch"}]}',
    ],
    ids=lambda content: ascii(content[:40]),
)
def test_a_failed_import_leaves_the_store_unchanged(relay: Relay, exported: Exported, content: bytes) -> None:
    before = exported()
    done = relay("data", "import", "-", stdin=content)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tether-relay: Nothing was imported: the file has 1 problem")
    assert done.stderr.splitlines()[1].startswith("  line 1")
    assert exported() == before


@pytest.mark.parametrize(("file", "reason"), [("missing", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_creates_no_database(relay: Relay, folder: Path, file: str, reason: str) -> None:
    done = relay("data", "import", file)

    assert (done.returncode, done.stderr) == (2, f"tether-relay: {file} cannot be read: {reason}\n")
    assert list(folder.iterdir()) == []


def test_a_file_that_fails_while_it_is_read_is_named(relay: Relay, exported: Exported) -> None:
    """A process can open its own memory, but cannot read the first page."""
    before = exported()
    done = relay("data", "import", "/proc/self/mem")

    assert (done.returncode, done.stderr) == (2, "tether-relay: /proc/self/mem cannot be read: Input/output error\n")
    assert exported() == before


def test_import_reads_an_export(relay: Relay, exported: Exported, folder: Path) -> None:
    text = relay("data", "export").stdout
    relay("data", "import", "-", "--database", "copy.db", stdin=text.encode())

    assert text == exported()
    assert relay("data", "export", "--database", "copy.db").stdout == text


@pytest.mark.parametrize("before", [None, "old " * 10_000])
def test_export_replaces_the_file_with_the_whole_data(
    relay: Relay, exported: Exported, folder: Path, before: str | None
) -> None:
    target = folder / "out.jsonl"
    if before is not None:
        target.write_text(before)
    done = relay("data", "export", target, "--replace")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert target.read_text() == exported()


def test_only_the_owner_can_read_a_new_export(relay: Relay, exported: Exported, folder: Path) -> None:
    relay("data", "export", "out.jsonl")

    assert (folder / "out.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_file_that_exists_is_exported_to_only_with_replace(relay: Relay, exported: Exported, folder: Path) -> None:
    (folder / "out.jsonl").write_text("old")
    done = relay("data", "export", "out.jsonl")

    problem = "tether-relay: out.jsonl exists already; name a new file, or replace it with --replace\n"
    assert (done.returncode, done.stderr) == (2, problem)
    assert (folder / "out.jsonl").read_text() == "old"


def test_the_export_of_an_empty_store_is_an_empty_file(relay: Relay, folder: Path) -> None:
    SQLiteAdministration("empty.db").close()
    target = folder / "out.jsonl"
    target.write_text("old")
    relay("data", "export", target, "--replace", "--database", "empty.db")

    assert target.read_text() == ""


def test_a_failed_export_leaves_the_file_unchanged(relay: Relay, folder: Path) -> None:
    names = [json.dumps({"id": f"org_{number:03}", "name": "N" * 200}) for number in range(500)]
    relay("data", "import", "-", "--database", "damaged.db", stdin="\n".join(names).encode())
    with (folder / "damaged.db").open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xff" * 4096)
    printed = relay("data", "export", "--database", "damaged.db")
    assert (printed.returncode, printed.stdout.count("\n") > 100) == (2, True)
    target = folder / "out.jsonl"
    target.write_text("old")
    done = relay("data", "export", target, "--replace", "--database", "damaged.db")

    assert (done.returncode, target.read_text()) == (2, "old")
    assert done.stderr.startswith("tether-relay: The store damaged.db is damaged; ")
    assert sorted(path.name for path in folder.iterdir()) == ["damaged.db", "out.jsonl"]


def test_export_keeps_the_mode_of_a_file_and_the_link_to_it(relay: Relay, exported: Exported, folder: Path) -> None:
    (folder / "kept").touch(0o600)
    (folder / "link").symlink_to("kept")
    relay("data", "export", "link", "--replace")

    assert (folder / "link").is_symlink()
    assert (folder / "kept").stat().st_mode & 0o777 == 0o600
    assert (folder / "kept").read_text() == exported()


@pytest.mark.parametrize(("file", "reason"), [("missing/out", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_written_is_named(relay: Relay, exported: Exported, file: str, reason: str) -> None:
    done = relay("data", "export", file)

    assert (done.returncode, done.stderr) == (2, f"tether-relay: {file} cannot be written: {reason}\n")


def test_a_pipe_is_written_to_and_stays_a_pipe(relay: Relay, exported: Exported, folder: Path) -> None:
    os.mkfifo("pipe")
    with open(os.open("pipe", os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        done = relay("data", "export", "pipe")

        assert (done.returncode, reader.read().decode()) == (0, exported())
    assert (folder / "pipe").is_fifo()


def buffered() -> dict[str, str]:
    """The environment, with buffered output as for most users."""
    return os.environ | {"PYTHONUNBUFFERED": ""}


def test_a_full_output_is_one_line_on_stderr(installed: str, database: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [installed, "data", "export"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=buffered(), check=False)

    assert done.returncode != 0
    assert done.stderr.startswith("tether-relay: the output cannot be written: No space left on device\n")
    assert "Traceback" not in done.stderr


def test_a_reader_that_closes_the_pipe_is_not_an_error(installed: str, database: Path) -> None:
    """As in `tether-relay data export | head`, which closes the pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        command = [installed, "data", "export"]
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, env=buffered(), check=False)

    assert done.stderr == b""


COMMANDS = [
    ("data", "export"),
    ("org", "list"),
    ("org", "show", "org_acme"),
    ("org", "activate", "org_acme", "sinch"),
    ("user", "show", "user_ada"),
    ("user", "disable", "user_ada"),
    ("user", "enable", "user_ada"),
    ("number", "assign", "user_ada", "+14165550100"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_import_creates_a_database(relay: Relay, folder: Path, command: tuple[str, ...]) -> None:
    done = relay(*command, "--database", "mistyped.db")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("tether-relay: the database mistyped.db does not exist: ")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", [*COMMANDS, ("data", "import", "file")], ids=" ".join)
def test_a_file_that_is_not_a_database_is_refused(relay: Relay, folder: Path, command: tuple[str, ...]) -> None:
    (folder / "file").write_text(json.dumps(EMPTY))
    done = relay(*command, "--database", "file")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tether-relay: The store file is not a SQLite database; ")
    assert (folder / "file").read_text() == json.dumps(EMPTY)


@pytest.mark.parametrize("target", ["relay.db", "./relay.db", "link.db", "relay.db-wal"])
def test_an_export_never_replaces_the_database(relay: Relay, database: Path, target: str) -> None:
    (database.parent / "link.db").symlink_to(database)
    before = database.read_bytes()
    done = relay("data", "export", target)

    assert (done.returncode, database.read_bytes() == before) == (2, True)
