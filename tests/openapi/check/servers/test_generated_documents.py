"""The documents that two frameworks make of an application, with every command as a new user runs it: no option, no
warning."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from openapi.check import Options, run_check
from openapi.contract import Contract, load_contract
from openapi.examples.requests import RequestMaker
from tests.conftest import executable
from tests.npm import install
from tests.openapi.check.servers.applications import Application, started
from tests.openapi.proxy.program import PATIENCE, command

if TYPE_CHECKING:
    from tests.conftest import Running

pytestmark = pytest.mark.long

NAMES: Final = ("FastAPI application", "Flask-RESTX application")
# The mock takes any token, and keeps nothing that is created or deleted.
OF_A_MOCK: Final = ("auth-garbage", "resource-lifecycle")
TOKEN: Final = {"Authorization": "Bearer reader-token"}
COMPILER: Final = "typescript@5.9.3"


@pytest.fixture(scope="module", params=NAMES)
def application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with started(request.param, tmp_path_factory.mktemp("application")) as application:
        yield application


@pytest.fixture(scope="module")
def contract(application: Application) -> Contract:
    return load_contract(application.document, lenient=True)


def test_the_document_has_no_mistakes(contract: Contract) -> None:
    assert contract.warnings == ()


def test_the_mock_starts_without_a_warning_and_keeps_the_contract(
    application: Application, contract: Contract, running_server: Running
) -> None:
    with running_server(str(application.document), command=("tether-relay", "mock")) as mock:
        url = mock.url + httpx.URL(application.url).path.rstrip("/")
        options = Options(allow_writes=True, token=lambda: "any", skip=OF_A_MOCK, require_success=True)
        verdict = run_check(contract, url, options)

    assert "warning" not in mock.output.lower()
    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)


def test_the_types_compile(application: Application, tool: Callable[[str], str], tmp_path: Path) -> None:
    options = ("mock", "export", "--to", "types", application.document, "--output", "types.ts")
    exported = subprocess.run([executable("tether-relay"), *options], cwd=tmp_path, capture_output=True, text=True)
    compiler = install(tool("npm"), tmp_path, COMPILER) / "typescript" / "bin" / "tsc"
    strictly = ["--strict", "--noEmit", "--target", "es2022", "types.ts"]
    compiled = subprocess.run([tool("node"), compiler, *strictly], cwd=tmp_path, capture_output=True, text=True)

    assert (exported.returncode, exported.stderr) == (0, "")
    assert (compiled.returncode, compiled.stdout) == (0, "")


def test_the_proxy_finds_no_violation_in_answers_to_sample_requests(
    application: Application, contract: Contract, tmp_path: Path
) -> None:
    maker = RequestMaker(contract)
    requests = [maker.request(operation) for operation in contract.operations]
    with command(application.url, tmp_path, "--contract", str(application.document)) as (process, url):
        with httpx.Client(trust_env=False, timeout=PATIENCE, headers=TOKEN) as client:
            statuses = [
                client.request(
                    each.method,
                    f"{url}{each.path}?{each.query}",
                    headers=list(each.headers),
                    content=each.body,
                ).status_code
                for each in requests
            ]
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)

    assert [json.loads(line) for line in output.splitlines()] == []
    assert {status // 100 for status in statuses} <= {2, 4}
    assert 422 not in statuses
