"""`tether-relay proxy`: with an overlay, with an upstream over TLS, and compared with the proxy of Prism."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import end, holds_eventually
from tests.frozen import FROZEN
from tests.loopback import Handler, listening, reserved_port
from tests.npm import install
from tests.openapi.check.between import Authority, tls
from tests.openapi.proxy.program import PATH, PATIENCE, TELNYX, TOKEN, Telnyx, command

pytestmark = pytest.mark.long

Tool = Callable[[str], str]


class Sinch(Handler):
    """A server whose answer keeps the published contract, but not the overlay."""

    def do_GET(self) -> None:
        self.reply(200, b'{"provider": "sinch", "phone_number": "+14165550100"}', Content_Type="application/json")


def rules_after(upstream: str, folder: Path, *options: str, ended_by: signal.Signals = signal.SIGINT) -> list[str]:
    """The rules of the violations that the proxy reports for one GET."""
    with command(upstream, folder, *options) as (process, url):
        assert httpx.get(url + PATH, headers=TOKEN, trust_env=False).status_code == 200
        process.send_signal(ended_by)
        output, _ = process.communicate(timeout=PATIENCE)
    return [json.loads(line)["rule"] for line in output.splitlines()]


def test_answer_that_breaks_only_the_overlay_is_reported_with_strict_alone(tmp_path: Path) -> None:
    with listening(Sinch) as upstream:
        loose = rules_after(upstream, tmp_path)
        strict = rules_after(upstream, tmp_path, "--strict")

    assert loose == []
    assert set(strict) == {"body-strict"}


def test_answer_is_judged_by_the_overlay_of_the_user(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: Own, version: 1.0.0}\nactions:\n"
        "  - {target: $.components.schemas.CallsActiveProviderResponse, update: {required: [region]}}\n"
    )
    with listening(Sinch) as upstream:
        assert rules_after(upstream, tmp_path, "--overlay", str(overlay)) == ["body-strict"]


def test_proxy_writes_its_reports_on_sigterm(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    with listening(Telnyx) as upstream:
        rules_after(upstream, tmp_path, "--junit", str(report), ended_by=signal.SIGTERM)

    assert "body-schema" in report.read_text()


@contextmanager
def secured(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server with TLS, and the certificate that verifies it."""
    authority = Authority(folder, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server"))
    with listening(Sinch) as plain, tls(plain, context) as url:
        yield url, authority.certificate


def test_upstream_with_tls_is_verified_with_cacert(tmp_path: Path) -> None:
    with secured(tmp_path) as (upstream, pem):
        assert rules_after(upstream, tmp_path, "--cacert", str(pem)) == []


def test_upstream_with_tls_is_not_verified_with_insecure(tmp_path: Path) -> None:
    with secured(tmp_path) as (upstream, _):
        assert rules_after(upstream, tmp_path, "--insecure") == []


def test_upstream_with_an_untrusted_certificate_is_a_502(tmp_path: Path) -> None:
    with secured(tmp_path) as (upstream, _), command(upstream, tmp_path) as (_, url):
        came = httpx.get(url + PATH, headers=TOKEN, trust_env=False)

    assert came.status_code == 502
    assert came.json()["success"] is False


@contextmanager
def prism(tool: Tool, folder: Path, upstream: str) -> Iterator[tuple[str, Path]]:
    """The address of Prism as a proxy that refuses violations, and its log."""
    install(tool("npm"), folder, "@stoplight/prism-cli@5.16.0")
    log = folder / "prism.log"
    with reserved_port() as port, log.open("wb") as output:
        program = "node_modules/@stoplight/prism-cli/dist/index.js"
        options = ["--host", "127.0.0.1", "--port", str(port), "--errors"]
        process = subprocess.Popen(
            [tool("node"), program, "proxy", *options, str(FROZEN), upstream],
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            assert holds_eventually(lambda: b"listening" in log.read_bytes(), seconds=90), log.read_text()
            yield f"http://127.0.0.1:{port}", log
        finally:
            end(process)


def test_proxy_refuses_an_answer_that_prism_lets_pass(tool: Tool, tmp_path: Path) -> None:
    with (
        listening(Telnyx) as upstream,
        prism(tool, tmp_path, upstream) as (prism_url, log),
        command(upstream, tmp_path, "--mode", "enforce") as (_, proxy_url),
    ):
        passed = httpx.get(prism_url + PATH, headers=TOKEN, trust_env=False, timeout=PATIENCE)
        refused = httpx.get(proxy_url + PATH, headers=TOKEN, trust_env=False)

    assert (passed.status_code, passed.content) == (200, TELNYX)
    assert "violation" not in log.read_text().lower()
    assert refused.status_code == 502
