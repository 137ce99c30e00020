"""The credentials of `tether-relay check`: several at once, from files and commands, and from an OAuth 2.0 server."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import parse_qs

import pytest

from openapi.http.messages import Request
from tests.loopback import Handler, listening
from tests.openapi.check.family.honest import Reply, Server, serving
from tests.openapi.check.family.things import answer

Program = Callable[..., CompletedProcess[str]]
GUIDE = (Path(__file__).parents[3] / "docs/check.md").read_text()
HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
SCHEMES = """
components:
  securitySchemes:
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
    key: {type: apiKey, in: header, name: X-Key}
"""
OBJECT = "{description: d, content: {application/json: {schema: {type: object}}}}"
PATHS = f"""
paths:
  /a:
    get: {{operationId: read, responses: {{'200': {OBJECT}, '401': {OBJECT}}}}}
"""
BOTH = f"{HEAD}{SCHEMES}security: [{{token: [], key: []}}]{PATHS}"
TOKEN_ONLY = f"{HEAD}{SCHEMES}security: [{{token: []}}]{PATHS}"
UNSAID = f"{HEAD}{SCHEMES}{PATHS}"


class Guarded(Server):
    """Requires the headers `needed` for its only path."""

    def __init__(self, **needed: str) -> None:
        self._needed = {name.replace("_", "-"): value for name, value in needed.items()}

    def reply(self, request: Request) -> Reply:
        if request.path != "/a":
            return answer(404, {})
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": self.allow})
        if request.method not in ("GET", "HEAD"):
            return answer(405, {}, Allow=self.allow)
        if any(request.header(name) != value for name, value in self._needed.items()):
            return answer(401, {}, WWW_Authenticate="Bearer")
        return answer(200, {})


def checked(program: Program, folder: Path, text: str, server: Server, *options: str) -> CompletedProcess[str]:
    (folder / "contract.yaml").write_text(text)
    with serving(server) as url:
        return program("check", url, "--contract", "contract.yaml", *options)


@pytest.fixture
def both() -> Guarded:
    return Guarded(Authorization="Bearer very-secret-token", X_Key="very-secret-key")


@pytest.mark.parametrize("key", ["very-secret-key", "@key.txt", "!cat key.txt"])
def test_several_credentials_are_sent_together(program: Program, folder: Path, both: Guarded, key: str) -> None:
    (folder / "key.txt").write_text("very-secret-key\n")
    options = (
        "--credential",
        "token=very-secret-token",
        "--credential",
        f"key={key}",
        "--jsonl",
        "lines.jsonl",
        "--max-requests",
        "30",
    )
    done = checked(program, folder, BOTH, both, *options)
    shown = done.stdout + done.stderr + (folder / "lines.jsonl").read_text()

    assert done.returncode == 0
    assert "very-secret" not in shown


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("keys=a", "the contract has no security scheme 'keys'; it has token, key"),
        ("key", "write SCHEME=VALUE"),
        ("key=", "write SCHEME=VALUE"),
        ("key=@none.txt", "none.txt cannot be read"),
        ("key=!exit 3", "--credential failed with exit code 3"),
    ],
)
def test_unusable_credential_exits_with_2(
    program: Program, folder: Path, both: Guarded, given: str, reason: str
) -> None:
    done = checked(program, folder, BOTH, both, "--token", "t", "--credential", given)

    assert done.returncode == 2
    assert reason in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_unused_token_is_named_and_can_be_sent(program: Program, folder: Path) -> None:
    server = Guarded(Authorization="Bearer t")
    unused = checked(program, folder, UNSAID, server, "--token", "t")
    sent = checked(program, folder, UNSAID, server, "--token", "t", "--send-token", "always", "--max-requests", "30")

    assert (unused.returncode, sent.returncode) == (2, 0)
    assert "send it all the same with --send-token always" in " ".join(unused.stdout.split())


def test_limit_of_requests_is_kept_and_named(program: Program, folder: Path) -> None:
    (folder / "contract.yaml").write_text(UNSAID)
    sent: list[Request] = []
    with serving(Guarded(), sent.append) as url:
        done = program("check", url, "--contract", "contract.yaml", "--max-requests", "7")

    assert (done.returncode, len(sent)) == (0, 7)
    assert "--max-requests 7 ended the check" in " ".join(done.stdout.split())


class TokenServer(Handler):
    """An authorization server (RFC 6749 section 4.4.2)."""

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        basic = "Basic " + base64.b64encode(b"an-id:very-secret-value").decode()
        if self.headers["authorization"] != basic or sent != {"grant_type": ["client_credentials"], "scope": ["read"]}:
            self.reply(400, b'{"error": "invalid_client"}')
            return
        body = b'{"access_token": "very-secret-token", "token_type": "Bearer", "expires_in": 3600}'
        self.reply(200, body, Content_Type="application/json")


@pytest.mark.parametrize(("secret", "code"), [("very-secret-value", 0), ("wrong", 2)])
def test_script_for_client_credentials_of_the_guide_gets_a_token(
    program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch, secret: str, code: int
) -> None:
    (script,) = [block for block in re.findall("```sh\n(.*?)```", GUIDE, re.DOTALL) if "client_credentials" in block]
    (folder / "get-token.sh").write_text(script)
    monkeypatch.setenv("CLIENT_ID", "an-id")
    monkeypatch.setenv("CLIENT_SECRET", secret)
    monkeypatch.setenv("SCOPE", "read")
    server = Guarded(Authorization="Bearer very-secret-token")
    with listening(TokenServer) as authority:
        monkeypatch.setenv("TOKEN_URL", f"{authority}/token")
        done = checked(
            program, folder, TOKEN_ONLY, server, "--token-command", "sh get-token.sh", "--max-requests", "30"
        )

    assert done.returncode == code
    assert "very-secret" not in done.stdout


class Wrong(Guarded):
    """Answers a list where the contract has an object."""

    def reply(self, request: Request) -> Reply:
        reply = super().reply(request)
        return reply.saying([]) if reply.status == 200 else reply


def test_curl_line_has_a_variable_for_each_credential_and_reproduces(program: Program, folder: Path) -> None:
    (folder / "contract.yaml").write_text(BOTH)
    given = {"token": "very-secret-token", "key": "very-secret-key"}
    options = [word for name, value in given.items() for word in ("--credential", f"{name}={value}")]
    with serving(Wrong(Authorization=f"Bearer {given['token']}", X_Key=given["key"])) as url:
        done = program(
            "check", url, "--contract", "contract.yaml", "--max-requests", "30", "--jsonl", "lines.jsonl", *options
        )
        lines = map(json.loads, (folder / "lines.jsonl").read_text().splitlines())
        (finding,) = [line for line in lines if line["type"] == "finding"]
        variables = {f"CREDENTIAL_{name.upper()}": value for name, value in given.items()}
        again = subprocess.run(
            ["/bin/sh", "-c", finding["curl"]],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=True,
        )

    assert (done.returncode, finding["rule"]) == (1, "body-schema")
    assert again.stdout.startswith("HTTP/1.1 200")
    assert "very-secret" not in finding["curl"]
