"""The steps of CONTRIBUTING.md for an operation with everything: page, `contract sync`, `contract scaffold`, body."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Running

ROOT = Path(__file__).parent.parent
PATH = """
/api/calls/{callId}/notes:
  post:
    tags: [Calls]
    operationId: post_call_note
    summary: Add a note to a call
    parameters:
      - {name: callId, in: path, required: true, schema: {type: string, maxLength: 20}}
    requestBody:
      required: true
      content:
        application/json:
          schema:
            oneOf:
              - $ref: '#/components/schemas/TextNote'
              - $ref: '#/components/schemas/RatingNote'
            discriminator:
              propertyName: kind
              mapping: {text: '#/components/schemas/TextNote', rating: '#/components/schemas/RatingNote'}
    responses:
      '200':
        description: The note
        content: {application/json: {schema: {$ref: '#/components/schemas/SavedNote'}}}
      '400':
        description: The note is not valid
        content: {application/json: {schema: {$ref: '#/components/schemas/CallsErrorResponse'}}}
      '401':
        description: Missing or invalid auth token
        content: {application/json: {schema: {$ref: '#/components/schemas/CallsErrorResponse'}}}
    security:
      - bearerAuth: []
"""
SCHEMAS = """
TextNote:
  type: object
  required: [kind, text]
  properties: {kind: {type: string}, text: {type: string}}
RatingNote:
  type: object
  required: [kind, stars]
  properties: {kind: {type: string}, stars: {type: integer, minimum: 1, maximum: 5}}
SavedNote:
  type: object
  required: [call, text]
  properties: {call: {type: string}, text: {type: string}}
"""
BODY = """\
    text = body["text"] if body["kind"] == "text" else "*" * body["stars"]
    return {"call": call_id, "text": text}
"""
SCAFFOLDED = re.compile(r'    from handlers.errors import .*\n\n    raise .*\("post_call_note"\)\n')


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command or a tool beside it, on the copy of the project."""
    program = Path(sys.executable).with_name(arguments[0])
    environment = os.environ | {"PYTHONPATH": str(project), "MYPYPATH": str(project)}
    done = subprocess.run([program, *arguments[1:]], cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project after the steps up to `contract scaffold`."""
    project = tmp_path_factory.mktemp("project")
    for name in ("openapi", "handlers", "store", "scripts", "tests/handlers"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    for module in (ROOT / "tests").glob("*.py"):
        shutil.copy(module, project / "tests")
    (page,) = (project / "openapi/pages").glob("*.md")
    (page.parent / "post-calls-notes.md").write_text(of_the_operation(page.read_text()))
    run(project, "tether-relay", "contract", "sync")
    run(project, "tether-relay", "contract", "scaffold")
    return project


def of_the_operation(page: str) -> str:
    """The page of another operation, with the operation instead of its own."""
    block = re.compile(r"(?<=providers\n)(.*?)(?=^````$)", re.DOTALL | re.MULTILINE)
    head, document, tail = block.split(page, maxsplit=1)
    content = yaml.safe_load(document)
    content["paths"] = yaml.safe_load(PATH)
    components = content["components"]["schemas"]
    content["components"]["schemas"] = yaml.safe_load(SCHEMAS) | {
        "CallsErrorResponse": components["CallsErrorResponse"]
    }
    head = head.replace("get /api/calls/providers", "post /api/calls/{callId}/notes")
    return head + yaml.safe_dump(content, sort_keys=False) + tail


def filled_in(source: str) -> str:
    """A module with the body of the coroutine, and nothing else changed."""
    assert len(SCAFFOLDED.findall(source)) == 1
    return SCAFFOLDED.sub(BODY, source)


@pytest.mark.long
def test_the_server_answers_200_when_only_the_body_was_written(project: Path, running_server: Running) -> None:
    module = project / "handlers/calls.py"
    scaffolded = module.read_text()
    environment = {"PYTHONPATH": str(project)}
    with running_server(environment=environment) as server:
        headers = {"Authorization": f"Bearer {server.token()}"}
        before = server.client.post("/api/calls/c1/notes", json={"kind": "rating", "stars": 3}, headers=headers)
        log = server.output
    module.write_text(filled_in(scaffolded))
    try:
        types = run(project, "mypy", "handlers").stdout
        with running_server(environment=environment) as server:
            headers = {"Authorization": f"Bearer {server.token()}"}
            after = server.client.post("/api/calls/c1/notes", json={"kind": "rating", "stars": 3}, headers=headers)
            wrong = server.client.post("/api/calls/c1/notes", json={"kind": "rating", "stars": 9}, headers=headers)
    finally:
        module.write_text(scaffolded)

    assert (before.status_code, before.json()["code"]) == (500, "NOT_IMPLEMENTED")
    assert "post_call_note is not implemented; write the body of its coroutine" in log
    assert "post_call_note (POST /api/calls/{callId}/notes) does not declare 413 and 415" in log
    assert types.startswith("Success")
    assert (after.status_code, after.json()) == (200, {"call": "c1", "text": "***"})
    assert wrong.status_code == 400


@pytest.mark.long
def test_what_is_scaffolded_passes_ruff_and_its_tests_are_skipped(project: Path) -> None:
    run(project, "ruff", "format", "--check", "handlers", "tests/handlers/test_post_call_note.py")
    run(project, "ruff", "check", "handlers", "tests/handlers/test_post_call_note.py")
    tests = run(project, "pytest", "-q", "-p", "no:cacheprovider", "tests/handlers/test_post_call_note.py")

    assert "3 skipped" in tests.stdout


@pytest.mark.long
def test_a_second_scaffold_changes_nothing(project: Path) -> None:
    before = {path: path.read_bytes() for path in (project / "handlers").rglob("*.py")}
    checked = run(project, "tether-relay", "contract", "scaffold", "--check")
    run(project, "tether-relay", "contract", "scaffold")

    assert checked.stdout.endswith("is up to date with the contract\n")
    assert {path: path.read_bytes() for path in (project / "handlers").rglob("*.py")} == before


@pytest.mark.long
def test_the_new_response_has_a_promise_in_the_strict_overlay(project: Path) -> None:
    overlay = yaml.safe_load((project / "openapi/strict.yaml").read_text())

    assert overlay["actions"][-1]["target"] == "$.components.schemas.SavedNote"
    assert overlay["actions"][-1]["update"] == {"additionalProperties": False}
    assert len(overlay["actions"]) == len(yaml.safe_load((ROOT / "openapi/strict.yaml").read_text())["actions"]) + 1
