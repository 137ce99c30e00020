"""The tests and files that SECURITY.md names exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text()
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_security_names_many_tests() -> None:
    """The test below would pass if SECURITY.md named no tests."""
    assert len(TESTS) > 40


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_named_test_exists(path: str, name: str) -> None:
    functions = {node.name for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.FunctionDef)}

    assert name in functions


def test_every_row_of_attacks_names_a_test() -> None:
    section = TEXT.partition("## Attacks, and what stops each")[2].partition("## Not covered")[0]
    rows = [
        line for line in section.splitlines() if line.startswith("| ") and not line.startswith(("| attack", "| ---"))
    ]

    assert [row for row in rows if "::test_" not in row] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:deploy|handlers|scripts)/[\w./]*)`", TEXT))))
def test_a_named_file_exists(path: str) -> None:
    assert (ROOT / path).exists()
