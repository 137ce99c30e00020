"""`tether-relay check` uses only the documented parts of its environment, and leaves no files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.between import proxy
from tests.openapi.check.family.faults import answering
from tests.openapi.check.family.honest import Server, good_token, serving

CONTRACT = ("--contract", str(FROZEN))
Program = Callable[..., CompletedProcess[str]]

pytestmark = pytest.mark.long


def test_a_check_leaves_no_file_in_the_current_folder(program: Program, folder: Path) -> None:
    with serving(answering({"provider": "telnyx"})) as url:
        done = program("check", url, *CONTRACT, "--quiet", TETHER_RELAY_CHECK_TOKEN=good_token(), TMPDIR=str(folder))

    assert (done.returncode, done.stderr, list(folder.iterdir())) == (1, "", [])


def test_a_configured_folder_of_hypothesis_is_used(program: Program, folder: Path) -> None:
    with serving(Server()) as url:
        chosen = {"HYPOTHESIS_STORAGE_DIRECTORY": "own", "TETHER_RELAY_CHECK_TOKEN": good_token()}
        program("check", url, *CONTRACT, "--quiet", **chosen)

    assert [path.name for path in folder.iterdir()] == ["own"]


def test_credentials_in_netrc_are_never_sent(program: Program, folder: Path) -> None:
    netrc = folder / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ada password lovelace\n")
    netrc.chmod(0o600)
    sent: list[Request] = []
    with serving(Server(), sent.append) as url:
        environment = {"HOME": str(folder), "NETRC": str(netrc), "TETHER_RELAY_CHECK_TOKEN": good_token()}
        done = program("check", url, *CONTRACT, "--quiet", **environment)

    assert done.returncode == 0
    # Without generated requests it sends 31.
    assert len(sent) > 35
    assert [request for request in sent if "YWRhOmxvdmVsYWNl" in (request.header("authorization") or "")] == []


def test_the_token_command_gets_the_original_environment(program: Program) -> None:
    with serving(Server()) as url:
        command = f'test "$HTTPS_PROXY$NETRC" = "http://proxy.example/mine" && echo {good_token()}'
        done = program(
            "check",
            url,
            *CONTRACT,
            "--quiet",
            "--token-command",
            command,
            HTTPS_PROXY="http://proxy.example",
            NETRC="/mine",
        )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("excepted", "through"), [("", True), ("127.0.0.1", False)])
def test_the_proxy_of_the_environment_is_used_except_for_no_proxy(
    program: Program, excepted: str, through: bool
) -> None:
    with serving(Server()) as url, proxy() as (address, heads):
        names = {"HTTP_PROXY": address, "http_proxy": address, "NO_PROXY": excepted, "no_proxy": excepted}
        done = program("check", url, *CONTRACT, "--quiet", TETHER_RELAY_CHECK_TOKEN=good_token(), **names)

    assert (done.returncode, done.stderr, bool(heads)) == (0, "", through)
