"""`tether-relay check`, as a program, with real servers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from openapi.http.messages import Request
from tests.conftest import without_progress
from tests.frozen import FROZEN
from tests.openapi.check.family.faults import refusal
from tests.openapi.check.family.honest import SECRET, Reply, Server, good_token, serving
from tests.openapi.check.family.small import Small, reply, responses

if TYPE_CHECKING:
    from tests.conftest import Running as Servers
    from tests.conftest import Server as Running

CONTRACT = ("--contract", str(FROZEN))
Program = Callable[..., CompletedProcess[str]]
BROKEN = refusal(lambda reply: reply.with_header("WWW-Authenticate", None))


def test_a_server_that_keeps_the_contract_passes(program: Program) -> None:
    with serving(Server()) as url:
        done = program("check", url, *CONTRACT, "--strict", TETHER_RELAY_CHECK_TOKEN=good_token())

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("The contract is kept")


def test_a_server_that_breaks_the_contract_fails_and_the_token_is_not_shown(program: Program, folder: Path) -> None:
    token = good_token()
    with serving(BROKEN) as url:
        done = program("check", url, *CONTRACT, "--junit", "junit.xml", "--jsonl", "lines.jsonl", "--token", token)
    shown = done.stdout + done.stderr + (folder / "junit.xml").read_text() + (folder / "lines.jsonl").read_text()

    assert done.returncode == 1
    assert "auth-challenge" in done.stdout
    assert [part for part in token.split(".")[1:] if part in shown] == []


def test_an_invalid_token_is_exit_code_2(program: Program) -> None:
    with serving(Server()) as url:
        done = program("check", url, *CONTRACT, "--quiet", "--token", "bad")

    assert done.returncode == 2


def test_the_token_command_provides_the_token(program: Program) -> None:
    with serving(Server()) as url:
        done = program("check", url, *CONTRACT, "--quiet", "--token-command", f"echo {good_token()}")

    assert done.returncode == 0


@pytest.mark.long
def test_known_findings_do_not_fail_and_new_ones_do(program: Program, folder: Path) -> None:
    with serving(BROKEN) as url:
        arguments = ("check", url, *CONTRACT, "--quiet", "--token", good_token(), "--baseline", "known.json")
        first = program(*arguments, "--update-baseline")
        second = program(*arguments)
        (folder / "known.json").write_text(json.dumps({"version": 1, "findings": []}))
        third = program(*arguments)

    assert [done.returncode for done in (first, second, third)] == [0, 0, 1]


def test_an_interrupted_check_still_writes_its_reports(installed: str, folder: Path) -> None:
    asked = threading.Event()

    class Slow(Server):
        def reply(self, request: Request) -> Reply:
            asked.set()
            return super().reply(request)

        def finish(self, request: Request, reply: Reply) -> Reply:
            return Reply(reply.status, reply.body, reply.headers, delay=0.2)

    with serving(Slow()) as url:
        environment = os.environ | {"TETHER_RELAY_CHECK_TOKEN": good_token()}
        check = subprocess.Popen(
            [installed, "check", url, *CONTRACT, "--jsonl", "lines.jsonl"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # If this suite runs in the background, it ignores Ctrl-C, and the check would inherit that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert asked.wait(30)
        check.send_signal(signal.SIGINT)
        output, errors = check.communicate(timeout=30)

    assert (check.returncode, without_progress(errors)) == (2, "")
    assert "interrupted" in output
    assert (folder / "lines.jsonl").read_text() != ""


@pytest.mark.long
@pytest.mark.parametrize("profile", ["fast", "deep"])
def test_our_server_passes_with_strict(server: Running, program: Program, folder: Path, profile: str) -> None:
    (folder / "secret").write_text(SECRET)
    options = ("--strict", "--allow-writes", "--profile", profile, "--jwt-secret-file", "secret")

    done = program("check", server.url, *options, TETHER_RELAY_CHECK_TOKEN=server.token())

    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.long
def test_our_mock_passes_with_strict(running_server: Servers, program: Program) -> None:
    """The mock accepts any credentials, because it knows none."""
    with running_server(command=("tether-relay", "mock")) as mock:
        options = ("--strict", "--allow-writes", "--profile", "deep", "--token", "mock", "--skip", "auth-garbage")
        done = program("check", mock.url, *options)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_strict_reports_undeclared_refusals_for_any_contract(program: Program, folder: Path) -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
    paths = {"/a": {"get": {"parameters": [limit], "responses": responses()}}}
    document = {"openapi": "3.0.3", "info": {"title": "Small", "version": "1"}, "paths": paths}
    (folder / "small.json").write_text(json.dumps(document))

    def answer(request: Request) -> Reply:
        value = request.query.removeprefix("limit=")
        return reply() if not request.query or value in "123456789" else reply({}, 400)

    with serving(Small({"GET /a": answer})) as url:
        lenient, strict = (program("check", url, "--contract", "small.json", *more) for more in ([], ["--strict"]))

    assert (lenient.returncode, strict.returncode) == (0, 1)
    assert "status-undeclared" in strict.stdout
    assert "requests that break the contract are refused" in " ".join(lenient.stdout.split())
