"""The steps of CONTRIBUTING.md, carried out in a copy of the project."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
READING, WRITING = "## Add an operation in five minutes", "## Add an operation that writes"


def blocks(section: str, language: str) -> list[str]:
    """The fenced blocks of a language in a section of the guide."""
    text = GUIDE.partition(f"{section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def add_both_operations(project: Path) -> None:
    """Add the operation that reads and the one that writes, as the guide says, with their tests."""
    (read_path,), (reading, reading_test) = blocks(READING, "yaml"), blocks(READING, "python")[:2]
    (write_path,) = blocks(WRITING, "yaml")
    step, tables, change, declared, method, writing, store_test, writing_test = blocks(WRITING, "python")
    publish(project, read_path + write_path)
    edit(project, "store/sqlite/migrations.py", ("STEPS = (create_tables,)\n", step))
    edit(project, "store/sqlite/tables.py", ("TABLES: tuple[Table, ...] = ()\n", tables))
    edit(project, "store/sqlite/changes.py", ("\n\ndef first_row(", f"\n\n{change}\n\ndef first_row("))
    close = '    async def close(self) -> None:\n        """Complete the changes'
    edit(project, "store/interface.py", (close, f"{declared}\n{close}"))
    edit(project, "store/sqlite/writer.py", (close, f"{method}\n{close}"))
    edit(project, "handlers/calls.py", ("import Reader\n", "import Reader, Writer\n"))
    append(project, "handlers/calls.py", reading, writing)
    edit(
        project,
        "tests/store/test_conformance.py",
        ("\n\nclass TestOrganizations", f"\n{store_test}\n\nclass TestOrganizations"),
    )
    edit(
        project,
        "tests/handlers/test_calls.py",
        ("import get_calls_providers\n", "import get_calls_caller, get_calls_providers, post_calls_notes\n"),
        ("import SQLiteReader, UserNotFound\n", "import SQLiteReader, SQLiteWriter, UserNotFound\n"),
        ("import asyncio\n", "import asyncio\nfrom pathlib import Path\n"),
    )
    append(project, "tests/handlers/test_calls.py", reading_test, writing_test)


def publish(project: Path, paths: str) -> None:
    """Add paths to the contract and to the page that it is read from."""
    for file in [project / "openapi/openapi.yaml", *(project / "openapi/pages").glob("*.md")]:
        text = file.read_text()
        file.write_text(text.replace("\ncomponents:\n", f"\n{indent(paths, '  ')}components:\n", 1))


def edit(project: Path, name: str, *replacements: tuple[str, str]) -> None:
    """Replace texts of a file, each of which it has once."""
    text = (project / name).read_text()
    for old, new in replacements:
        assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
        text = text.replace(old, new)
    (project / name).write_text(text)


def append(project: Path, name: str, *blocks: str) -> None:
    """Append blocks to a module, each after two empty lines."""
    with (project / name).open("a") as file:
        file.writelines(f"\n\n{block}" for block in blocks)
