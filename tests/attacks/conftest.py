"""Servers under attack, one for each source of keys, and traps that detect what the servers fetch or read."""

from __future__ import annotations

import ctypes
import hmac
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS

from tests.attacks.forging import base64url
from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.conftest import Running, Server

STRICT = {
    "TETHER_RELAY_JWT_ISSUER": "https://issuer.example",
    "TETHER_RELAY_JWT_AUDIENCE": "tether-relay",
    "TETHER_RELAY_JWT_ORG_CLAIM": "org",
    "TETHER_RELAY_JWT_MAX_LIFETIME": "3600",
    "TETHER_RELAY_JWT_LEEWAY": "0",
}
STRICT_CLAIMS = {"iss": "https://issuer.example", "aud": "tether-relay", "org": "org_acme"}
KEY_IDS = {"RS256": "rsa", "ES256": "ec", "EdDSA": "ed"}
PATH = b"/api/calls/providers"
COOLDOWN = 30.0
IN_OPEN = 0x20  # <sys/inotify.h>
# Headers that depend on the server, the connection or the time.
OF_THE_MOMENT = re.compile(rb"\r\n(?:date|server|x-request-id|connection): [^\r]*", re.IGNORECASE)

Sign: TypeAlias = Callable[[bytes], bytes]
# A token for the Authorization header; or header lines, each with its end, and perhaps a path and a body.
Sent: TypeAlias = str | tuple[bytes, ...]
# Status, headers and body.
Answer: TypeAlias = tuple[int, list[tuple[str, str]], bytes]


class Keys:
    """The private keys of an issuer or an attacker, one of each kind, and a secret."""

    def __init__(self, secret: str) -> None:
        self.private: dict[str, Any] = {
            "HS256": secret,
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }

    def sign(self, message: bytes, algorithm: str, named: str | None = None) -> bytes:
        """A signature with the key for `algorithm`, made by the algorithm `named` if it is given."""
        if algorithm == "HS256":
            return hmac.digest(self.private["HS256"].encode(), message, f"sha{(named or algorithm)[2:]}")
        signer = PyJWS().get_algorithm_by_name(named or algorithm)
        return signer.sign(message, signer.prepare_key(self.private[algorithm]))

    def public(self, algorithm: str, encoding: Encoding = Encoding.PEM) -> bytes:
        key = self.private[algorithm].public_key()
        return bytes(key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo))

    def jwk(self, algorithm: str, key_id: str | None = None) -> dict[str, Any]:
        entry = PyJWS().get_algorithm_by_name(algorithm).to_jwk(self.private[algorithm].public_key(), as_dict=True)
        return {**entry, "alg": algorithm, "use": "sig"} | ({"kid": key_id} if key_id else {})


class Listener:
    """An HTTP server on the loopback address that serves `content` and records the time of each connection."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content
        self.connected: list[float] = []
        listener = self

        class Noting(Handler):
            def setup(self) -> None:
                listener.connected.append(time.monotonic())
                super().setup()

            def do_GET(self) -> None:
                self.reply(200, listener.content)

        self._stack = ExitStack()
        self.url = f"{self._stack.enter_context(listening(Noting))}/keys"

    def close(self) -> None:
        self._stack.close()

    @property
    def crowded(self) -> list[float]:
        """Pauses between two connections, after the first, that are too short."""
        pauses = [after - before for before, after in zip(self.connected[1:], self.connected[2:], strict=False)]
        # The time from the start of a read to its connection varies.
        return [pause for pause in pauses if pause < COOLDOWN - 1]


class Trap:
    """A server and a file with an attacker's keys; no token may cause the server under test to read them."""

    def __init__(self, folder: Path, stranger: Keys) -> None:
        self.stranger = stranger
        content = json.dumps({"keys": [stranger.jwk("RS256", "own"), stranger.jwk("ES256", "own2")]}).encode()
        self.listener = Listener(content)
        self.url = self.listener.url
        self.file = folder / "key"
        self.file.write_bytes(stranger.private["HS256"].encode())
        libc = ctypes.CDLL(None)
        self._watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert libc.inotify_add_watch(self._watch, os.fsencode(folder), IN_OPEN) >= 0

    def close(self) -> None:
        self.listener.close()
        os.close(self._watch)

    def sprung(self) -> tuple[int, bool]:
        """The number of connections so far, and whether the file was opened since the last call (inotify(7))."""
        try:
            opened = bool(os.read(self._watch, 65536))
        except BlockingIOError:
            opened = False
        return len(self.listener.connected), opened


