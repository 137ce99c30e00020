"""What `st run`, with its stateful phase, finds on a server with a database, the check finds too."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import executable
from tests.openapi.check.family.shop import CONTRACT, TOKEN, Shop, shop
from tests.openapi.check.test_sequences import (
    Dependent,
    FailingOnGone,
    Lost,
    StillThere,
    Twice,
    Unchanged,
    Unlocked,
    checked,
)
from tests.tables import record_row

TABLE = "servers with a database"

pytestmark = pytest.mark.long


def fails(kind: type[Shop], folder: Path) -> bool:
    """Whether `st run` finds a failure in a shop."""
    with shop(kind, folder / "peer.db") as url:
        command = [executable("st"), "run", str(CONTRACT), "--url", url, "--no-color", "--seed", "1"]
        # A quarter of its usual examples, which take a minute for each shop.
        command += ["--header", f"Authorization: Bearer {TOKEN}", "--max-examples", "25"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stdout
    return re.search(r"^ +\S* *(ST\d+) ", done.stdout, re.MULTILINE) is not None


@pytest.mark.parametrize("kind", [StillThere, Lost, Unchanged, Dependent, Twice, FailingOnGone, Unlocked])
def test_the_check_finds_each_faulty_shop_with_or_without_schemathesis(
    kind: type[Shop], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    (tmp_path / "ours").mkdir()
    verdict, _ = checked(kind, tmp_path / "ours")
    peer = "found" if fails(kind, tmp_path) else "-"
    ours = ", ".join(sorted({finding.rule.id for finding in verdict.findings}))
    record_row(record_property, TABLE, kind.__name__, **{"tether-relay check": ours, "st run": peer})

    assert verdict.exit_code == 1
