"""What `st run` with default options finds rightly in a server of the table, the check finds too."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import executable
from tests.openapi.check.table import (
    bodies,
    discriminators,
    headers,
    media_types,
    parameters,
    provoked,
    requests,
    statuses,
)
from tests.openapi.check.table.notation import document
from tests.openapi.check.table.row import Row, verdict_of
from tests.tables import record_row

pytestmark = pytest.mark.long

TABLE: Final = "servers of the table, and the findings"
# Themes that both tools judge, and the share of their rows.
THEMES: Final = (statuses, bodies, discriminators, headers, media_types, parameters, provoked, requests)
EVERY: Final = 3
# The code of a failure -> our rules.
RULES: Final = {
    "ST101": ("server-error",),
    "ST102": ("server-error",),
    "ST103": ("status-undeclared", "server-error"),
    "ST104": ("media-type-missing",),
    "ST105": ("media-type-undeclared",),
    "ST106": ("media-type-undeclared",),
    "ST107": ("header-missing",),
    "ST108": ("body-schema", "header-schema"),
    "ST109": ("body-malformed",),
    "ST110": ("body-malformed",),
    "ST111": ("body-schema",),
    "ST201": ("invalid-accepted",),
    "ST202": ("valid-refused",),
    "ST203": ("invalid-accepted",),
    "ST204": ("method-undeclared", "allow"),
}


def failures_of(row: Row, folder: Path) -> set[str]:
    """The codes of the failures that `st run` prints."""
    contract = folder / "contract.json"
    contract.write_bytes(document(row.text))
    with row.serving() as url:
        command = [executable("st"), "run", str(contract), "--url", url + row.base, "--seed", "0", "--no-color"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return set(re.findall(r"^ +\S* *(ST\d+) ", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("row", [row for theme in THEMES for row in theme.ROWS[::EVERY]], ids=str)
def test_check_finds_what_st_run_finds_rightly(
    row: Row, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    failures = failures_of(row, tmp_path)
    ours = {finding.rule.id for finding in verdict_of(row, generate=True).findings}
    right = {rule for entry in (*row.finds, *row.suspects) for rule in entry.split("|")}
    rightly = {code for code in failures if right & {*RULES.get(code, ())}}

    cells = {"right": ", ".join(sorted(right)), "check": ", ".join(sorted(ours)), "st run": ", ".join(sorted(failures))}
    record_row(record_property, TABLE, row.name, **{name: cell or "-" for name, cell in cells.items()})
    assert [code for code in rightly if not ours & right & {*RULES[code]}] == []
