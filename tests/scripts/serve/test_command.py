"""`tether-relay serve` starts and answers, in each way to start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.contract import load_contract

if TYPE_CHECKING:
    from tests.conftest import Running, Server

ROOT = Path(__file__).parents[3]
ANSWER = {"provider": "sinch", "phoneNumber": "+14165550100"}
# An empty setting counts as not set.
NO_SECRET = {"TETHER_RELAY_JWT_SECRET": ""}


def request_to_try(server: Server) -> str:
    """The command in the output of the server."""
    return next(line.strip() for line in server.output.splitlines() if line.strip().startswith("curl "))


def answer_to_try(server: Server, request: str) -> tuple[int, object]:
    """Status and body of the server's answer to that command."""
    name, _, value = request.split("'")[1].partition(": ")
    response = server.client.get("/api/calls/providers", headers={name: value})
    return response.status_code, response.json()


def test_the_start_prints_the_addresses(server: Server) -> None:
    assert (
        f"serves {len(load_contract().operations)} operation(s) on {server.url} from {server.database}\n"
        in server.output
    )
    assert f"documentation: {server.url}/docs\n" in server.output


@pytest.fixture(scope="module")
def demo(running_server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a separate demo."""
    database = tmp_path_factory.mktemp("demo") / "demo.db"
    with running_server("--demo", environment=NO_SECRET, database=database, measured=True) as server:
        yield server


def test_the_request_that_the_demo_prints_works(demo: Server, tool: Callable[[str], str]) -> None:
    tool("curl")
    pasted = subprocess.run(["/bin/sh", "-c", request_to_try(demo)], capture_output=True, check=True)

    head, body = pasted.stdout.split(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", b'{"provider":"sinch","phoneNumber":"+14165550100"}')


def test_only_the_owner_can_read_the_demo_secret_whose_file_is_printed(demo: Server) -> None:
    secret = demo.database.with_name("demo.db.jwt-secret")

    assert f"secret is in {secret}\n" in demo.output
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text() not in demo.output


@pytest.mark.long
def test_a_token_stays_valid_after_a_restart_of_the_demo(running_server: Running, demo: Server) -> None:
    with running_server("--demo", environment=NO_SECRET, database=demo.database) as second:
        answer = answer_to_try(second, request_to_try(demo))

    assert answer == (200, ANSWER)


def test_the_second_start_takes_less_than_two_seconds(running_server: Running, tmp_path: Path) -> None:
    """In processor time until the first answer, so that other load on the machine does not matter."""
    demo = partial(running_server, "--database", str(tmp_path / "demo.db"), command=("scripts/serve",))
    with demo():
        pass
    with demo() as server:
        assert answer_to_try(server, request_to_try(server)) == (200, ANSWER)
        seconds = processor_seconds(server.process.pid, *server.workers)

    assert 0 < seconds < 2


def processor_seconds(*processes: int) -> float:
    """The processor time of these processes and their finished children (proc(5): utime, stime, cutime, cstime)."""
    fields = (Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split() for process in processes)
    return sum(int(ticks) for ticks_of in fields for ticks in ticks_of[11:15]) / os.sysconf("SC_CLK_TCK")


IMPORTED = """
import contextlib, sys
from scripts.cli import main

sys.argv = ["tether-relay", "serve", "--help"]
with contextlib.suppress(SystemExit):
    main()
from scripts.cli.serve.asgi import create_app

create_app()
print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The modules that a server with a JSON log has imported."""
    environment = {"PATH": os.defpath, "TETHER_RELAY_JWT_SECRET": "s" * 32}
    command = [sys.executable, "-W", "ignore", "-c", IMPORTED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_list_of_imports_has_the_parts_of_a_server(imported: set[str]) -> None:
    """Otherwise the next test would prove nothing."""
    assert {"connexion", "granian", "openapi", "store"} <= imported


@pytest.mark.parametrize("package", ["hypothesis", "pytest", "rich", "schemathesis", "structlog", "uvicorn"])
def test_packages_of_other_commands_are_not_imported(imported: set[str], package: str) -> None:
    assert package not in imported


@pytest.mark.long
def test_another_asgi_server_runs_the_factory(running_server: Running) -> None:
    command = ("uvicorn", "--factory", "scripts.cli.serve.asgi:create_app")
    with running_server(command=command, measured=True) as server:
        response = server.get()
        # On SIGTERM, uvicorn ends by the signal, and then no coverage is written.
        server.stop(signal.SIGINT)

    assert (response.status_code, response.json()) == (200, ANSWER)


@pytest.mark.long
def test_a_host_may_be_a_name(running_server: Running) -> None:
    with running_server("--host", "localhost") as server:
        response = server.get()

    assert response.json() == ANSWER


@pytest.mark.long
@pytest.mark.parametrize(
    ("option", "off", "on"),
    [
        ("--no-documents", ["/docs", "/docs/start.js", "/openapi.yaml", "/openapi.json"], ["/livez", "/readyz"]),
        ("--no-health", ["/livez", "/readyz"], ["/docs", "/docs/start.js", "/openapi.yaml", "/openapi.json"]),
    ],
)
def test_documents_and_health_can_be_switched_off(
    running_server: Running, option: str, off: list[str], on: list[str]
) -> None:
    with running_server(option) as server:
        statuses = {path: server.get(path).status_code for path in [*off, *on, "/api/calls/providers"]}

    assert statuses == dict.fromkeys(off, 404) | dict.fromkeys([*on, "/api/calls/providers"], 200)


@pytest.mark.long
def test_all_workers_answer_with_data_that_a_command_changed(running_server: Running) -> None:
    with running_server("--workers", "2") as server:
        assert len(server.workers) == 2
        assert [server.get().json() for _ in range(20)] == [ANSWER] * 20
        server.run("org activate org_acme none")
        answers = [server.get().json() for _ in range(20)]

    assert answers == [{"provider": None, "phoneNumber": None}] * 20
