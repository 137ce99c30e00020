"""A wrong URL is an obstacle that says which URL to use, not a broken contract."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract, parse_contract
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.between import Authority, tls
from tests.openapi.check.family.honest import PATH, Reply, Server, error, good_token, serving
from tests.openapi.check.family.small import Small, reply, responses

CONTRACT = load_contract(FROZEN)


def checked(url: str, **options: Any) -> Verdict:
    return run_check(CONTRACT, url, Options(token=good_token, generate=False, **options))


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("below", ["", "/relay"])
def test_url_that_ends_in_a_path_of_the_contract_is_an_obstacle(below: str, end: str) -> None:
    class Below(Server):
        def reply(self, request: Request) -> Reply:
            return super().reply(Request(request.method, request.target.removeprefix(below), request.headers))

    with serving(Below()) as url:
        verdict = checked(url + below + PATH + end)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == (
        f"the URL ends in a path of the contract, which the check adds itself; use {url}{below}",
    )


def test_server_that_answers_404_everywhere_is_not_judged() -> None:
    class Empty(Server):
        def reply(self, request: Request) -> Reply:
            return error(404, "NOT_FOUND", "There is nothing here.")

    with serving(Empty()) as url:
        verdict = checked(url + PATH)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles[0].startswith("every valid request was answered with 404: the URL may lack a path prefix")


@pytest.mark.parametrize("token", [None, "t"], ids=["without a token", "with one"])
def test_api_below_a_base_path_is_found_although_the_server_has_pages_with_paths_of_the_contract(
    token: str | None,
) -> None:
    paths = {path: {"get": {"responses": responses()}} for path in ("/health", "/jobs", "/users", "/pools")}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    contract = parse_contract(json.dumps({**document, "servers": [{"url": "/api/v1"}]}).encode(), "c", lenient=True)

    def guarded(request: Request) -> Reply:
        return reply() if request.header("authorization") else reply({}, 401, WWW_Authenticate="Bearer")

    answers = {"GET /health": reply(), "GET /api/v1/health": reply()}
    server = Small({**answers, **{f"GET /api/v1{path}": guarded for path in paths}})
    with serving(server) as url:
        options = Options(token=(lambda: token) if token else None, always_send_token=True, generate=False)
        verdict = run_check(contract, url, options)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == (
        f"3 of 4 requests are answered with 404, but not below /api/v1; did you mean {url}/api/v1?",
    )


def test_http_url_of_a_tls_server_is_an_obstacle(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority(tmp_path, "authority").issue("server"))
    with serving(Server()) as plain, tls(plain, context) as url:
        verdict = checked(url.replace("https", "http"), timeout=1)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == (f"{url.removeprefix('https://')} speaks TLS; use {url}",)
