"""Servers that are slow or busy, have a base path, or use other kinds of keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openapi.check import Options, Verdict, run_check
from openapi.contract import Contract, load_contract, parse_contract
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.loopback import Handler, listening
from tests.openapi.check.family.honest import PATH, Reply, Server, error, good_token, serving
from tests.openapi.check.family.things import CONTRACT as THINGS

CONTRACT = load_contract(FROZEN)
KEYS: dict[str, Callable[[], Any]] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def checked(url: str, contract: Contract = CONTRACT, *, generate: bool = False, **options: Any) -> Verdict:
    return run_check(contract, url, Options(generate=generate, **{"token": good_token, **options}))


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


class Verifying(Server):
    """Accepts the tokens of one key; `lax` turns off parts of the verification."""

    def __init__(self, key: Any, algorithm: str, lax: dict[str, bool] | None = None) -> None:
        self._key = key.public_key()
        self._algorithm = algorithm
        self._lax = lax or {}

    def claims(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(token, self._key, [self._algorithm], options=self._lax)  # type: ignore[arg-type]
        return claims


@pytest.mark.parametrize(
    ("lax", "found"),
    [({}, set()), ({"verify_exp": False}, {"auth-expired"}), ({"verify_nbf": False}, {"auth-not-yet-valid"})],
    ids=["strict", "no exp", "no nbf"],
)
@pytest.mark.parametrize("algorithm", KEYS)
def test_expired_and_early_tokens_are_signed_with_a_private_key(
    algorithm: str, lax: dict[str, bool], found: set[str]
) -> None:
    key = KEYS[algorithm]()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    token = jwt.encode({"sub": "user_ada", "exp": int(time.time()) + 3600}, key, algorithm, headers={"kid": "one"})
    with serving(Verifying(key, algorithm, lax)) as url:
        verdict = checked(url, token=lambda: token, signing_key=pem)
    judged = {case.rule.id for case in verdict.cases if case.outcome.value != "not seen"}

    assert (rules(verdict), verdict.obstacles) == (found, ())
    assert {"auth-expired", "auth-not-yet-valid"} <= judged


class Dripping(Handler):
    """Starts its answer at once, and then sends a byte every 0.1 s, for longer than the timeout."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "600")
        self.end_headers()
        try:
            for _ in range(600):
                self.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            self.close_connection = True


def test_slow_answer_is_abandoned_after_the_timeout() -> None:
    started = time.monotonic()
    with listening(Dripping) as url:
        verdict = checked(url, timeout=0.5, generate=True)

        assert time.monotonic() - started < 5
    assert (rules(verdict), verdict.exit_code) == ({"no-answer"}, 1)


@pytest.mark.long
@pytest.mark.parametrize("status", [429, 503])
def test_busy_server_does_not_pass(status: int) -> None:
    class Busy(Server):
        def reply(self, request: Request) -> Reply:
            return error(status, "BUSY", "Come again.", Retry_After="1")

    with serving(Busy()) as url:
        verdict = checked(url, generate=True)

    assert verdict.exit_code in (1, 2)
    assert {f.certainty.value for f in verdict.findings if f.rule.id == "status-undeclared"} <= {"probable"}


class Below(Server):
    """A server with the base path /relay/v1."""

    def reply(self, request: Request) -> Reply:
        if not request.target.startswith("/relay/v1/"):
            return error(404, "NOT_FOUND", "There is nothing here.")
        return super().reply(Request(request.method, request.target[9:], request.headers, request.body))


@pytest.mark.long
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("servers", ["", "servers: [{url: /elsewhere}]\n"], ids=["none", "a path"])
def test_base_path_is_that_of_the_url(servers: str, end: str) -> None:
    text = CONTRACT.content.replace(b"servers:", b"x-servers:", 1) + b"\n" + servers.encode()
    sent: list[Request] = []
    with serving(Below(), sent.append) as url:
        verdict = checked(f"{url}/relay/v1{end}", parse_contract(text, "contract.yaml"), generate=True)

    assert (verdict.findings, verdict.exit_code) == ((), 0)
    assert "/relay/v1" + PATH in {request.path for request in sent}
    assert [request.target for request in sent if not request.target.startswith("/relay/v1")] == []


def test_contract_with_writes_only_exits_with_2_and_lists_what_was_left_out() -> None:
    text = THINGS.read_text().replace("    get:", "    put:", 1)
    verdict = checked("http://127.0.0.1:9", parse_contract(text.encode(), "writes.yaml"))

    assert (verdict.exit_code, verdict.obstacles) == (2, ("no operation is left to check",))
    assert all("--allow-writes" in left.reason for left in verdict.left_out)
    assert {left.operation for left in verdict.left_out} == {"PUT /things", "POST /things"}


@pytest.mark.long
def test_several_workers_give_the_same_verdict() -> None:
    with serving(Server()) as url:
        one, four = (checked(url, generate=True, workers=workers) for workers in (1, 4))

    assert (four.findings, four.obstacles, four.exit_code) == ((), (), 0)
    assert [(case.rule.id, case.outcome) for case in four.cases] == [(case.rule.id, case.outcome) for case in one.cases]
