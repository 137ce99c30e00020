"""A server that repeats all it gets, in every form, puts no secret and no command into what the check prints."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
from urllib.parse import quote

import pytest

from tests.conftest import ROOT
from tests.openapi.gateway.bytewise import behind

pytestmark = pytest.mark.long

CLAIMS = base64.urlsafe_b64encode(b'{"sub":"user_ada","exp":1999999999,"scope":"calls"}').decode().rstrip("=")
SIGNATURE = "q7Zr-2k_XvW9sTtB4mN8pLcY1hGfJdA3eRuQo5iK6xE"
TOKEN = f"eyJhbGciOiJIUzI1NiJ9.{CLAIMS}.{SIGNATURE}"
BASIC = "ada-lovelace:correct horse"
HEADERS = {
    "X-Session-Key": "k3y-of-a-session",
    "X-Amz-Security-Token": "amz-security-value",
    "X-Vault-Token": "hvs.vault-value",
    "Private-Token": "glpat-private-value",
    "X-Goog-Api-Key": "AIza-goog-value",
    "Ocp-Apim-Subscription-Key": "4c1d7e9a-of-azure",
    "X-Functions-Key": "functions-key-value",
    "X-Custom": "custom-secret-value",
    "Cookie": "sid=s3cret-cookie-value",
    "Accept-Language": "en",
}
SECRETS = (CLAIMS, SIGNATURE, BASIC, "correct horse", base64.b64encode(BASIC.encode()).decode(), *HEADERS.values())
COMMANDS = "::stop-commands::x ::set-output name=a::b ##[error]c ##vso[task.x]d ##teamcity[e] section_start:1:f"
CONTROLS = "\x1b[31m\x9b\u202e\u200b\u2028\x85"
# GitHub looks for its commands at the start of a line, after blanks; the others look everywhere.
SOUGHT = re.compile(
    r"(?m:^)\s*::[A-Za-z_][^\n]*?::|##[A-Za-z]*\[|section_(start|end):|[\x1b\x9b\u202e\u200b\u2028\x85]"
)


def _get(security: str, status: str = "200") -> dict[str, object]:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}}
    answer = {"description": "d", "content": {"application/json": {"schema": schema}}}
    return {"get": {"security": [{security: []}], "responses": {status: answer}}}


CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {"/a": _get("bearer"), "/b": _get("basic"), "/c/::error::d": _get("bearer", "201")},
    "components": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
        }
    },
}


def _echo(connection: socket.socket, head: bytes) -> None:
    """Answer with the request in many forms, as names and as values."""
    text = head.decode("latin-1")
    forms = [
        text,
        quote(text, safe=""),
        "".join(f"%{ord(character):02x}" for character in text),
        "".join(f"&#{ord(character)};" for character in text),
        "".join(f"\\u{ord(character):04x}" for character in text),
        "\n  ".join(text[at : at + 30] for at in range(0, len(text), 30)),
        f"{CLAIMS[:20]} {CLAIMS[-12:]} {SIGNATURE[4:30]} {BASIC} correct horse {COMMANDS} {CONTROLS}",
    ]
    body = json.dumps(
        {COMMANDS: COMMANDS, TOKEN: CONTROLS, **{str(at): form for at, form in enumerate(forms)}}
    ).encode()
    value = text.replace("\r\n", " ").strip()
    fields = f"X-Echo: {value}\r\n{CLAIMS[:12]}: {COMMANDS}\r\nContent-Type: application/json\r\n"
    connection.sendall(f"HTTP/1.1 200 OK\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a check writes: its reports, stdout and stderr."""
    folder = tmp_path_factory.mktemp("printed")
    contract = folder / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    names = ("html", "jsonl", "junit", "sarif", "github-summary")
    given = [argument for name, value in HEADERS.items() for argument in ("--header", f"{name}: {value}")]
    with behind(_echo) as url:
        command = ["check", url, "--contract", str(contract), "--token", TOKEN, "--credential", f"basic={BASIC}"]
        options = [*given, *(f"--{name}={folder / name}" for name in names), "--max-requests", "40", "--github"]
        done = subprocess.run(
            [sys.executable, "-c", "from scripts.cli import main; main()", *command, *options],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "60"},
            capture_output=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1, done.stderr
    outputs = {name: (folder / name).read_text() for name in names}
    return {**outputs, "stdout": done.stdout.decode(), "stderr": done.stderr.decode()}


OUTPUTS = ("html", "jsonl", "junit", "sarif", "github-summary", "stdout", "stderr")


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_part_of_a_secret_is_in(output: str, printed: dict[str, str]) -> None:
    text = re.sub(r"\s", "", printed[output])
    parts = {
        secret[at : at + 12].replace(" ", "")
        for secret in SECRETS
        for at in range(max(1, len(secret) - 11))
        if len(secret) > 6
    }

    assert sorted(part for part in parts if part in text) == []


@pytest.mark.parametrize("output", [name for name in OUTPUTS if name != "stdout"])
def test_no_command_of_a_ci_job_is_in(output: str, printed: dict[str, str]) -> None:
    assert [found[0] for found in SOUGHT.finditer(printed[output])] == []


def test_stdout_has_no_commands_but_the_annotations_of_the_check(printed: dict[str, str]) -> None:
    lines = printed["stdout"].split("\n")
    own = re.compile(r"::(error|warning) file=[^:]*,line=[0-9]+,title=[^:]*::")

    assert any(own.match(line) for line in lines)
    assert [line for line in lines if SOUGHT.search(own.sub("", line, count=1))] == []


def test_accept_language_does_not_change_the_words_of_the_report(printed: dict[str, str]) -> None:
    assert "The contract is broken" in printed["html"]
    assert "Open" in printed["sarif"]
