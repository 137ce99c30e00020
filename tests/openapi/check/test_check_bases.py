"""The check calls each operation at the server that the contract declares for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract, parse_contract
from openapi.http.messages import Request
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from openapi.validation import ContractValidator
from tests.openapi.check.family.correct import serving_asgi
from tests.openapi.check.family.honest import JSON, Reply, Server, serving

OK = "responses: {'200': {description: d, content: {application/json: {schema: {type: integer}}}}}"


class At(Server):
    """Answers GET at these paths with 200, and everything else with 404 or 405."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)

    def reply(self, request: Request) -> Reply:
        if request.path not in self._paths:
            return Reply(404)
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": self.allow})
        if request.method not in ("GET", "HEAD"):
            return Reply(405, headers={"Allow": self.allow})
        return Reply(200, b"1", {"Content-Type": JSON})


def checked(document: str, paths: Iterable[str], below: str = "", **options: Any) -> tuple[Verdict, str]:
    contract = parse_contract(
        f"openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{document}".encode(), "c", lenient=True
    )
    with serving(At(paths)) as url:
        return run_check(contract, url + below, Options(**{"generate": False, **options})), url


@pytest.mark.parametrize("generate", [False, True])
@pytest.mark.parametrize(
    ("document", "below", "paths"),
    [
        (f"paths: {{/x: {{get: {{servers: [{{url: /other}}], {OK}}}}}}}", "", ["/other/x"]),
        (f"paths: {{/x: {{servers: [{{url: /other}}], get: {{{OK}}}}}}}", "", ["/other/x"]),
        (
            f"paths: {{/x: {{servers: [{{url: /a}}], get: {{servers: [{{url: /b}}], {OK}}}}}, /y: {{get: {{{OK}}}}}}}",
            "",
            ["/b/x", "/y"],
        ),
        (
            "servers: [{url: /v1}]\n"
            f"paths: {{/x: {{get: {{servers: [{{url: /v2}}], {OK}}}}}, /y: {{get: {{{OK}}}}}}}",
            "/gate/v1",
            ["/gate/v2/x", "/gate/v1/y"],
        ),
        (
            "servers: [{url: 'https://api.example.com/v1'}]\n"
            f"paths: {{/x: {{get: {{servers: [{{url: 'https://api.example.com/v2'}}], {OK}}}}}}}",
            "/v1",
            ["/v2/x"],
        ),
        (
            "paths: {/x: {get: {servers: [{url: '/{version}', variables: {version: {default: v3}}}], " + OK + "}}}",
            "",
            ["/v3/x"],
        ),
    ],
    ids=["operation", "path", "both", "below", "absolute", "variable"],
)
def test_servers_of_paths_and_operations_are_used(document: str, below: str, paths: list[str], generate: bool) -> None:
    verdict, _ = checked(document, paths, below, generate=generate)

    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)
    assert all(200 in item.seen for item in verdict.coverage)


def test_an_operation_at_another_host_is_left_out() -> None:
    document = (
        f"paths: {{/x: {{get: {{servers: [{{url: 'https://up.example.com/v2'}}], {OK}}}}}, /y: {{get: {{{OK}}}}}}}"
    )
    verdict, _ = checked(document, ["/y"])

    assert [item.operation for item in verdict.coverage] == ["GET /y"]
    assert ("GET /x", "it is at another server; check it with the URL https://up.example.com/v2") in [
        (left.operation, left.reason) for left in verdict.left_out
    ]


@pytest.mark.parametrize("server", ["/api/v1", "https://api.example.com/api/v1/", "/api/{v}"])
def test_a_url_without_the_base_path_of_the_document_is_an_obstacle(server: str) -> None:
    servers = f"servers: [{{url: '{server}', variables: {{v: {{default: v1}}}}}}]"
    document = f"{servers}\npaths: {{/x: {{get: {{{OK}}}}}}}"
    verdict, url = checked(document, ["/api/v1/x"])

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == (
        f"every request is answered with 404, but not below /api/v1; did you mean {url}/api/v1?",
    )


def test_a_server_without_the_base_path_of_the_document_is_checked_as_it_is() -> None:
    verdict, _ = checked(f"servers: [{{url: /api/v1}}]\npaths: {{/x: {{get: {{{OK}}}}}}}", ["/x"])

    assert (verdict.findings, verdict.exit_code) == ((), 0)


SERVED = f"""\
openapi: 3.0.3
info: {{title: T, version: '1'}}
servers: [{{url: 'https://api.example.com/v1'}}]
paths:
  /x: {{get: {{servers: [{{url: /other}}], {OK}}}}}
  /y: {{servers: [{{url: /p}}], get: {{servers: [{{url: /q}}, {{url: /r}}], {OK}}}}}
  /z: {{get: {{{OK}}}}}
"""


@pytest.mark.parametrize("below", ["", "/v1"])
def test_mock_answers_at_the_servers_of_operations(tmp_path: Path, below: str) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text(SERVED)
    with serving_asgi(create_mock(Mock({"": file}, None, MockSettings(), None))) as url:
        verdict = run_check(load_contract(file, lenient=True), url + below, Options(generate=False))

    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)


@pytest.mark.parametrize("path", ["/x", "/other/x", "/q/y", "/r/y", "/z"])
def test_validator_knows_the_servers_of_operations(path: str) -> None:
    judge = ContractValidator(parse_contract(SERVED.encode(), "c", lenient=True))

    assert judge.request(Request("GET", path)) == []


@pytest.mark.parametrize(
    ("method", "path", "rule", "pointer"),
    [
        ("GET", "/other/z", "path-undeclared", "/paths"),
        ("GET", "/p/y", "path-undeclared", "/paths"),
        ("PUT", "/other/x", "method-undeclared", "/paths/~1x"),
    ],
)
def test_validator_knows_no_other_path(method: str, path: str, rule: str, pointer: str) -> None:
    judge = ContractValidator(parse_contract(SERVED.encode(), "c", lenient=True))

    assert [(v.rule, v.pointer) for v in judge.request(Request(method, path))] == [(rule, pointer)]
