"""The server stops or reloads, and its workers are killed, while clients send requests."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server
    from tests.faults.conftest import UnderLoad

RIGHT: Final = (200, '{"provider":"sinch","phoneNumber":"+14165550100"}')
# Seconds within which a server under load ends; its limit for requests in flight is 20.
PROMPTLY: Final = 5
LONG: Final = pytest.mark.long
# States of a socket in /proc/net/tcp.
ESTABLISHED: Final = "01"
LISTENING: Final = "0A"
ONE_AND_TWO: Final = pytest.mark.parametrize("workers", [pytest.param(1, marks=LONG), 2])


def answers(server: Server) -> bool:
    try:
        return server.get().status_code == 200
    except httpx.TransportError:
        return False


def sockets(server: Server, worker: int, state: str) -> set[int]:
    """The remote ports of a worker's sockets at the server's port, in a state (proc(5), /proc/net/tcp)."""
    port = httpx.URL(server.url).port
    remotes = {}
    for line in Path(f"/proc/{worker}/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, found, *_, inode = line.split()[:10]
        if int(local.partition(":")[2], 16) == port and found == state:
            remotes[f"socket:[{inode}]"] = int(remote.partition(":")[2], 16)
    opened = set()
    for descriptor in Path(f"/proc/{worker}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            opened.add(os.readlink(descriptor))
    return {remote for inode, remote in remotes.items() if inode in opened}


def connections(server: Server, worker: int) -> set[int]:
    """The ports of the clients that are connected to a worker."""
    return sockets(server, worker, ESTABLISHED)


def all_listen(server: Server) -> bool:
    """Whether each worker accepts connections: each one has its own listening socket."""
    return all(sockets(server, worker, LISTENING) for worker in server.workers)


def replaced(server: Server, worker: int) -> bool:
    """Whether a server with two workers has replaced `worker`."""
    return worker not in server.workers and len(server.workers) == 2


@pytest.mark.long
@ONE_AND_TWO
def test_sigterm_loses_no_request(running_server: Running, under_load: UnderLoad, workers: int) -> None:
    """Each request is answered completely, until the port is closed."""
    with running_server("--workers", str(workers)) as server, under_load(server) as load:
        load.count(300)
        signalled = time.monotonic()
        code = server.stop()
        took = time.monotonic() - signalled

    assert (code, took < PROMPTLY) == (0, True)
    assert set(load.tally()) == {RIGHT, "refused"}
    assert set(load.tally(until=signalled)) == {RIGHT}


@LONG
def test_stopping_a_worker_loses_and_refuses_no_request(
    running_server: Running, eventually: Eventually, under_load: UnderLoad
) -> None:
    with running_server("--workers", "2") as server, under_load(server) as load:
        load.count(100)
        stopped = min(server.workers)
        os.kill(stopped, signal.SIGTERM)
        assert eventually(lambda: replaced(server, stopped))
        load.count(100)

    assert set(load.tally()) == {RIGHT}


@ONE_AND_TWO
def test_a_reload_loses_and_refuses_no_request(
    running_server: Running, eventually: Eventually, under_load: UnderLoad, workers: int
) -> None:
    with running_server("--workers", str(workers)) as server, under_load(server) as load:
        load.count(100)
        before = server.workers
        server.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: not before & server.workers and len(server.workers) == workers)
        load.count(300)

    assert set(load.tally()) == {RIGHT}


def test_a_killed_worker_loses_only_its_requests_in_flight(
    running_server: Running, eventually: Eventually, under_load: UnderLoad
) -> None:
    """The worker is replaced within two seconds."""
    with ExitStack() as stack:
        server = stack.enter_context(running_server("--workers", "2"))
        # Otherwise all clients may connect to the only worker that is up.
        assert eventually(lambda: len(server.workers) == 2 and all_listen(server))
        load = stack.enter_context(under_load(server, keeping=12, connecting=0))
        load.count(200)
        killed = max(server.workers, key=lambda worker: len(connections(server, worker)))
        in_reach = connections(server, killed)
        os.kill(killed, signal.SIGKILL)
        start = time.monotonic()
        assert eventually(lambda: replaced(server, killed))
        assert eventually(lambda: answers(server))
        took = time.monotonic() - start
        load.count(300)
        lost = [outcome.port for outcome in load.outcomes if outcome.result != RIGHT]

    assert 0 < len(in_reach) <= 12
    assert (sorted(lost), took < 2) == (sorted(set(lost) & in_reach), True)


@LONG
def test_repeatedly_killed_workers_are_replaced(
    running_server: Running, eventually: Eventually, under_load: UnderLoad
) -> None:
    """Five workers are killed, each after the last was replaced; each time a client may lose one request."""
    with running_server("--workers", "2") as server, under_load(server) as load:
        for _ in range(5):
            load.count(50)
            killed = max(server.workers)
            os.kill(killed, signal.SIGKILL)
            assert eventually(partial(replaced, server, killed))
        recovered = load.count(300)
        results = load.tally()
        after = set(load.tally(since=recovered))

    assert (results.total() - results[RIGHT] <= 5 * load.clients, after) == (True, {RIGHT})


@LONG
def test_workers_that_cannot_start_end_the_server(
    running_server: Running, eventually: Eventually, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    public = Ed25519PrivateKey.generate().public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    settings = {"TETHER_RELAY_JWT_SECRET": "", "TETHER_RELAY_JWT_PUBLIC_KEY_FILE": str(key)}
    with running_server(environment=settings) as server:
        key.unlink()
        os.kill(min(server.workers), signal.SIGKILL)

        assert eventually(lambda: server.process.poll() == 1)
        assert "crash loop" in server.output
