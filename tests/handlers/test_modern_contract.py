"""The published contract, rewritten in OpenAPI 3.1 and 3.2, is served with the same answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import handlers
from handlers.authentication.auth import BearerAuthenticator
from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import secret_key
from handlers.authentication.tokens import TokenVerifier
from handlers.errors import failure_of
from openapi.contract import STRICT, Contract, load_contract, parse_contract
from openapi.server import create_server
from store import SQLiteReader
from tests.openapi.conftest import Client

PATH = "/api/calls/providers"


def modern(value: Any) -> Any:
    """A document in the words of OpenAPI 3.1: a list of types instead of `nullable`."""
    if isinstance(value, list):
        return [modern(each) for each in value]
    if not isinstance(value, dict):
        return value
    written = {key: modern(each) for key, each in value.items() if key != "nullable"}
    return written | {"type": [value["type"], "null"]} if value.get("nullable") is True else written


def rewritten(version: str) -> Contract:
    document = modern(load_contract().as_dict()) | {"openapi": version}
    return parse_contract(json.dumps(document).encode(), "rewritten.json")


def served(contract: Contract, store: SQLiteReader, secret: str) -> Client:
    authenticator = BearerAuthenticator(TokenVerifier(FixedKey(secret_key(secret)), TokenRules()), store)
    app = create_server(
        [contract, contract.with_overlay(STRICT)],
        handlers,
        errors=failure_of,
        authenticators={"bearer": authenticator},
        services={"store": store},
        writers={"writer": None},  # no operation of this test writes
    )
    return Client(app)


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """The parts of an answer that do not change from request to request."""
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "x-request-id"}


@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
@pytest.mark.parametrize("user", ["user_ada", "user_bea", "user_cem", "user_eli", "user_lone", "user_gone", None])
def test_the_answers_are_those_of_the_published_contract(
    store: SQLiteReader, secret: str, forge: Callable[..., str], version: str, user: str | None
) -> None:
    token = forge({"sub": user, "exp": int(time.time()) + 60}) if user else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    published = served(load_contract(), store, secret).get(PATH, headers=headers)
    later = served(rewritten(version), store, secret).get(PATH, headers=headers)

    assert told(later) == told(published)


def test_an_answer_that_breaks_the_contract_is_refused(
    store: SQLiteReader, secret: str, forge: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = forge({"sub": "user_ada", "exp": int(time.time()) + 60})

    async def wrong(caller: object, store: object) -> dict[str, object]:
        return {"provider": "sinch", "phoneNumber": 5}

    wrong.__module__ = "handlers.calls"  # handlers that a module only imports do not count
    monkeypatch.setattr("handlers.calls.get_calls_providers", wrong)
    answer = served(rewritten("3.1.0"), store, secret).get(PATH, headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (500, "RESPONSE_INVALID")
