"""Interim answers, 204, redirects, failures that have one cause, and bodies that the contract does not describe."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.http.messages import Request
from tests.loopback import Handler, listening
from tests.openapi.check.between import Authority, tls
from tests.openapi.check.family.honest import JSON, Reply, serving
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

GET_X: Final = contract_of({"/x": {"get": {"responses": responses({"type": "object", "required": ["a"]})}}})
NOTHING: Final = {"description": "nothing"}
HINTS: Final = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n"


def interim(before: bytes, body: bytes = b'{"a": 1}') -> type[Handler]:
    """A right server for `GET /x` that sends `before` its 200."""

    class Hinting(Handler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.refuse
            raise AttributeError(name)

        def refuse(self) -> None:
            self.reply(405, Allow="GET, HEAD, OPTIONS")

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/x":
                return self.reply(404)
            self.wfile.write(before)
            self.send_response(200)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)
            return None

        do_HEAD = do_GET

        def do_OPTIONS(self) -> None:
            self.send_response(204)
            self.send_header("Allow", "GET, HEAD, OPTIONS")
            self.end_headers()

    return Hinting


@pytest.mark.parametrize("generate", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "before",
    [HINTS, b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", HINTS * 3],
    ids=["103", "102", "100", "three"],
)
def test_right_server_with_interim_answers_has_no_findings(before: bytes, generate: bool) -> None:
    with listening(interim(before)) as url:
        verdict = run_check(GET_X, url, Options(generate=generate))

    assert (found(verdict), verdict.exit_code) == ([], 0)


@pytest.mark.parametrize("generate", [False, pytest.param(True, marks=pytest.mark.long)])
def test_answer_after_interim_ones_is_judged(generate: bool) -> None:
    with listening(interim(HINTS, b"{}")) as url:
        verdict = run_check(GET_X, url, Options(generate=generate))

    assert [rule for rule, _, _ in found(verdict)] == ["body-schema"]


def test_endless_interim_answers_are_no_answer() -> None:
    with listening(interim(HINTS * 200)) as url:
        verdict = run_check(GET_X, url, Options(generate=False))

    assert found(verdict) == [("no-answer", "certain", "no answer follows 100 interim ones (1xx)")]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, []),
        ({"Content-Length": "0"}, ["a 204 has Content-Length, which it must not have"]),
        ({"Transfer-Encoding": "chunked"}, ["a 204 has Transfer-Encoding, which it must not have"]),
    ],
    ids=["right", "length", "chunked"],
)
@pytest.mark.parametrize("generate", [False, pytest.param(True, marks=pytest.mark.long)])
def test_204_that_declares_content_is_found(headers: dict[str, str], expected: list[str], generate: bool) -> None:
    contract = contract_of({"/x": {"get": {"responses": {"204": NOTHING}}}})
    verdict = checked(contract, Small({"GET /x": Reply(204, headers=headers)}), generate=generate)

    assert found(verdict) == [("content-length", "certain", message) for message in expected]
    assert all("RFC 9110 section 8.6" in finding.expected for finding in verdict.findings)


def test_body_of_an_answer_without_declared_content_is_probable() -> None:
    contract = contract_of({"/x": {"get": {"responses": {"200": NOTHING}}}})
    verdict = checked(contract, Small({"GET /x": reply({"a": 1})}))

    assert [(rule, certainty) for rule, certainty, _ in found(verdict)] == [("body-unexpected", "probable")]


def redirected(location: str, *declared: str) -> Verdict:
    """The verdict on a server that answers 302 with this Location; `declared` are the keys of its responses."""
    contract = contract_of({"/x": {"get": {"responses": {key: NOTHING for key in declared}}}})
    return checked(contract, Small({"GET /x": Reply(302, headers={"Location": location})}))


@pytest.mark.parametrize("declared", ["302", "3XX"])
@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://elsewhere.example:81/x", "/y", "//other/"])
def test_declared_redirect_may_lead_to_another_host(location: str, declared: str) -> None:
    assert found(redirected(location, declared)) == []


def test_undeclared_redirect_to_another_host_is_probable() -> None:
    verdict = redirected("https://elsewhere.example/", "200")

    assert {(rule, certainty) for rule, certainty, _ in found(verdict)} == {
        ("status-undeclared", "certain"),
        ("redirect", "probable"),
    }


def test_default_response_declares_no_redirect() -> None:
    verdict = redirected("https://elsewhere.example/", "default")

    assert [(rule, certainty) for rule, certainty, _ in found(verdict)] == [("redirect", "probable")]


@pytest.mark.parametrize(
    ("location", "rules"), [("http://127.0.0.1:8/", ["redirect"]), ("http://elsewhere.example/", [])]
)
def test_declared_redirect_to_the_same_host_without_tls_is_found(
    location: str, rules: list[str], tmp_path: Path
) -> None:
    contract = contract_of({"/x": {"get": {"responses": {"302": NOTHING}}}})
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server"))
    server = Small({"GET /x": Reply(302, headers={"Location": location})})
    with serving(server) as plain, tls(plain, context) as url:
        verdict = run_check(contract, url, Options(generate=False, ca_bundle=Path(authority.certificate)))

    assert [finding.rule.id for finding in verdict.findings] == rules


def test_server_that_always_fails_has_one_finding() -> None:
    verdict = checked(GET_X, Small({"GET /x": reply({}, 500)}))

    assert [rule for rule, _, _ in found(verdict)] == ["server-error"]


def test_server_that_fails_on_an_unknown_query_is_found() -> None:
    def answer(request: Request) -> Reply:
        return reply({}, 500) if request.query else reply({"a": 1})

    verdict = checked(GET_X, Small({"GET /x": answer}))

    assert found(verdict) == [
        ("server-error", "certain", "a query parameter that the contract does not declare is answered with 500")
    ]


def test_declared_failure_on_a_valid_request_is_one_finding() -> None:
    contract = contract_of({"/x": {"get": {"responses": responses(_500=NOTHING)}}})
    verdict = checked(contract, Small({"GET /x": Reply(500)}))

    assert found(verdict) == [("server-error", "certain", "a request that follows the contract is answered with 500")]


def test_205_with_content_is_found() -> None:
    contract = contract_of({"/x": {"get": {"responses": {"205": NOTHING}}}})
    verdict = checked(contract, Small({"GET /x": Reply(205, b"{}")}))

    assert ("content-length", "certain", "a 205 has content, which it must not have") in found(verdict)


@pytest.mark.parametrize("path", ["/gr\u00fc\u00dfe", "/\u65e5\u672c", "/a b"])
def test_path_beyond_the_characters_of_a_url_is_sent_encoded(path: str) -> None:
    contract = contract_of({path: {"get": {"responses": responses()}}})
    verdict = checked(contract, Small({f"GET {quote(path)}": reply()}))

    assert (found(verdict), verdict.exit_code) == ([], 0)


def test_redirect_of_another_spelling_to_another_host_is_probable() -> None:
    class Slashing(Small):
        def reply(self, request: Request) -> Reply:
            if request.path == "/x/":
                return Reply(301, headers={"Location": "https://elsewhere.example/x"})
            return super().reply(request)

    verdict = checked(GET_X, Slashing({"GET /x": reply({"a": 1})}))

    assert [(rule, certainty) for rule, certainty, _ in found(verdict)] == [("redirect", "probable")]
