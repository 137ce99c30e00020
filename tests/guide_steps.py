"""The steps of CONTRIBUTING.md, carried out in a copy of the project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

from tests.conftest import clean_environment

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
WRITING = "## Add an operation that writes"
READING_PATH = """
/api/calls/caller:
  get:
    tags: [Calls]
    operationId: get_calls_caller
    summary: Who is calling
    responses:
      '200':
        description: The caller
        content:
          application/json:
            schema:
              type: object
              properties:
                userId:
                  type: string
      '401':
        description: Missing or invalid auth token
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/CallsErrorResponse'
    security:
      - bearerAuth: []
"""
READING_COROUTINE = """\
async def get_calls_caller(caller: operations.Caller, store: operations.Reader) -> operations.GetCallsCallerAnswer:
    \"\"\"Who is calling.\"\"\"
    return {"userId": caller.user_id}
"""


def blocks(section: str, language: str) -> list[str]:
    """The fenced blocks of a language in a section of the guide."""
    text = GUIDE.partition(f"{section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def add_both_operations(project: Path) -> None:
    """Add an operation that reads, and the one of the guide that writes, with its table and tests."""
    (writing_path,) = blocks(WRITING, "yaml")
    step, tables, change, declared, method, writing, store_test, writing_test = blocks(WRITING, "python")
    publish(project, READING_PATH.lstrip(), writing_path)
    edit(project, "store/sqlite/migrations.py", ("STEPS = (create_tables,)\n", step))
    edit(project, "store/sqlite/tables.py", ("TABLES: tuple[Table, ...] = ()\n", tables))
    edit(project, "store/sqlite/changes.py", ("\n\ndef first_row(", f"\n\n{change}\n\ndef first_row("))
    close = '    async def close(self) -> None:\n        """Complete the changes'
    edit(project, "store/interface.py", (close, f"{declared}\n{close}"))
    edit(project, "store/sqlite/writer.py", (close, f"{method}\n{close}"))
    append(project, "handlers/calls.py", READING_COROUTINE, writing)
    after = "\n\nclass TestOrganizations"
    edit(project, "tests/store/test_conformance.py", (after, f"\n{store_test}{after}"))
    edit(
        project,
        "tests/handlers/test_calls.py",
        ("import get_calls_providers\n", "import get_calls_providers, post_calls_notes\n"),
        ("import SQLiteReader, UserNotFound\n", "import SQLiteReader, SQLiteWriter, UserNotFound\n"),
        ("import asyncio\n", "import asyncio\nfrom pathlib import Path\n"),
    )
    append(project, "tests/handlers/test_calls.py", writing_test)
    relay(project, "contract", "scaffold")


def relay(project: Path, *arguments: str) -> None:
    """Run `tether-relay` in a copy of the project; its errors fail the test."""
    done = run(project, "-c", "from scripts.cli import main; main()", *arguments)
    assert done.returncode == 0, done.stderr


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy of the project, with the modules of that copy."""
    environment = clean_environment() | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def publish(project: Path, *paths: str) -> None:
    """Add a page for each path, and merge the pages into the contract."""
    (page,) = (project / "openapi/pages").glob("*.md")
    head, _, rest = page.read_text().partition("\npaths:\n")
    components = rest.partition("\ncomponents:\n")[2]
    for number, path in enumerate(paths):
        address, method = (line.strip(" :") for line in path.splitlines()[:2])
        top = head.replace("get /api/calls/providers", f"{method} {address}")
        text = f"{top}\npaths:\n{indent(path, '  ')}components:\n{components}"
        (project / f"openapi/pages/added-{number}.md").write_text(text)
    relay(project, "contract", "sync")


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
