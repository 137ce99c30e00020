"""A server that fails on a quote is found wherever a request can carry one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs, unquote

import pytest

from openapi.http.messages import Request, values_of
from tests.openapi.check.family.honest import Reply
from tests.openapi.check.family.small import Small, checked, contract_of, reply, responses

TEXT: Final = {"type": "string"}
OBJECT: Final = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}


def parameter(location: str) -> dict[str, Any]:
    return {"parameters": [{"name": "q", "in": location, "required": True, "schema": TEXT}]}


def body(media_type: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media_type: {"schema": OBJECT}}}}


def in_header(name: str) -> Callable[[Request], str]:
    return lambda request: "".join(values_of(request.headers, name))


def in_body(request: Request) -> str:
    return unquote(request.body.decode())


# Where the value is, the operation, and how a server reads the place.
PLACES: Final = [
    ("path q", "/{q}", "get", parameter("path"), lambda request: unquote(request.path)),
    ("query q", "/x", "get", parameter("query"), lambda request: "".join(parse_qs(request.query).get("q", ""))),
    ("header q", "/x", "get", parameter("header"), in_header("q")),
    ("body name", "/x", "post", body("application/json"), in_body),
    ("body name", "/x", "post", body("application/x-www-form-urlencoded"), in_body),
    ("body name", "/x", "post", body("multipart/form-data"), in_body),
]


@pytest.mark.parametrize(
    ("place", "path", "method", "operation", "read"),
    PLACES,
    ids=["path", "query", "header", "JSON", "urlencoded", "multipart"],
)
def test_a_server_that_fails_on_a_quote_is_found(
    place: str, path: str, method: str, operation: dict[str, Any], read: Callable[[Request], str]
) -> None:
    def answer(request: Request) -> Reply:
        return reply({"error": "internal"}, 500) if "'" in read(request) else reply({})

    declared = responses(None, _400={"description": "refused"})
    contract = contract_of({path: {method: {**operation, "responses": declared}}})
    verdict = checked(
        contract, Small({f"{method.upper()} {path}": answer}), generate=True, allow_writes=True, max_requests=120
    )

    failures = [finding for finding in verdict.findings if finding.rule.id == "server-error"]
    assert any(place in finding.message for finding in failures), [finding.message for finding in verdict.findings]
