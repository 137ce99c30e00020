"""`tether-relay check`, as a program, and servers with TLS: trusted certificates and client certificates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.frozen import FROZEN
from tests.openapi.check.between import Authority, secure
from tests.openapi.check.family.honest import good_token

CONTRACT = ("--contract", str(FROZEN))
Program = Callable[..., CompletedProcess[str]]


@pytest.fixture
def authority(folder: Path) -> Authority:
    return Authority(folder, "authority")


def check(program: Program, url: str, *options: str | Path) -> CompletedProcess[str]:
    return program("check", url, *CONTRACT, "--quiet", *map(str, options), TETHER_RELAY_CHECK_TOKEN=good_token())


def test_a_server_with_an_untrusted_certificate_is_exit_code_2(program: Program, authority: Authority) -> None:
    with secure(authority) as url:
        done = check(program, url)

    assert (done.returncode, done.stderr) == (2, "")
    assert "certificate verify failed" in done.stdout
    assert "give the certificates to trust with --cacert" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("options", [("--cacert", "authority.pem"), ("--insecure",)], ids=["cacert", "insecure"])
def test_cacert_and_insecure_allow_the_check(program: Program, authority: Authority, options: tuple[str, ...]) -> None:
    with secure(authority) as url:
        done = check(program, url, *options)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("in_one_file", [False, True], ids=["two files", "one file"])
def test_a_client_certificate_is_sent(program: Program, authority: Authority, folder: Path, in_one_file: bool) -> None:
    clients = Authority(folder, "clients")
    certificate, key = clients.issue("client")
    options: list[str | Path] = ["--cacert", authority.certificate, "--cert", certificate, "--key", key]
    if in_one_file:
        certificate.write_bytes(certificate.read_bytes() + key.read_bytes())
        options = options[:-2]
    with secure(authority, clients) as url:
        done = check(program, url, *options)

    assert (done.returncode, done.stderr) == (0, "")


def test_without_the_required_client_certificate_the_exit_code_is_2(
    program: Program, authority: Authority, folder: Path
) -> None:
    with secure(authority, Authority(folder, "clients")) as url:
        done = check(program, url, "--cacert", authority.certificate)

    assert (done.returncode, done.stderr) == (2, "")
    assert "certificate required" in done.stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--key", "none.pem"), "name the certificate of the key with --cert"),
        (("--cert", "none.pem"), "the certificates cannot be used: none.pem: "),
        (("--cert", "missing.pem", "--key", "none.pem"), "cannot be used: missing.pem and none.pem: "),
        (("--cacert", "none.pem"), "the certificates cannot be used: none.pem: "),
        (("--cacert", "missing.pem"), "the certificates cannot be used: missing.pem: No such file"),
    ],
)
def test_an_invalid_certificate_file_is_one_line_on_stderr(
    program: Program, folder: Path, options: tuple[str, ...], reason: str
) -> None:
    (folder / "none.pem").write_text("none")
    done = check(program, "https://127.0.0.1:9", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
