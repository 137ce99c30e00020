"""Attacks on a server process are refused, and cause no fetch or read."""

from __future__ import annotations

import ast
import hmac
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jwt.algorithms import HMACAlgorithm

from handlers.authentication.keys import secret_key
from tests.attacks.forging import Attack, Rows
from tests.attacks.table import HARMLESS, TABLE

if TYPE_CHECKING:
    from tests.attacks.conftest import Answer, Target, Trap

# Source of keys, algorithm, and whether all rules are set. Every run tests the first list; the second one is long.
TARGETS = ["secret HS256", "pem RS256", "jwks ES256", "jwks EdDSA", "secret HS256 strict"]
MORE_TARGETS = ["jwks RS256", "pem ES256", "pem EdDSA", "pem RS256 strict", "jwks ES256 strict"]
SECURITY = Path(__file__).parents[2] / "SECURITY.md"
SECRET = b"a-secret-of-at-least-thirty-two-bytes"
CHALLENGE = 'Bearer realm="tether-relay"'
SENTENCES = {
    "TOKEN_MISSING": "Send a bearer token in the Authorization header.",
    "TOKEN_INVALID": "The bearer token is not valid.",
    "TOKEN_EXPIRED": "The bearer token has expired.",
    "USER_NOT_FOUND": "The user of the bearer token does not exist.",
    "USER_DISABLED": "The user of the bearer token is disabled.",
}


def refusal(code: str) -> Answer:
    """The complete answer to a refused request, with the exact body."""
    if code == "400":
        return 400, [("content-length", "0")], b""
    body = b'{"success":false,"error":"%b","code":"%b"}' % (SENTENCES[code].encode(), code.encode())
    challenge = CHALLENGE if code == "TOKEN_MISSING" else f'{CHALLENGE}, error="invalid_token"'
    return answered(401, body, ("www-authenticate", challenge))


def answered(status: int, body: bytes, *more: tuple[str, str]) -> Answer:
    headers = [
        ("cache-control", "no-store"),
        ("content-length", str(len(body))),
        ("content-type", "application/json"),
        ("vary", "Authorization"),
        ("x-content-type-options", "nosniff"),
    ]
    return status, sorted([*headers, *more]), body


GOOD = answered(200, b'{"provider":"sinch","phoneNumber":"+14165550100"}')


NOTHING = (0, False, 0)


def cases(table: dict[str, Rows]) -> list[Any]:
    """Each row with each of its targets.

    Targets with all rules get the rows about rules, other targets get the other rows; harmless rows are for all.
    """
    return [
        pytest.param(
            target,
            family,
            row if isinstance(row, Attack) else Attack(row),
            marks=[pytest.mark.long] if target in MORE_TARGETS else [],
            id=ascii(f"{target}: {family}: {name}"),
        )
        for target in TARGETS + MORE_TARGETS
        for family, rows in table.items()
        if family == "harmless" or ("strict" in target) == (family == "rules")
        for name, row in rows.items()
        if not isinstance(row, Attack) or any(word in target for word in row.against)
    ]


@pytest.fixture
def disturbed(target: Target) -> Iterator[Callable[[], tuple[int, bool, int]]]:
    """A function that returns the connections to the trap, whether its file was opened, and the reads of keys."""
    connected, _ = target.trap.sprung()
    publisher = target.publisher
    read = len(publisher.connected) if publisher else 0

    def look() -> tuple[int, bool, int]:
        fetched, opened = target.trap.sprung()
        return fetched - connected, opened, len(publisher.connected) - read if publisher else 0

    yield look
    assert publisher is None or publisher.crowded == []


@pytest.mark.parametrize(("target", "family", "attack"), cases(TABLE), indirect=["target"])
def test_an_attack_is_refused_and_nothing_is_fetched(
    target: Target, family: str, attack: Attack, disturbed: Callable[[], tuple[int, bool, int]]
) -> None:
    answer = target.answer(attack.make(target))
    fetched, opened, read = disturbed()
    if family == "key":
        # An unknown key id may cause a read of the published keys; the fixture checks the pauses between reads.
        read = 0

    assert (answer, (fetched, opened, read)) == (refusal(attack.expected), NOTHING)


@pytest.mark.parametrize(("target", "family", "attack"), cases({"harmless": HARMLESS}), indirect=["target"])
def test_a_harmless_request_is_answered_and_nothing_is_fetched(
    target: Target, family: str, attack: Attack, disturbed: Callable[[], tuple[int, bool, int]]
) -> None:
    answer = target.answer(attack.make(target))

    assert (answer, disturbed()) == (GOOD, NOTHING)


@pytest.mark.parametrize("target", ["jwks ES256"], indirect=True)
def test_the_published_keys_are_read_at_start_and_once_for_the_first_unknown_id(target: Target) -> None:
    assert target.readings == (1, 2)


@pytest.mark.parametrize(("target", "name"), [(name, name) for name in TARGETS], indirect=["target"])
def test_all_refusals_are_identical(target: Target, name: str) -> None:
    """The answers are identical, except for the time and the id of the request."""
    attacks = [case.values[2] for case in cases(TABLE) if case.values[0] == name]
    answers = {target.raw_answer(attack.make(target)) for attack in attacks if attack.expected == "TOKEN_INVALID"}

    assert len(answers) == 1


def test_the_traps_detect_a_read(trap: Trap) -> None:
    """Without this the tests above would prove nothing."""
    before, _ = trap.sprung()
    trap.file.read_bytes()
    httpx.get(trap.url, trust_env=False)

    assert trap.sprung() == (before + 1, True)


class Watched(bytes):
    """Bytes that fail when they are compared with ==, which ends at the first difference."""

    __hash__ = bytes.__hash__

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared with ==")


@pytest.mark.parametrize("last", [b"", b"x"], ids=["right", "wrong"])
def test_a_signature_with_the_secret_is_never_compared_with_the_operator(last: bytes) -> None:
    signature = hmac.digest(SECRET, b"message", "sha256")
    changed = signature[: len(signature) - len(last)] + last

    assert secret_key(SECRET.decode()).has_signed(b"message", Watched(changed)) == (changed == signature)


def test_a_signature_with_the_secret_is_compared_in_constant_time() -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(HMACAlgorithm.verify)))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert "hmac.compare_digest" in called


@pytest.mark.parametrize("name", [name for name in TARGETS + MORE_TARGETS if "strict" not in name])
def test_each_key_has_at_least_ninety_attacks(name: str) -> None:
    assert len([case for case in cases(TABLE) if case.values[0] == name]) >= 90


@pytest.mark.parametrize("family", TABLE)
def test_every_family_of_attacks_is_in_the_threat_model(family: str) -> None:
    assert re.search(rf"^\| {family} \|", SECURITY.read_text(), re.MULTILINE)
