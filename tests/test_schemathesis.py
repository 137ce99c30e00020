"""Schemathesis finds no fault in the real application in this process, with every phase and check."""

from __future__ import annotations

import importlib
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from handlers.authentication.tokens import sign_token
from handlers.errors import failure_of
from openapi.contract import PUBLISHED, load_contract
from openapi.server import create_server
from scripts.cli.serve.keys import signing_key, token_rules
from scripts.cli.serve.wiring import build_server
from scripts.cli.settings import Settings
from store import SQLiteAdministration
from tests.generated import Run

ORGANIZATION: dict[str, Any] = {
    "id": "org_acme",
    "name": "Acme",
    "active_provider": "sinch",
    "accounts": [{"provider": "sinch", "account_id": "s1"}],
    "phone_numbers": [{"e164": "+14165550100", "provider": "sinch"}],
    "users": [{"id": "user_ada", "default_numbers": {"sinch": "+14165550100"}}],
}

# The checks that apply to an operation without arguments.
CHECKS = {
    "allow_header_conformance",
    "content_type_conformance",
    "ignored_auth",
    "not_a_server_error",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a database of one user."""
    path = tmp_path / "relay.db"
    with SQLiteAdministration(path) as store:
        store.import_organizations(io.BytesIO(json.dumps(ORGANIZATION).encode()))
    return Settings(database=path, jwt_secret="a-secret-of-at-least-thirty-two-bytes")


def configuration(headers: dict[str, str]) -> SchemathesisConfig:
    """Without `fill-missing`, the examples phase would be skipped, because the contract has no request examples."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 20260101,
            "continue-on-failure": True,
            "headers": headers,
            "generation": {"database": "none", "deterministic": True, "max-examples": 50},
            "phases": {"examples": {"fill-missing": True}},
            "checks": {"enabled": True},
        }
    )


@pytest.fixture
def headers(settings: Settings) -> dict[str, str]:
    """The headers of a known caller."""
    token = sign_token("user_ada", signing_key(settings), token_rules(settings), ttl=600, now=time.time())
    return {"Authorization": f"Bearer {token}"}


def test_the_application_passes_every_check_in_every_phase(settings: Settings, headers: dict[str, str]) -> None:
    """The stateful phase does nothing, because one operation has no links to follow."""
    run = Run(build_server(settings), PUBLISHED, configuration(headers))

    assert run.findings == []
    assert {phase for phase, count in run.cases.items() if count > 0} == {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 401, 405}
    assert run.checks >= CHECKS


def test_two_runs_are_identical(settings: Settings, headers: dict[str, str]) -> None:
    first, second = (Run(build_server(settings), PUBLISHED, configuration(headers)) for _ in range(2))

    assert (first.cases, first.statuses) == (second.cases, second.statuses)


def test_a_server_that_breaks_the_contract_has_findings(headers: dict[str, str]) -> None:
    """So a run without findings proves something."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"provider": "telnyx"})(scope, receive, send)

    broken = Starlette(routes=[Mount("/", answer)])
    found = {finding.partition(":")[0] for finding in Run(broken, PUBLISHED, configuration(headers)).findings}

    assert found >= {"response_schema_conformance", "unsupported_method", "ignored_auth"}


# One operation for each kind of parameter; all errors are declared.
INVENTED = """
openapi: 3.0.3
info: {title: Invented, version: '1'}
paths:
  /paths/{text}/{number}/{items}:
    get:
      operationId: path
      parameters:
        - {in: path, name: text, required: true, schema: {type: string, minLength: 1, maxLength: 5}}
        - {in: path, name: number, required: true, schema: {type: integer, minimum: 1}}
        - {in: path, name: items, required: true, schema: {type: array, minItems: 1, items: {type: integer}}}
      responses: &responses
        '200': {description: d, content: {application/json: {schema: {type: integer}}}}
        4XX: {description: d, content: {application/json: {schema: {type: object, required: [success, error, code]}}}}
  /query:
    get:
      operationId: query
      parameters:
        - {in: query, name: text, schema: {type: string, pattern: '^[a-z]*$'}}
        - {in: query, name: integer, schema: {type: integer, maximum: 9}}
        - {in: query, name: flag, required: true, schema: {type: boolean}}
        - {in: query, name: choice, schema: {type: string, enum: [a, b], default: b}}
        - {in: query, name: form, schema: {type: array, items: {type: integer}, maxItems: 2}}
        - in: query
          name: pipes
          style: pipeDelimited
          explode: false
          schema: {type: array, minItems: 1, items: {type: integer}}
        - in: query
          name: deep
          style: deepObject
          schema: {type: object, additionalProperties: false, properties: {n: {type: integer}, o: {type: string}}}
      responses: *responses
  /headers:
    get:
      operationId: header
      parameters:
        - {in: header, name: X-Number, required: true, schema: {type: integer}}
        - {in: header, name: X-List, schema: {type: array, minItems: 1, items: {type: number}}}
        - {in: cookie, name: session, required: true, schema: {type: string, pattern: '^[a-z]{2,}$'}}
      responses: *responses
  /body:
    post:
      operationId: body
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: *responses
components:
  schemas:
    Note:
      type: object
      required: [text, id]
      additionalProperties: false
      properties:
        id: {type: string, readOnly: true}
        text: {type: string, nullable: true, maxLength: 3}
        number: {type: integer, minimum: 0, exclusiveMinimum: true}
        next: {$ref: '#/components/schemas/Note'}
        at: {type: string, format: date-time}
"""
HANDLERS = "".join(f"async def {name}(**given): return len(given)\n" for name in ("path", "query", "header", "body"))


def test_another_contract_is_served_without_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document, package = tmp_path / "invented.yaml", tmp_path / "invented_for_schemathesis"
    document.write_text(INVENTED)
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "answers.py").write_text(HANDLERS)
    monkeypatch.syspath_prepend(tmp_path)
    handlers = importlib.import_module(package.name)
    run = Run(create_server([load_contract(document)], handlers, errors=failure_of), document, configuration({}))

    assert run.findings == []
    assert {phase for phase, count in run.cases.items() if count > 0} == {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 400, 405, 415}
    assert run.checks >= {"negative_data_rejection", "positive_data_acceptance", "missing_required_header"}
