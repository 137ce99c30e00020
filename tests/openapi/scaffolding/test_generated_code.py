"""What is generated for contracts of several publishers passes ruff and mypy --strict, and takes little time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi.contract import Contract, load_contract, parse_contract
from openapi.scaffolding.scaffold import Layout, scaffold
from openapi.scaffolding.signatures import Service
from openapi.scaffolding.type_modules import schema_types
from tests.npm import install

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[3]
RICH = ROOT / "tests/openapi/mock/rich.yaml"
PACKAGES = ("@readme/oas-examples@8.2.2", "@octokit/openapi@23.0.2")
EXAMPLES = {"discriminators": "3.0/json/discriminators.json", "trains": "3.1/json/train-travel.json"}
HOSTILE = 'A """quote""" \\N{DIGIT ONE} \\" and\r\n    import os\x00\u2028 # \u2019\u2013"""'


@pytest.fixture(scope="module")
def modules(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tool("npm"), tmp_path_factory.mktemp("documents"), *PACKAGES)


def rich() -> Contract:
    """The contract of the mock's tests, without the operation whose two parameters have one name."""
    written = yaml.safe_load(RICH.read_bytes())
    del written["paths"]["/same/{id}"]
    return parse_contract(yaml.safe_dump(written).encode(), "rich.yaml", lenient=True)


def hostile() -> Contract:
    """A contract whose texts are made to break source code."""
    schema: dict[str, Any] = {
        "description": HOSTILE,
        "type": "object",
        "properties": {HOSTILE: {"enum": [HOSTILE, "b"]}},
    }
    operation = {
        "operationId": "import",
        "summary": HOSTILE,
        "description": HOSTILE,
        "tags": [HOSTILE],
        "responses": {"200": {"description": HOSTILE, "content": {"application/json": {"schema": schema}}}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": HOSTILE, "version": "1"},
        "paths": {"/x": {"get": operation}},
        "components": {"schemas": {"class": schema, "a-b": schema}},
    }
    return parse_contract(json.dumps(document).encode(), "hostile.json", lenient=True)


def write_project(contract: Contract, folder: Path) -> None:
    (folder / "tests").mkdir(parents=True)
    layout = Layout(folder.name, folder, {}, folder / "tests", services=(Service("store", "store", "Reader"),))
    (folder / "__init__.py").write_text('"""Handlers."""\n')
    for path, source in scaffold(contract, layout).files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)


@pytest.fixture(scope="module")
def projects(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each contract."""
    folder = tmp_path_factory.mktemp("projects")
    contracts = {"ours": load_contract(), "rich": rich(), "hostile": hostile()}
    for name, place in EXAMPLES.items():
        contracts[name] = load_contract(modules / "@readme/oas-examples" / place, lenient=True)
    for name, contract in contracts.items():
        write_project(contract, folder / name)
    return folder


def run(projects: Path, *command: str) -> str:
    environment = os.environ | {"MYPYPATH": f"{ROOT}:{projects}"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=projects, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_mypy_strict_passes(projects: Path) -> None:
    assert run(projects, "mypy", "--strict", "--explicit-package-bases", ".").startswith("Success")


def test_the_format_of_ruff_is_kept(projects: Path) -> None:
    run(projects, "ruff", "format", "--config", str(ROOT / "pyproject.toml"), "--check", ".")


def test_the_rules_of_ruff_are_kept(projects: Path) -> None:
    run(projects, "ruff", "check", "--config", str(ROOT / "pyproject.toml"), "--ignore", "D", ".")


def test_the_types_of_twelve_hundred_operations_take_less_than_ten_seconds(modules: Path) -> None:
    contract = load_contract(modules / "@octokit/openapi/generated/api.github.com.json", lenient=True)
    start = time.process_time()
    source = schema_types(contract)
    seconds = time.process_time() - start

    assert len(contract.operations) > 1000
    assert len(compile(source, "schemas.py", "exec").co_names) > 1000
    assert seconds < 10
