"""A refused invalid request is no broken contract: undeclared refusals are one note, or findings if asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.http.messages import Request
from openapi.validation import ContractValidator
from tests.openapi.check.family.honest import Reply, serving
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

LIMIT: Final = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
CONTRACT: Final = contract_of(
    {
        "/a": {"get": {"parameters": [LIMIT], "responses": responses()}},
        "/b": {"get": {"parameters": [LIMIT], "responses": responses()}},
    }
)
NOTE: Final = "requests that break the contract are refused with statuses that it does not declare"


def is_valid(request: Request) -> bool:
    values = parse_qs(request.query, keep_blank_values=True).get("limit", ["1"])
    return all(value in "123456789" and value for value in values) and len(values) == 1


def refusing(tmp_path: Path, refusal: Reply, *, valid_too: bool = False, **options: bool) -> Verdict:
    """The verdict on a server that refuses invalid requests, and, with `valid_too`, some valid ones; a provocation
    sends an invalid request to each operation, and a valid one that is not the first."""

    def answer(request: Request) -> Reply:
        refused = not is_valid(request) or (valid_too and "limit=7" in request.query)
        return refusal if refused else reply()

    file = tmp_path / "provocations.yaml"
    requests = [
        f"  - {{operation: GET /{name}, status: {refusal.status}, request: {{query: {{limit: {limit}}}}}}}"
        for name in "ab"
        for limit in ("many", "7")
    ]
    file.write_text("\n".join(["provocations:", *requests]))
    return checked(CONTRACT, Small({"GET /a": answer, "GET /b": answer}), provocations=file, **options)


@pytest.mark.parametrize(
    "refusal",
    [
        *(reply({}, status) for status in (400, 405, 406, 413, 414, 415, 422, 429, 431, 501)),
        reply({}, 503, Retry_After="3"),
    ],
    ids=lambda answer: str(answer.status),
)
def test_undeclared_refusals_of_invalid_requests_are_one_note(tmp_path: Path, refusal: Reply) -> None:
    verdict = refusing(tmp_path, refusal)

    assert (found(verdict), verdict.exit_code) == ([], 0)
    assert [(note.text.startswith(NOTE), note.operations) for note in verdict.notes] == [(True, ("GET /a", "GET /b"))]


def test_undeclared_refusals_are_findings_if_the_contract_must_declare_them(tmp_path: Path) -> None:
    verdict = refusing(tmp_path, reply({}, 422), refusals_declared=True)

    assert {(f.rule.id, f.operation, f.where) for f in verdict.findings} == {
        ("status-undeclared", "GET /a", "422"),
        ("status-undeclared", "GET /b", "422"),
    }
    assert verdict.notes == ()


def test_undeclared_refusal_of_a_valid_request_is_a_finding(tmp_path: Path) -> None:
    verdict = refusing(tmp_path, reply({}, 422), valid_too=True)

    assert {(f.rule.id, f.request and f.request.target) for f in verdict.findings} == {
        ("status-undeclared", "/a?limit=7"),
        ("status-undeclared", "/b?limit=7"),
    }


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&more=1"])
def test_undeclared_refusal_of_what_the_contract_does_not_declare_is_a_note(query: str) -> None:
    """A server may take a repeated or an unknown parameter, and may refuse it."""
    operation = CONTRACT.operations[0]
    violations = ContractValidator(CONTRACT).sent(operation, Request("GET", f"/v1/a?{query}"))

    assert [(violation.rule, violation.is_probable) for violation in violations] == [("request-surplus", True)]


@pytest.mark.parametrize("status", [404, 409, 418, 500, 502, 503])
def test_status_that_refuses_no_invalid_request_is_a_finding(tmp_path: Path, status: int) -> None:
    verdict = refusing(tmp_path, reply({}, status))

    assert {f.rule.id for f in verdict.findings} <= {"status-undeclared", "server-error"}
    assert {f.operation for f in verdict.findings} == {"GET /a", "GET /b"}


def test_declared_refusal_is_judged_by_its_schema() -> None:
    schema = {"type": "object", "required": ["error"]}
    bad = {"description": "bad", "content": {"application/json": {"schema": schema}}}
    contract = contract_of({"/a": {"get": {"parameters": [LIMIT], "responses": responses(_400=bad)}}})
    server = Small({"GET /a": lambda request: reply() if is_valid(request) else reply({}, 400)})
    verdict = checked(contract, server, generate=True)

    assert {f.rule.id for f in verdict.findings} == {"body-schema"}
    assert verdict.notes == ()


@pytest.mark.long
def test_generated_invalid_requests_below_a_base_path_are_one_note() -> None:
    class Below(Small):
        def reply(self, request: Request) -> Reply:
            if not request.target.startswith("/v1/"):
                return reply({}, 404)
            return super().reply(replace(request, target=request.target.removeprefix("/v1")))

    def answer(request: Request) -> Reply:
        return reply() if is_valid(request) else reply({}, 400)

    with serving(Below({"GET /a": answer, "GET /b": answer})) as url:
        verdict = run_check(CONTRACT, url + "/v1", Options())

    assert (found(verdict), verdict.exit_code) == ([], 0)
    assert [note.operations for note in verdict.notes] == [("GET /a", "GET /b")]
