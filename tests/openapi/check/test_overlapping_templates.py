"""A path that several templates match has the methods of all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from openapi.check.testing import ContractCheck
from openapi.contract import Contract, load_contract
from openapi.http.messages import Request
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from tests.openapi.check.family.honest import Reply
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

ID: Final = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
THING: Final = reply({"a": 1})


def contract(**me: Any) -> Contract:
    """`POST /u/me` and `GET /u/{id}`."""
    return contract_of(
        {
            "/u/me": {"post": {"responses": responses()}},
            "/u/{id}": {"get": {"parameters": ID, "responses": responses()}},
            **me,
        }
    )


RIGHT: Final = {"POST /u/me": THING, "GET /u/{id}": THING}


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize("generate", [False, pytest.param(True, marks=pytest.mark.long)])
def test_right_server_with_overlapping_templates_has_no_findings(writes: bool, generate: bool) -> None:
    verdict = checked(contract(), Small(RIGHT), allow_writes=writes, generate=generate)

    assert (found(verdict), verdict.exit_code) == ([], 0)


def test_router_that_knows_the_first_template_only_has_no_findings() -> None:
    """Its 405 for `/u/me` lists POST alone."""

    class First(Small):
        def reply(self, request: Request) -> Reply:
            if request.path == "/u/me" and request.method not in ("POST", "GET", "HEAD"):
                return Reply(405, headers={"Allow": "POST"})
            return super().reply(request)

    assert found(checked(contract(), First(RIGHT), allow_writes=True)) == []


def test_three_templates_of_one_path_share_their_methods() -> None:
    more = {"/{kind}/me": {"delete": {"parameters": [{**ID[0], "name": "kind"}], "responses": responses()}}}
    server = Small({"DELETE /{kind}/me": THING, **RIGHT})

    assert found(checked(contract(**more), server, allow_writes=True)) == []


def test_method_that_no_template_has_is_found() -> None:
    verdict = checked(contract(), Small({"PUT /u/{id}": THING, **RIGHT}), allow_writes=True)

    assert {(rule, certainty) for rule, certainty, _ in found(verdict)} == {
        ("method-undeclared", "certain"),
        ("allow", "probable"),
    }


def test_method_in_allow_that_no_template_has_is_probable() -> None:
    class Listing(Small):
        def finish(self, request: Request, reply: Reply) -> Reply:
            return reply.with_header("Allow", "GET, HEAD, POST, PATCH, OPTIONS") if "Allow" in reply.headers else reply

    assert {(rule, certainty) for rule, certainty, _ in found(checked(contract(), Listing(RIGHT)))} == {
        ("allow", "probable")
    }


def test_allow_that_leaves_out_a_method_of_the_own_path_is_found() -> None:
    class Forgetting(Small):
        def finish(self, request: Request, reply: Reply) -> Reply:
            return reply.with_header("Allow", "OPTIONS") if "Allow" in reply.headers else reply

    verdict = checked(contract_of({"/x": {"get": {"responses": responses()}}}), Forgetting({"GET /x": THING}))

    assert found(verdict) == [("allow", "certain", "Allow leaves out GET: OPTIONS")]


def thing(key: str) -> str:
    schema = f"{{type: object, required: [{key}], properties: {{{key}: {{type: integer}}}}}}"
    answer = f"{{description: d, content: {{application/json: {{schema: {schema}}}}}}}"
    return f"{{'200': {answer}, '400': {{description: d}}}}"


RIVALS: Final = f"""
openapi: 3.0.3
info: {{title: R, version: '1'}}
paths:
  /a/{{id}}:
    get:
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses: {thing("size")}
  /a/{{name}}:
    get:
      parameters: [{{name: name, in: path, required: true, schema: {{type: string}}}}]
      responses: {thing("length")}
"""


def test_a_request_that_a_rival_template_accepts_is_not_judged_by_the_other_one(tmp_path: Path) -> None:
    file = tmp_path / "rivals.yaml"
    file.write_text(RIVALS)
    verdict = ContractCheck(create_mock(Mock({"": file})), contract=load_contract(file, lenient=True)).verdict

    assert [str(finding) for finding in verdict.findings] == []
    assert verdict.exit_code == 0
