"""Servers under attack, one for each source of keys, and traps that notice whatever they fetch or read."""

from __future__ import annotations

import base64
import ctypes
import hmac
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS

if TYPE_CHECKING:
    from tests.conftest import Running, Server

SECRET = "a-secret-of-at-least-thirty-two-bytes"
STRICT = {
    "TETHER_RELAY_JWT_ISSUER": "https://issuer.example",
    "TETHER_RELAY_JWT_AUDIENCE": "tether-relay",
    "TETHER_RELAY_JWT_ORG_CLAIM": "org",
    "TETHER_RELAY_JWT_MAX_LIFETIME": "3600",
    "TETHER_RELAY_JWT_LEEWAY": "0",
}
COOLDOWN = 30.0
IN_OPEN = 0x20  # <sys/inotify.h>
# What the connection and the moment decide.
OF_THE_MOMENT = re.compile(rb"\r\n(?:date|x-request-id|connection): [^\r]*", re.IGNORECASE)

Sign: TypeAlias = Callable[[bytes], bytes]


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class Keys:
    """A key of each kind, private ones and a secret, as an issuer or an attacker has them."""

    def __init__(self, secret: str) -> None:
        self.private: dict[str, Any] = {
            "HS256": secret,
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }

    def sign(self, message: bytes, algorithm: str, named: str | None = None) -> bytes:
        """The signature with the key for an algorithm, made as another is, where that can be."""
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
    """An HTTP server on the loopback address that gives `content` to everyone, and notes when each connected."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content
        self.connected: list[float] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                listener.connected.append(time.monotonic())
                super().setup()

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(listener.content)))
                self.end_headers()
                self.wfile.write(listener.content)

            def log_message(self, format: str, *args: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/keys"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def crowded(self) -> list[float]:
        """Pauses between two connections after the first one that are shorter than they must be."""
        pauses = [after - before for before, after in zip(self.connected[1:], self.connected[2:], strict=False)]
        # The reading begins before it gets here, by a moment that differs.
        return [pause for pause in pauses if pause < COOLDOWN - 1]


class Trap:
    """A server and a file that no token may make anyone look at, both of which hold an attacker's keys."""

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
        """How many have connected so far, and whether the file was opened since this was asked last (inotify(7))."""
        try:
            opened = bool(os.read(self._watch, 65536))
        except BlockingIOError:
            opened = False
        return len(self.listener.connected), opened


class Request(NamedTuple):
    """What is sent beside the request line's method and version."""

    lines: bytes
    path: bytes = b"/api/calls/providers"
    body: bytes = b""


class Answer(NamedTuple):
    """An answer without what the connection and the moment decide of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Target:
    """A server, the key of its issuer that `algorithm` names, and the traps of the attacker."""

    server: Server
    keys: Keys
    algorithm: str
    trap: Trap
    strict: bool = False
    key_id: str | None = None
    publisher: Listener | None = None
    withdrawn: str = ""
    readings: list[int] = field(default_factory=list)

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": self.algorithm, "typ": "JWT"} | ({"kid": self.key_id} if self.key_id else {})

    @property
    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {"sub": "user_ada", "iat": now, "exp": now + 600}
        return claims | {"iss": "https://issuer.example", "aud": "tether-relay", "org": "org_acme"} * self.strict

    def sign(self, message: bytes) -> bytes:
        return self.keys.sign(message, self.algorithm)

    def sealed(self, signed: bytes, sign: Sign | None = None) -> str:
        """The token for these two parts."""
        return (signed + b"." + base64url((sign or self.sign)(signed))).decode()

    def token(self, claims: Any = None, header: Any = None, sign: Sign | None = None) -> str:
        """A good token, unless told otherwise; claims and header are JSON values, or bytes to stand in their place."""
        parts = [self.header if header is None else header, self.claims if claims is None else claims]
        encoded = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in parts]
        return self.sealed(b".".join(map(base64url, encoded)), sign)

    def raw_answer(self, request: Request) -> bytes:
        """All that comes back, except for what the connection and the moment decide."""
        head = b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n" % (request.path, request.lines)
        with self.server.connect() as connection:
            connection.sendall(head + request.body)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        return OF_THE_MOMENT.sub(b"", received)

    def answer(self, request: Request) -> Answer:
        head, _, body = self.raw_answer(request).partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = [line.partition(": ") for line in lines]
        assert len(dict.fromkeys(name for name, _, _ in headers)) == len(headers), "a header stands twice"
        return Answer(int(status.split()[1]), {name.lower(): value for name, _, value in headers}, body)

    def ask(self, token: str) -> int:
        """The status that a token is answered with."""
        return self.answer(Request(f"Authorization: Bearer {token}\r\n".encode())).status


@pytest.fixture(scope="session")
def issuer() -> Keys:
    return Keys(SECRET)


@pytest.fixture(scope="session")
def stranger() -> Keys:
    return Keys("the secret of somebody else, who wants to be let in")


@pytest.fixture(scope="session")
def trap(tmp_path_factory: pytest.TempPathFactory, stranger: Keys) -> Iterator[Trap]:
    trap = Trap(tmp_path_factory.mktemp("trap"), stranger)
    yield trap
    trap.close()


KEY_IDS = {"RS256": "rsa", "ES256": "ec", "EdDSA": "ed"}


@pytest.fixture(scope="session")
def target_of(
    running_server: Running, issuer: Keys, trap: Trap, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Target]]:
    """Makes the target of a name, ``secret|pem|jwks ALGORITHM [strict]``; each server is started once."""
    with ExitStack() as stack:
        known: dict[str, Target] = {}
        folder = tmp_path_factory.mktemp("keys")

        def start(source: str, algorithm: str, strict: bool) -> Target:
            serve = partial(_serve, stack, running_server, STRICT if strict else {})
            if source == "secret":
                return Target(serve({}), issuer, algorithm, trap, strict)
            if source == "pem":
                path = folder / f"{algorithm}.pem"
                path.write_bytes(issuer.public(algorithm))
                return Target(serve({"TETHER_RELAY_JWT_PUBLIC_KEY_FILE": str(path)}), issuer, algorithm, trap, strict)
            publisher = Listener()
            stack.callback(publisher.close)
            return _withdraw(issuer, publisher, trap, strict, lambda: serve({"TETHER_RELAY_JWT_JWKS_URL": publisher.url}))

        def find(name: str) -> Target:
            source, algorithm, *strict = name.split()
            # All published keys are of one server.
            place = name if source != "jwks" else f"jwks {strict}"
            if place not in known:
                known[place] = start(source, algorithm, bool(strict))
            target = known[place]
            if source == "jwks":
                target = replace(target, algorithm=algorithm, key_id=KEY_IDS[algorithm])
            return target

        yield find


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, target_of: Callable[[str], Target]) -> Target:
    return target_of(request.param)