@dataclass(frozen=True)
class Target:
    """A server, its issuer's key for `algorithm`, and the traps of the attacker.

    For published keys, `readings` has the number of reads before and after the first unknown key id, and `withdrawn` is
    a token that was cached when its key was withdrawn.
    """

    server: Server
    keys: Keys
    algorithm: str
    trap: Trap
    strict: bool = False
    key_id: str | None = None
    publisher: Listener | None = None
    withdrawn: str = ""
    readings: tuple[int, ...] = ()

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": self.algorithm, "typ": "JWT"} | ({"kid": self.key_id} if self.key_id else {})

    @property
    def other_key_id(self) -> str:
        """The id of another published key."""
        ids = list(KEY_IDS.values())
        return ids[(ids.index(self.key_id or "") + 1) % len(ids)]

    @property
    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {"sub": "user_ada", "iat": now, "exp": now + 600}
        return claims | (STRICT_CLAIMS if self.strict else {})

    def sign(self, message: bytes) -> bytes:
        return self.keys.sign(message, self.algorithm)

    def sealed(self, signed: bytes, sign: Sign | None = None) -> str:
        """The token for these two parts."""
        token = (signed + b"." + base64url((sign or self.sign)(signed))).decode()
        # No part of it may appear in the output of the server.
        self.server.tokens.append(token)
        return token

    def token(self, claims: Any = None, header: Any = None, sign: Sign | None = None) -> str:
        """A token, valid by default; claims and header are JSON values, or the exact bytes."""
        parts = [self.header if header is None else header, self.claims if claims is None else claims]
        encoded = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in parts]
        return self.sealed(b".".join(map(base64url, encoded)), sign)

    def raw_answer(self, sent: Sent) -> bytes:
        """The whole answer, without the headers that depend on the connection or the time."""
        if isinstance(sent, str):
            sent = (b"Authorization: Bearer %b\r\n" % sent.encode(),)
        lines, path, body = (*sent, *(b"", PATH, b"")[len(sent) :])
        with self.server.connect() as connection:
            connection.sendall(b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n%b" % (path, lines, body))
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        return OF_THE_MOMENT.sub(b"", received)

    def answer(self, sent: Sent) -> Answer:
        head, _, body = self.raw_answer(sent).partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
        return int(status.split()[1]), sorted(headers), body


@pytest.fixture(scope="session")
def issuer() -> Keys:
    return Keys("a-secret-of-at-least-thirty-two-bytes")


@pytest.fixture(scope="session")
def stranger() -> Keys:
    return Keys("the secret of an attacker without a valid key")


@pytest.fixture(scope="session")
def trap(tmp_path_factory: pytest.TempPathFactory, stranger: Keys) -> Iterator[Trap]:
    trap = Trap(tmp_path_factory.mktemp("trap"), stranger)
    yield trap
    trap.close()


@pytest.fixture(scope="session")
def target_of(
    running_server: Running, issuer: Keys, trap: Trap, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Target]]:
    """A function from a name, ``secret|pem|jwks ALGORITHM [strict]``, to its target; each server starts once."""
    with ExitStack() as stack:

        @cache
        def start(source: str, algorithm: str, strict: bool) -> Target:
            environment = {"TETHER_RELAY_JWT_SECRET": ""} | (STRICT if strict else {})
            publisher = None
            if source == "secret":
                environment["TETHER_RELAY_JWT_SECRET"] = issuer.private["HS256"]
            elif source == "pem":
                path = tmp_path_factory.mktemp("keys") / "public.pem"
                path.write_bytes(issuer.public(algorithm))
                environment["TETHER_RELAY_JWT_PUBLIC_KEY_FILE"] = str(path)
            else:
                publisher = Listener(key_set(issuer, trap.stranger.jwk("EdDSA", "withdrawn")))
                stack.callback(publisher.close)
                # While tests run, only tokens cause another read of the keys.
                environment |= {"TETHER_RELAY_JWT_JWKS_URL": publisher.url, "TETHER_RELAY_JWT_JWKS_REFRESH": "43200"}
            server = stack.enter_context(running_server(environment=environment))
            target = Target(server, issuer, algorithm, trap, strict, publisher=publisher)
            return withdrawn(target, publisher) if publisher else target

        def find(name: str) -> Target:
            source, algorithm, *strict = name.split()
            if source != "jwks":
                return start(source, algorithm, bool(strict))
            # All published keys share one server.
            return replace(start(source, "RS256", bool(strict)), algorithm=algorithm, key_id=KEY_IDS[algorithm])

        yield find


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, target_of: Callable[[str], Target]) -> Target:
    return target_of(request.param)


def key_set(keys: Keys, *more: dict[str, Any]) -> bytes:
    entries = [keys.jwk(algorithm, key_id) for algorithm, key_id in KEY_IDS.items()]
    return json.dumps({"keys": [*entries, *more]}).encode()


def withdrawn(target: Target, publisher: Listener) -> Target:
    """A target whose server has cached a token of a withdrawn key.

    The server has also just read the keys again for an unknown id, so that it must not read them until the cooldown.
    """
    header = {"alg": "EdDSA", "kid": "withdrawn"}
    token = target.token(header=header, sign=lambda message: target.trap.stranger.sign(message, "EdDSA"))
    assert target.answer(token)[0] == 200
    publisher.content = key_set(target.keys)
    readings = [len(publisher.connected)]
    assert target.answer(target.token(header={"alg": "RS256", "kid": "unknown"}))[0] == 401
    return replace(target, withdrawn=token, readings=(*readings, len(publisher.connected)))
