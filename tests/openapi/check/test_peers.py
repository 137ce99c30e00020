"""Findings in servers of other stacks, the real packages from npm. docs/check.md explains the findings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from openapi.check import Options, run_check
from openapi.contract import load_contract
from tests.conftest import end, holds_eventually
from tests.frozen import FROZEN
from tests.loopback import reserved_port
from tests.npm import install
from tests.openapi.check.family.honest import PATH, SECRET, good_token
from tests.tables import record_row

pytestmark = pytest.mark.long

PACKAGES: Final = (
    "@stoplight/prism-cli@5.16.0",
    "express@5.3.0",
    "express-openapi-validator@5.6.2",
    "fast-jwt@6.3.6",
    "fastify@5.12.8",
    "fastify-openapi-glue@4.11.4",
    "jsonwebtoken@9.0.3",
)
SOURCES: Final = Path(__file__).with_name("peers")
PRISM: Final = "node_modules/@stoplight/prism-cli/dist/index.js"
TABLE: Final = "servers of other stacks, and the findings"

Tool = Callable[[str], str]


@pytest.fixture(scope="module")
def modules(tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages, and the servers that use them."""
    folder = tmp_path_factory.mktemp("peers")
    install(tool("npm"), folder, *PACKAGES)
    for source in SOURCES.glob("*.mjs"):
        (folder / source.name).write_bytes(source.read_bytes())
    return folder


@contextmanager
def peer(node: str, folder: Path, name: str) -> Iterator[str]:
    """The URL of a server, once it answers."""
    with reserved_port() as port, (folder / f"{name}.log").open("wb") as log:
        if name == "prism":
            command = [node, PRISM, "mock", "--host", "127.0.0.1", "--port", str(port), str(FROZEN)]
        else:
            command = [node, f"{name}.mjs", str(FROZEN), str(port), SECRET]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        url = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            try:
                return httpx.get(url + PATH, trust_env=False).status_code == 401
            except httpx.TransportError:
                return False

        try:
            assert holds_eventually(answers, seconds=90), (folder / f"{name}.log").read_text()
            yield url
        finally:
            end(process)


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        # Its router answers 404 to an undeclared method.
        ("fastify", {"method-undeclared"}),
        # Its validator refuses HEAD, which Express would answer by the GET.
        ("express", {"head"}),
        # A mock, which accepts any token and answers with examples. `Accept: json` ends its process.
        ("prism", {"auth-garbage", "auth-challenge", "allow", "head", "no-answer"}),
    ],
)
def test_findings_in_another_stack_are_the_documented_ones(
    name: str, rules: set[str], tool: Tool, modules: Path, record_property: Callable[[str, object], None]
) -> None:
    with peer(tool("node"), modules, name) as url:
        options = Options(token=good_token, signing_key=SECRET.encode())
        verdict = run_check(load_contract(FROZEN), url, options)

    found = {finding.rule.id for finding in verdict.findings}
    packages = json.loads((modules / "package.json").read_text())["dependencies"]
    record_row(record_property, TABLE, name, rules=", ".join(sorted(found)))
    assert found == rules, packages
