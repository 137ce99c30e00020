"""The cost of the first and the last of many operations, in process: it must not grow with the contract."""

from __future__ import annotations

import asyncio
import copy
import importlib
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Scope

from handlers.authentication.auth import BearerAuthenticator
from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import secret_key
from handlers.authentication.tokens import TokenVerifier
from handlers.errors import failure_of
from openapi.contract import STRICT, Contract, load_contract, parse_contract
from openapi.server import create_server
from scripts.benchmark.errors import WrongAnswer
from scripts.benchmark.workload import PATH, Workload
from store import SQLiteReader

_PACKAGE: Final = "synthetic_handlers"
_HANDLER: Final = """
async def operation_{number}({parameter}caller, store):
    active = await store.active_provider(caller.user_id)
    return {{"provider": active.provider, "phoneNumber": active.phone_number}}
"""
# Many short batches in turn, so that other load on the machine affects both sides.
_BATCHES: Final = 60
_BATCH: Final = 100


@dataclass(frozen=True)
class Scaling:
    """Microseconds of a request to the first and to the last operation with one `kind` of path."""

    kind: str
    first: float
    last: float

    @property
    def ratio(self) -> float:
        """The last divided by the first."""
        return self.last / self.first


def measure_scaling(workload: Workload, folder: Path, operations: int) -> list[Scaling]:
    """Measure a contract of this many `operations`, each with the work of the real one, half with a path parameter.

    The handlers are written to `folder`.
    """
    contract = synthetic_contract(operations)
    with _handlers(folder, operations) as handlers:
        store = SQLiteReader(workload.database)
        # With remembered tokens a request is cheapest, so a difference between two requests is relatively largest.
        verify = TokenVerifier(FixedKey(secret_key(workload.secret)), TokenRules(), memory=1)
        server = create_server(
            [contract, contract.with_overlay(STRICT)],
            handlers,
            errors=failure_of,
            authenticators={"bearer": BearerAuthenticator(verify, store)},
            services={"store": store},
        )
        return asyncio.run(_measure(server, store, workload.tokens[0], operations))


def synthetic_contract(operations: int) -> Contract:
    """The published contract with its operation on this many paths, every second one with a parameter."""
    document: dict[str, Any] = copy.deepcopy(load_contract().as_dict())
    operation = document["paths"][PATH]["get"]
    document["paths"] = {
        synthetic_path(number, "{item}"): {
            "get": {
                **operation,
                "operationId": f"operation_{number}",
                "parameters": [{"name": "item", "in": "path", "required": True, "schema": {"type": "string"}}]
                if number % 2
                else [],
            }
        }
        for number in range(operations)
    }
    return parse_contract(orjson.dumps(document), f"a contract of {operations} operations")


def synthetic_path(number: int, item: str) -> str:
    """The path of one synthetic operation; `item` is the parameter of odd ones."""
    return f"{PATH}/{number}/{item}" if number % 2 else f"{PATH}/{number}"


@contextmanager
def _handlers(folder: Path, operations: int) -> Iterator[ModuleType]:
    """Write a package with a coroutine for each synthetic operation, and yield it, importable during the block."""
    package = folder / _PACKAGE
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "operations.py").write_text(
        "".join(
            _HANDLER.format(number=number, parameter="item, " if number % 2 else "") for number in range(operations)
        )
    )
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        yield importlib.import_module(_PACKAGE)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]


async def _measure(server: ASGIApp, store: SQLiteReader, token: str, operations: int) -> list[Scaling]:
    try:
        return [
            await _compare(server, token, "concrete path", 0, (operations - 1) // 2 * 2),
            await _compare(server, token, "path parameter", 1, operations // 2 * 2 - 1),
        ]
    finally:
        await store.close()


async def _compare(server: ASGIApp, token: str, kind: str, first: int, last: int) -> Scaling:
    costs: dict[int, list[float]] = {first: [], last: []}
    for batch in range(_BATCHES + 1):
        for number in (first, last) if batch % 2 else (last, first):
            cost = await _batch(server, token, synthetic_path(number, "one"))
            if batch:  # the first batch is a warm-up
                costs[number].append(cost)
    return Scaling(kind, statistics.median(costs[first]), statistics.median(costs[last]))


async def _batch(server: ASGIApp, token: str, path: str) -> float:
    """Microseconds of one request, averaged over a batch; WrongAnswer if a status is not 200."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    began = time.perf_counter()
    for _ in range(_BATCH):
        await server(_scope(path, token), receive, send)
    elapsed = time.perf_counter() - began
    if statuses != [200] * _BATCH:
        raise WrongAnswer(f"{path} of the synthetic contract was answered with {set(statuses)}")
    return elapsed / _BATCH * 1_000_000


def _scope(path: str, token: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 2212),
        "state": {},
    }
