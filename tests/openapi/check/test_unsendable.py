"""An operation whose request HTTP cannot send is an obstacle; the others are checked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import parse_contract
from tests.openapi.gateway.bytewise import behind, sending

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
ANSWERS = {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}}
TEXT = {"type": "string"}


def checked(odd: dict[str, Any], path: str = "/odd", method: str = "get", **more: Any) -> Verdict:
    """The verdict on a contract with one usual operation, and an odd one."""
    paths = {"/usual": {"get": {"responses": ANSWERS}}, path: {method: {"responses": ANSWERS, **odd}}}
    info = {"title": "T", "version": "1"}
    document = json.dumps({"openapi": "3.0.3", "info": info, "paths": paths, **more}).encode()
    options = Options(generate=False, allow_writes=True, timeout=3, token=lambda: "a-token-of-a-test")
    with behind(sending(OK)) as url:
        return run_check(parse_contract(document, "odd.json", lenient=True), url, options)


def required(name: str, location: str = "header", **schema: Any) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": location, "required": True, "schema": {**TEXT, **schema}}]}


def answered(verdict: Verdict) -> set[str]:
    return {item.operation for item in verdict.coverage if item.seen}


@pytest.mark.parametrize("name", ["X Api Key", "X-Ä", "", "X:Y", "X\r\nY: z"])
def test_operation_with_a_header_that_http_cannot_send_could_not_be_asked(name: str) -> None:
    verdict = checked(required(name))

    reason = f"HTTP cannot send a header with the name {name!r} (RFC 9110 section 5.1)"
    assert verdict.obstacles == (f"GET /odd could not be asked: {reason}",)
    assert answered(verdict) == {"GET /usual"}
    assert not verdict.failed


@pytest.mark.parametrize("scheme", [("header", "X Api Key"), ("cookie", "ä b;")])
def test_operation_with_a_key_that_http_cannot_send_could_not_be_asked(scheme: tuple[str, str]) -> None:
    location, name = scheme
    schemes = {"key": {"type": "apiKey", "in": location, "name": name}}
    verdict = checked({"security": [{"key": []}]}, components={"securitySchemes": schemes})

    assert len(verdict.obstacles) == 1
    assert verdict.obstacles[0].startswith(f"GET /odd could not be asked: HTTP cannot send a {location} with the name")
    assert "GET /usual" in answered(verdict)


@pytest.mark.parametrize("value", ["a\r\nb: c", "€"])
def test_value_that_a_header_cannot_have_is_not_sent(value: str) -> None:
    verdict = checked(required("X-A", enum=[value]))

    assert verdict.obstacles[0].startswith("GET /odd: no request that follows the contract can be generated")
    assert answered(verdict) == {"GET /usual"}


def test_media_type_that_is_no_header_value_could_not_be_asked() -> None:
    body = {"required": True, "content": {"text/plain; a=\r\n€": {"schema": TEXT}}}
    verdict = checked({"requestBody": body}, method="post")

    assert verdict.obstacles == (
        "POST /odd could not be asked: HTTP cannot send the value of the header Content-Type (RFC 9110 section 5.5)",
    )
    assert answered(verdict) == {"GET /usual"}


@pytest.mark.parametrize(
    "odd",
    [
        required("a b&ä=\r\n", "query"),
        {"servers": [{"url": "http://[::1"}]},
        {"servers": [{"url": "/ä b\r\n"}]},
        {"responses": {**ANSWERS, "400": {"description": "d", "content": {"a\r\nb": {"schema": TEXT}}}}},
        {"parameters": [{"name": "X Y", "in": "header", "schema": TEXT}]},
    ],
)
def test_operation_with_other_odd_names_is_asked(odd: dict[str, Any]) -> None:
    verdict = checked(odd)

    assert not verdict.failed
    assert "GET /usual" in answered(verdict)


def test_path_with_odd_characters_is_asked() -> None:
    verdict = checked({}, path="/ä b\r\n?#%")

    assert not verdict.failed
    assert "GET /ä b\r\n?#%" in answered(verdict)


def test_contract_that_http_cannot_ask_for_at_all_has_no_verdict() -> None:
    info = {"title": "T", "version": "1"}
    paths = {"/odd": {"get": {"responses": ANSWERS, **required("X Y")}}}
    document = json.dumps({"openapi": "3.0.3", "info": info, "paths": paths}).encode()
    with behind(sending(OK)) as url:
        verdict = run_check(parse_contract(document, "odd.json", lenient=True), url, Options(generate=False))

    assert (verdict.exit_code, len(verdict.obstacles)) == (2, 1)
