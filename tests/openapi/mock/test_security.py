"""Credentials: the mock requires those of the operation, and checks the times of tokens with `--auth jwt`."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from typing import Any

import jwt
import orjson
import pytest

from openapi.contract import Operation, parse_contract
from openapi.mock.answers.authentication import Auth, check, mint
from openapi.mock.answers.refusals import Refusal
from openapi.parameters.request_parts import RequestParts

NOW = 1_800_000_000.0
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "Basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known/openid-configuration"},
}


def operation(*requirements: dict[str, list[str]]) -> Operation:
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Invented", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "operationId": "get_a",
                    "security": list(requirements),
                    "responses": {"200": {"description": "A"}},
                }
            }
        },
        "components": {"securitySchemes": SCHEMES},
    }
    return parse_contract(orjson.dumps(document), "a.json").operation("get_a")


def needing(*names: str) -> Operation:
    """An operation that requires any one of these schemes."""
    requirements: list[dict[str, list[str]]] = [{name: []} for name in names]
    return operation(*requirements)


def refusal(
    wanted: Operation,
    auth: Auth = "presence",
    query: str = "",
    sent: Mapping[str, str] | None = None,
    **more: str,
) -> Refusal | None:
    headers = {name.replace("_", "-"): value for name, value in {**(sent or {}), **more}.items()}
    try:
        check(wanted, RequestParts("/a", {}, query, tuple(headers.items())), auth, NOW)
    except Refusal as found:
        return found
    return None


def token(**claims: Any) -> str:
    return jwt.encode(claims, "a key that the mock does not have, of 32 bytes", "HS256")


def unsigned(header: object, claims: object) -> str:
    parts = (base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in (header, claims))
    return ".".join(parts) + "."


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        ("bearer", {"authorization": "Bearer x"}),
        ("bearer", {"authorization": "bEARER x"}),
        ("basic", {"authorization": "Basic eDp5"}),
        ("digest", {"authorization": "Digest username=x"}),
        ("header", {"x_key": "k"}),
        ("cookie", {"cookie": 'a=b; sid="k"'}),
        ("oauth", {"authorization": "Bearer x"}),
        ("openid", {"authorization": "Bearer x"}),
    ],
)
def test_credentials_are_accepted_in_the_place_of_the_scheme(scheme: str, sent: dict[str, str]) -> None:
    assert refusal(needing(scheme), sent=sent) is None


def test_an_api_key_is_accepted_in_the_query() -> None:
    assert refusal(needing("query"), query="a=b&key=k") is None


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        ("bearer", 'Bearer realm="tether-relay"'),
        ("basic", 'Basic realm="tether-relay"'),
        ("oauth", 'Bearer realm="tether-relay"'),
        ("openid", 'Bearer realm="tether-relay"'),
        ("header", 'ApiKey realm="tether-relay", in="header", name="X-Key"'),
        ("query", 'ApiKey realm="tether-relay", in="query", name="key"'),
        ("cookie", 'ApiKey realm="tether-relay", in="cookie", name="sid"'),
    ],
)
def test_the_challenge_names_the_missing_credentials(scheme: str, challenge: str) -> None:
    found = refusal(needing(scheme), query="other=1", x_other="1", cookie="other=1")

    assert found is not None
    assert (found.status, found.code, found.headers) == (401, "TOKEN_MISSING", {"WWW-Authenticate": challenge})


def test_the_challenge_of_digest_has_a_nonce_and_says_what_is_supported() -> None:
    found = refusal(needing("digest"))

    assert found is not None
    challenge = 'Digest realm="tether-relay", qop="auth", algorithm=SHA-256, nonce="[A-Za-z0-9_-]{43}"'
    assert re.fullmatch(challenge, found.headers["WWW-Authenticate"])


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer  ", "x"])
def test_other_credentials_than_a_bearer_token_are_refused(authorization: str) -> None:
    found = refusal(needing("bearer"), authorization=authorization)

    assert found is not None
    assert found.code == "TOKEN_INVALID"


@pytest.mark.parametrize("empty", [{"x_key": ""}, {"cookie": "sid="}])
def test_an_empty_api_key_is_refused(empty: dict[str, str]) -> None:
    assert refusal(needing("header", "cookie"), sent=empty) is not None


def test_one_of_several_requirements_is_enough() -> None:
    assert refusal(needing("bearer", "header"), x_key="k") is None


def test_every_scheme_of_a_requirement_must_be_met() -> None:
    both = operation({"header": [], "bearer": []})

    assert refusal(both, x_key="k", authorization="Bearer x") is None
    assert refusal(both, x_key="k") is not None
    assert refusal(both, authorization="Bearer x") is not None


def test_every_unmet_requirement_has_a_challenge() -> None:
    found = refusal(needing("header", "bearer"), authorization="Basic eDp5")

    assert found is not None
    assert found.code == "TOKEN_INVALID"
    assert found.headers["WWW-Authenticate"] == (
        'Bearer realm="tether-relay", ApiKey realm="tether-relay", in="header", name="X-Key"'
    )


@pytest.mark.parametrize("requirements", [(), ({"bearer": []}, {})], ids=["none", "an empty one"])
def test_a_public_operation_requires_no_credentials(requirements: tuple[dict[str, list[str]], ...]) -> None:
    assert refusal(operation(*requirements), "jwt") is None


def test_auth_off_requires_no_credentials() -> None:
    assert refusal(needing("bearer"), "off") is None


@pytest.mark.parametrize(
    "accepted",
    [
        token(),
        token(exp=NOW + 1),
        token(exp=NOW + 0.5),
        token(nbf=NOW, exp=NOW + 60),
        unsigned({"alg": "none"}, {}),
        token(exp=int(NOW) + 60)[:-4] + "AAAA",
    ],
    ids=["no times", "exp ahead", "a fraction", "nbf now", "no signature", "a wrong signature"],
)
@pytest.mark.parametrize("scheme", ["bearer", "oauth", "openid"])
def test_a_token_is_valid_within_its_times_with_any_signature(accepted: str, scheme: str) -> None:
    assert refusal(needing(scheme), "jwt", authorization=f"Bearer {accepted}") is None


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (token(exp=NOW), "TOKEN_EXPIRED"),
        (token(exp=NOW - 1, nbf=NOW + 60), "TOKEN_EXPIRED"),
        (token(nbf=NOW + 1), "TOKEN_INVALID"),
        (unsigned({}, {"exp": "soon"}), "TOKEN_INVALID"),
        (unsigned({}, {"exp": True}), "TOKEN_INVALID"),
        (unsigned({}, {"nbf": None}), "TOKEN_INVALID"),
        (unsigned({}, []), "TOKEN_INVALID"),
        (unsigned([], {}), "TOKEN_INVALID"),
        ("mock", "TOKEN_INVALID"),
        ("a.b.c", "TOKEN_INVALID"),
        ("a.b", "TOKEN_INVALID"),
        ("é.é.é", "TOKEN_INVALID"),
        ("e30.e30.x.y", "TOKEN_INVALID"),
    ],
)
def test_an_invalid_token_is_refused_with_its_code(sent: str, code: str) -> None:
    found = refusal(needing("bearer"), "jwt", authorization=f"Bearer {sent}")

    assert found is not None
    assert (found.status, found.code) == (401, code)
    assert found.headers["WWW-Authenticate"] == 'Bearer realm="tether-relay", error="invalid_token"'


def test_auth_presence_accepts_an_expired_token() -> None:
    assert refusal(needing("bearer"), authorization=f"Bearer {token(exp=NOW - 1)}") is None


@pytest.mark.parametrize("ttl", [30, 0, -30])
def test_a_minted_token_is_a_jwt_with_its_times(ttl: int) -> None:
    minted, expires = mint(ttl, time.time())
    claims = jwt.decode(minted, options={"verify_signature": False})

    assert claims["exp"] == expires
    assert claims["sub"] == "user_mock"
    assert claims["iat"] <= claims["exp"]
    assert (refusal(needing("bearer"), "jwt", authorization=f"Bearer {mint(ttl, NOW)[0]}") is None) == (ttl > 0)


def test_the_first_cookie_of_each_name_counts() -> None:
    read = RequestParts("/a", {}, "", (("cookie", 'a=1; b="2"; a=3; c; =x'),)).cookies

    assert {name: values[0] for name, values in read.items()} == {"a": "1", "b": "2", "c": "", "": "x"}
