"""`tether-relay check` and `tether-relay proxy` accept documents with small errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest

from tests.loopback import Handler, listening
from tests.openapi.proxy.program import command

Program = Callable[..., CompletedProcess[str]]

# Without operationIds, and with two templates for one path, which differ in a parameter's name.
DOCUMENT = """
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: One, content: {application/json: {schema: {type: integer}}}}}
  /things/{thing}:
    delete:
      parameters: [{name: thing, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: Gone}}
"""


class Things(Handler):
    def do_GET(self) -> None:
        self.reply(200, b'"none"', Content_Type="application/json")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "things.yaml"
    path.write_text(DOCUMENT)
    return path


@pytest.mark.long
def test_the_check_accepts_a_document_with_small_errors(program: Program, document: Path) -> None:
    with listening(Things) as url:
        done = program("check", url, "--contract", str(document), "--operation", "GET /things/{id}")

    assert (done.returncode, done.stderr) == (1, "")
    assert "body-schema" in done.stdout


def test_the_proxy_accepts_a_document_with_small_errors(document: Path, tmp_path: Path) -> None:
    with listening(Things) as upstream, command(upstream, tmp_path, "--contract", str(document)) as (_, url):
        httpx.get(f"{url}/things/1", trust_env=False)
        report = httpx.get(f"{url}/__proxy/report", trust_env=False).json()

    assert report["violations_by_rule"] == {"body-schema": 1}
