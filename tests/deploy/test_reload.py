"""`systemctl reload` sends a SIGHUP: the server takes a new key without an outage."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

UNIT = Path(__file__).parents[2] / "deploy" / "tether-relay.service"


def publish(key: Ed25519PrivateKey, path: Path) -> None:
    """Replace the content of `path` with the public part of a key."""
    draft = path.with_suffix(".draft")
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    draft.write_bytes(public)
    draft.replace(path)


def status(server: Server, key: Ed25519PrivateKey) -> int:
    """The status of a request with a token signed by `key`; a refused connection is an error."""
    token = jwt.encode({"sub": "user_ada", "exp": int(time.time()) + 3600}, key, "EdDSA")
    return server.client.get("/api/calls/providers", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def commands() -> list[list[str]]:
    """The commands of the unit for a reload; the first one uses the Python of this environment."""
    lines = [line.removeprefix("ExecReload=") for line in UNIT.read_text().splitlines() if "ExecReload=" in line]
    return [shlex.split(line.replace("/opt/tether-relay/bin/python", sys.executable)) for line in lines]


def test_the_unit_reloads_by_sighup(commands: list[list[str]]) -> None:
    assert commands[1:] == [["/bin/kill", "-HUP", "$MAINPID"]]


@pytest.mark.parametrize(("text", "fits"), [(None, True), ("-----BEGIN PUBLIC KEY-----\n", False)])
def test_an_invalid_key_is_found_before_the_reload(
    commands: list[list[str]], tmp_path: Path, text: str | None, fits: bool
) -> None:
    path = tmp_path / "key.pem"
    publish(Ed25519PrivateKey.generate(), path)
    if text is not None:
        path.write_text(text)
    environment = {"TETHER_RELAY_JWT_PUBLIC_KEY_FILE": str(path)}
    tried = subprocess.run(commands[0], env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False)

    assert (tried.returncode == 0) == fits


def test_a_reload_changes_the_key_without_refused_connections(
    running_server: Running, eventually: Eventually, tmp_path: Path
) -> None:
    old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    path = tmp_path / "key.pem"
    publish(old, path)
    settings = {"TETHER_RELAY_JWT_SECRET": "", "TETHER_RELAY_JWT_PUBLIC_KEY_FILE": str(path)}
    with running_server("--workers", "2", environment=settings) as server:
        before = server.workers
        assert status(server, old) == 200
        publish(new, path)
        server.process.send_signal(signal.SIGHUP)
        seen = []

        def replaced() -> bool:
            # Requests continue during the reload; a refused connection is an error.
            seen.append(status(server, new))
            return not before & server.workers

        assert eventually(replaced)

        assert (status(server, new), status(server, old)) == (200, 401)
        assert set(seen) <= {200, 401}
