"""The source imports only packages that pyproject.toml names, and none that is installed indirectly."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from openapi.extras import MODULES
from scripts.cli.commands import EXTRAS as EXTRA_OF_COMMAND

ROOT = Path(__file__).parent.parent
OURS = ("handlers", "openapi", "scripts", "store", "tests")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Only pytest loads this module, so pytest is installed then.
BY_PYTEST = ROOT / "openapi" / "pytest_plugin.py"


def names(requirements: list[Any]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements if isinstance(line, str)}


BASE = names(PROJECT["project"]["dependencies"])
EXTRAS = {extra: names(lines) for extra, lines in PROJECT["project"]["optional-dependencies"].items() if extra != "all"}
WITH_EXTRAS = BASE.union(*EXTRAS.values())
DEVELOPMENT = WITH_EXTRAS | names(PROJECT["dependency-groups"]["dev"])
# Folder or file -> lists of extras; with each list, all imports of its modules must be installed.
NEEDS = {
    "openapi/http/content_codings.py": [["mock"], ["check"]],
    "openapi/gateway": [["mock"], ["check"]],
    "openapi/mock": [["mock"]],
    "openapi/findings": [["check"]],
    "openapi/compatibility/reports/html.py": [["check"]],
    "openapi/check": [["check"]],
    "openapi/proxy": [["check"]],
    "scripts/cli/mock": [["mock"]],
    "scripts/cli/check": [["check"]],
    "scripts/cli/proxy": [["check"]],
    "scripts/cli/telemetry/tracing.py": [["tracing"]],
}


def imported(path: Path) -> Iterator[str]:
    """The third-party modules that a file imports, at any level."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in modules if name.partition(".")[0] not in {*sys.stdlib_module_names, *OURS})


INSTALLED = packages_distributions()
ON_THIS_PYTHON = {canonicalize_name(name) for names in INSTALLED.values() for name in names}


def distributions(module: str) -> set[str]:
    """The installed distributions that may contain a module; a namespace can belong to several."""
    return {canonicalize_name(name) for name in INSTALLED.get(module.partition(".")[0], ())}


def undeclared(files: list[Path], declared: set[str]) -> list[str]:
    assert files
    return sorted(
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        for module in imported(path)
        # Part of Python since 3.14.
        if module != "compression.zstd" and not distributions(module) & declared
    )


def test_the_installed_packages_import_only_dependencies() -> None:
    files = [
        path
        for folder in ("handlers", "openapi", "scripts/cli", "store")
        for path in (ROOT / folder).rglob("*.py")
        if path != BY_PYTEST
    ]

    assert undeclared(files, WITH_EXTRAS) == []


def needed(path: Path) -> list[list[str]]:
    """The lists of extras, each of which must be enough for a file."""
    relative = path.relative_to(ROOT).as_posix()
    return next((extras for place, extras in NEEDS.items() if f"{relative}/".startswith(f"{place}/")), [[]])


def test_each_file_imports_only_packages_of_its_extra() -> None:
    wrong = [
        line
        for folder in ("handlers", "openapi", "scripts/cli", "store")
        for path in (ROOT / folder).rglob("*.py")
        if path != BY_PYTEST
        for extras in needed(path)
        for line in undeclared([path], BASE.union(*(EXTRAS[extra] for extra in extras)))
    ]

    assert wrong == []


def test_the_extra_all_lists_every_other_extra() -> None:
    (line,) = PROJECT["project"]["optional-dependencies"]["all"]

    assert Requirement(line).extras == EXTRAS.keys()


LOCKED = {
    canonicalize_name(name)
    for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / "requirements-server.lock").read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("extra", ["mock", "check", "tracing"])
def test_each_package_that_an_extra_adds_has_a_module_that_detects_it(extra: str) -> None:
    added = {name for name in EXTRAS[extra] - LOCKED if name in ON_THIS_PYTHON}
    found = {name for module in MODULES[extra] for name in distributions(module)}

    assert found & (EXTRAS[extra] | LOCKED) == added


def test_each_command_needs_an_existing_extra() -> None:
    assert set(EXTRA_OF_COMMAND.values()) <= MODULES.keys()


def test_the_other_scripts_import_only_development_dependencies() -> None:
    files = [path for path in (ROOT / "scripts").rglob("*.py") if not path.is_relative_to(ROOT / "scripts/cli")]

    assert undeclared(files, DEVELOPMENT) == []


@pytest.mark.parametrize("text", ["import idna", "from idna import core", "def f():\n    import idna.core"])
def test_an_undeclared_import_is_detected(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)

    assert [distributions(module) & WITH_EXTRAS for module in imported(tmp_path / "a.py")] == [set()]
