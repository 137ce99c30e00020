"""Credentials that an operation must refuse: each scheme of several, refusals that hide what exists, bearer tokens of
OAuth 2.0 and OpenID Connect."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs

import pytest

from openapi.check import Options, run_check
from openapi.contract import Contract
from openapi.http.messages import Request
from tests.openapi.check.family.honest import SECRET, Reply, Server, good_token, serving
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

KEY: Final = "a-key-that-opens"
PROBLEM: Final = {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}
FLOWS: Final = {"clientCredentials": {"tokenUrl": "https://id.example/token", "scopes": {}}}
SCHEMES: Final[dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "id": {"type": "apiKey", "in": "query", "name": "client"},
    "sid": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "tag": {"type": "apiKey", "in": "cookie", "name": "tag"},
    "token": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": FLOWS},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known/openid-configuration"},
}
UNAUTHORIZED: Final = reply({}, 401, WWW_Authenticate="Bearer")


def contract(*requirements: dict[str, list[str]], **others: object) -> Contract:
    """`GET /x` with these security requirements, and with 401 unless `others` are its refusals."""
    declared = responses(**(others or {"_401": PROBLEM}))
    return contract_of(
        {"/x": {"get": {"security": list(requirements), "responses": declared}}}, {"securitySchemes": SCHEMES}
    )


def sent(request: Request) -> dict[str, str]:
    """The credentials of a request by the names of their schemes."""
    cookies = dict(pair.strip().split("=", 1) for pair in (request.header("cookie") or "").split(";") if "=" in pair)
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    values = {
        "key": request.header("x-key"),
        "id": parse_qs(request.query).get("client", [None])[0],
        "sid": cookies.get("sid"),
        "tag": cookies.get("tag"),
        "token": token if scheme == "Bearer" else "",
    }
    return {name: value for name, value in values.items() if value}


class Guarded(Server):
    """Answers 401 unless each scheme in `verified` has the key."""

    def __init__(self, *verified: str, refusal: Reply = UNAUTHORIZED) -> None:
        def answer(request: Request) -> Reply:
            return reply() if all(sent(request).get(name) == KEY for name in verified) else refusal

        self._small = Small({"GET /x": answer})

    def reply(self, request: Request) -> Reply:
        return self._small.reply(request)


PAIRS: Final = [("key", "id"), ("key", "token"), ("sid", "tag"), ("key", "id", "sid")]


@pytest.mark.parametrize("schemes", PAIRS, ids="+".join)
def test_server_that_verifies_each_scheme_has_no_findings(schemes: tuple[str, ...]) -> None:
    requirement: dict[str, list[str]] = {name: [] for name in schemes}
    verdict = checked(contract(requirement), Guarded(*schemes), token=lambda: KEY)

    assert (found(verdict), verdict.exit_code) == ([], 0)


@pytest.mark.parametrize(("schemes", "forgotten"), [(schemes, name) for schemes in PAIRS for name in schemes], ids=str)
def test_scheme_that_the_server_forgets_is_found_by_name(schemes: tuple[str, ...], forgotten: str) -> None:
    requirement: dict[str, list[str]] = {name: [] for name in schemes}
    server = Guarded(*(name for name in schemes if name != forgotten))
    verdict = checked(contract(requirement), server, token=lambda: KEY)

    assert found(verdict) == [("auth-missing", "certain", f"no credentials for {forgotten}: accepted with 200")]
    assert verdict.findings[0].where == forgotten


def test_operation_with_two_schemes_that_lets_anyone_in_is_one_finding() -> None:
    verdict = checked(contract({"key": [], "id": []}), Guarded(), token=lambda: KEY)

    assert found(verdict) == [("auth-missing", "certain", "no credentials: accepted with 200")]


def test_wrong_value_for_one_of_two_schemes_is_found() -> None:
    def answer(request: Request) -> Reply:
        given = sent(request)
        return reply() if given.get("key") == KEY and "id" in given else UNAUTHORIZED

    verdict = checked(contract({"key": [], "id": []}), Small({"GET /x": answer}), token=lambda: KEY)

    assert found(verdict) == [("auth-garbage", "certain", "made-up credentials for id: accepted with 200")]


def test_scheme_may_be_left_out_where_the_rest_is_another_requirement() -> None:
    """The requirement with a key alone is satisfied by what is left of the other."""
    alternatives = contract({"digest": [], "key": []}, {"key": [], "id": []}, {"id": []})
    verdict = checked(alternatives, Guarded("id"), token=lambda: KEY)

    assert found(verdict) == []


def test_server_that_validates_the_path_before_the_credentials_has_no_findings() -> None:
    """The probes send a value that the pattern of the path allows, so that no 400 is blamed on the credentials."""
    code = {
        "in": "path",
        "name": "code",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{4}$"},
    }
    operation = {"parameters": [code], "security": [{"token": []}], "responses": responses(_400=PROBLEM, _401=PROBLEM)}

    def answer(request: Request) -> Reply:
        if not re.fullmatch("/x/[A-Z]{3}[0-9]{4}", request.path):
            return reply({}, 400)
        return reply() if sent(request).get("token") == KEY else UNAUTHORIZED

    patterned = contract_of({"/x/{code}": {"get": operation}}, {"securitySchemes": SCHEMES})
    verdict = checked(patterned, Small({"GET /x/{code}": answer}), token=lambda: KEY)
    judged = {case.rule.id for case in verdict.cases if case.outcome.value != "not seen"}

    assert found(verdict) == []
    assert {"auth-missing", "auth-garbage"} <= judged


@pytest.mark.parametrize("status", [403, 404])
def test_refusal_that_hides_what_exists_is_probable_if_401_is_declared(status: int) -> None:
    server = Guarded("token", refusal=reply({}, status))
    verdict = checked(contract({"token": []}, _401=PROBLEM, _404=PROBLEM), server, token=lambda: KEY)

    assert {(rule, certainty) for rule, certainty, _ in found(verdict)} == {("auth-status", "probable")}
    assert len(verdict.findings) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_declared_refusal_that_hides_what_exists_is_right_without_a_declared_401(status: int) -> None:
    server = Guarded("token", refusal=reply({}, status))
    others = {f"_{status}": PROBLEM}
    verdict = checked(contract({"token": []}, **others), server, token=lambda: KEY)

    assert (found(verdict), verdict.exit_code) == ([], 0)


@pytest.mark.parametrize("status", [302, 405, 500])
def test_other_status_for_missing_credentials_stays_certain(status: int) -> None:
    server = Guarded("token", refusal=Reply(status, headers={"Location": "/login"}))
    verdict = checked(contract({"token": []}), server, token=lambda: KEY)

    assert [(rule, certainty) for rule, certainty, _ in found(verdict)] == [("auth-status", "certain")]


def test_operation_that_lets_anyone_in_has_no_second_finding_of_the_status() -> None:
    """It answers made-up credentials with 404, because it looks for their user."""

    def answer(request: Request) -> Reply:
        return reply() if sent(request).get("token") in (None, KEY) else reply({}, 404)

    contract_ = contract({"token": []}, _401=PROBLEM, _404=PROBLEM)
    verdict = checked(contract_, Small({"GET /x": answer}), token=lambda: KEY)

    assert [rule for rule, _, _ in found(verdict)] == ["auth-missing"]


@pytest.mark.parametrize("scheme", ["token", "oauth", "oidc"])
def test_bearer_token_of_each_kind_of_scheme_is_probed(scheme: str) -> None:
    class Verifying(Server):
        def reply(self, request: Request) -> Reply:
            return super().reply(
                Request(request.method, request.target.replace("/x", "/api/calls/providers"), request.headers)
            )

        def success(self, request: Request) -> Reply:
            return reply()

    right = checked(contract({scheme: []}), Verifying(), token=good_token, signing_key=SECRET.encode())
    lax = type("Lax", (Verifying,), {"claims": lambda self, token: {"sub": "anyone"}})()
    wrong = checked(contract({scheme: []}), lax, token=good_token, signing_key=SECRET.encode())
    judged = {case.rule.id for case in right.cases if case.outcome.value == "passed"}

    assert found(right) == []
    assert {"auth-missing", "auth-garbage", "auth-signature", "auth-none", "auth-expired", "auth-challenge"} <= judged
    assert [rule for rule, _, _ in found(wrong)] == ["auth-garbage"]


def test_credentials_given_as_a_header_are_left_out_by_the_probe() -> None:
    """A header for every request would let each attempt in."""
    verdict = checked(contract({"token": []}), Guarded("token"), headers=(("Authorization", f"Bearer {KEY}"),))

    assert (found(verdict), verdict.exit_code) == ([], 0)


def test_header_that_is_no_credential_of_the_contract_is_in_every_request() -> None:
    seen: list[Request] = []
    with serving(Small({"GET /x": reply()}), seen.append) as url:
        headers = (("Authorization", "Basic Z2F0ZTp3YXk="), ("X-Trace", "1"))
        run_check(contract({"token": []}), url, Options(generate=False, token=lambda: KEY, headers=headers))

    assert {request.header("x-trace") for request in seen} == {"1"}
    assert "Basic Z2F0ZTp3YXk=" in {request.header("authorization") for request in seen}
