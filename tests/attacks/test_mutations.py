"""Every change of a valid token, made without the key, gets the same refusal."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import jwt
import pytest
from hypothesis import assume, given, settings
from pydantic import SecretStr
from starlette.types import ASGIApp

from scripts.cli.serve.wiring import build_server
from scripts.cli.settings import Settings
from store import SQLiteAdministration
from tests.attacks.mutating import CHANGES, Change

if TYPE_CHECKING:
    from tests.attacks.conftest import Keys, Target

PATH = "/api/calls/providers"
KEY_IDS = {"RS256": "rsa", "ES256": "ec", "EdDSA": "ed"}
SOURCES = ["secret HS256", "pem RS256", "jwks ES256", "jwks EdDSA"]
MORE_SOURCES = ["pem ES256", "pem EdDSA", "jwks RS256"]
BODY = b'{"success":false,"error":"The bearer token is not valid.","code":"TOKEN_INVALID"}'
CHALLENGE = b'Bearer realm="tether-relay", error="invalid_token"'

# From the value of an Authorization header to status, challenge and body.
Ask: TypeAlias = Callable[[bytes], tuple[int, bytes | None, bytes]]


def cases(few: int, many: int, more: Sequence[str] = ()) -> list[Any]:
    """Sources of keys, and the number of changes to try with each: `few` in every run, `many` in a long run."""
    return [(source, few) for source in SOURCES] + [
        pytest.param(source, many, marks=pytest.mark.long) for source in (*SOURCES, *more)
    ]


def try_changes(
    tokens: Sequence[str], refused: Callable[[bytes], None], examples: int, *, over_http: bool = False
) -> None:
    """Call `refused` with the header value of each of `examples` changed tokens."""

    @settings(max_examples=examples, derandomize=True, database=None, deadline=None)
    @given(change=CHANGES)
    def try_change(change: Change) -> None:
        changed = change(tokens)
        assume(changed not in tokens)
        if over_http:
            # An HTTP header cannot contain line ends, and loses trailing spaces.
            assume(not set(changed) & set("\r\n\0") and changed == changed.rstrip(" \t"))
        refused(b"Bearer " + changed.encode("utf-8", "surrogatepass"))

    try_change()


@contextmanager
def started(app: ASGIApp) -> Iterator[Ask]:
    """Run the lifespan of an application in this process (ASGI, "Lifespan Protocol")."""
    with asyncio.Runner() as runner:
        begun, over = asyncio.Event(), asyncio.Event()
        messages = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, Any]:
            if begun.is_set():
                await over.wait()
            return {"type": next(messages)}

        async def send(message: Any) -> None:
            begun.set()

        scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        living = runner.get_loop().create_task(_run(app, scope, receive, send))
        runner.run(begun.wait())
        yield lambda value: runner.run(request(app, value))
        over.set()
        runner.run(asyncio.wait_for(living, 10))


async def _run(app: ASGIApp, scope: dict[str, Any], receive: Any, send: Any) -> None:
    await app(scope, receive, send)


async def request(app: ASGIApp, authorization: bytes) -> tuple[int, bytes | None, bytes]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"relay"), (b"authorization", authorization)],
        "client": None,
        "server": None,
        "state": {},
    }
    await app(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]).get(b"www-authenticate"), sent[1]["body"]


def tokens_of(keys: Keys, algorithm: str, key_id: str | None) -> list[str]:
    """Two valid tokens and an expired one."""
    now = int(time.time())
    claims = [("user_ada", now + 36_000), ("user_bea", now + 72_000), ("user_ada", now - 3600)]
    headers = {"kid": key_id} if key_id else {}
    return [
        jwt.encode({"sub": user, "exp": expiry}, keys.private[algorithm], algorithm, headers) for user, expiry in claims
    ]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "relay.db"
    organization = {"id": "org_acme", "name": "Acme", "users": [{"id": "user_ada"}, {"id": "user_bea"}]}
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps([organization]).encode()))
    return path


@pytest.fixture
def application(source: str, issuer: Keys, database: Path, tmp_path: Path) -> ASGIApp:
    """The whole application, as a server runs it."""
    kind, algorithm = source.split()
    if kind == "secret":
        return build_server(Settings(database=database, jwt_secret=SecretStr(issuer.private[algorithm])))
    path = tmp_path / "keys"
    if kind == "pem":
        path.write_bytes(issuer.public(algorithm))
        return build_server(Settings(database=database, jwt_public_key_file=path))
    path.write_text(json.dumps({"keys": [issuer.jwk(name, key_id) for name, key_id in KEY_IDS.items()]}))
    return build_server(Settings(database=database, jwt_jwks_url=str(path)))


@pytest.mark.parametrize(("source", "examples"), cases(300, 5_000, MORE_SOURCES))
def test_the_application_refuses_a_changed_token(
    source: str, application: ASGIApp, issuer: Keys, examples: int
) -> None:
    kind, algorithm = source.split()
    tokens = tokens_of(issuer, algorithm, KEY_IDS[algorithm] if kind == "jwks" else None)
    with started(application) as ask:
        assert [ask(b"Bearer " + token.encode())[0] for token in tokens] == [200, 200, 401]

        def refused(authorization: bytes) -> None:
            assert ask(authorization) == (401, CHALLENGE, BODY)

        try_changes(tokens, refused, examples)


@pytest.mark.parametrize(("target", "examples"), cases(75, 1000), indirect=["target"])
def test_a_server_refuses_a_changed_token(target: Target, examples: int) -> None:
    tokens = tokens_of(target.keys, target.algorithm, target.key_id)
    assert [target.answer(token)[0] for token in tokens[::2]] == [200, 401]

    def refused(authorization: bytes) -> None:
        status, headers, body = target.answer((b"Authorization: " + authorization + b"\r\n",))
        assert (status, dict(headers)["www-authenticate"].encode(), body) == (401, CHALLENGE, BODY)

    try_changes(tokens, refused, examples, over_http=True)
