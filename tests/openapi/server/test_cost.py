"""The cost of a request does not grow with the contract."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.openapi.conftest import Client, Serve

OPERATIONS = 400
BOUND = 1.1
REQUESTS = 200
ROUNDS = 12
ATTEMPTS = 8

OK = "responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}}"
ITEM = "parameters: [{in: path, name: item, required: true, schema: {type: integer}}],"


def served(serve: Serve, template: str) -> Client:
    """A server of `template`, repeated with each number in place of ``#``."""
    more, signature = (ITEM, "item") if "{item}" in template else ("", "")
    paths = [
        f"  '{template.replace('#', str(number))}': {{get: {{operationId: get{number}, {more} {OK}}}}}"
        for number in range(OPERATIONS)
    ]
    handlers = [f"async def get{number}({signature}): return {{}}" for number in range(OPERATIONS)]
    return serve("paths:\n" + "\n".join(paths) + "\n", "\n".join(handlers))


async def _receive() -> Any:
    raise AssertionError("these operations have no body")


class Requests:
    """Sends one request repeatedly, without a client library."""

    def __init__(self, client: Client, path: str) -> None:
        self._app = client.app
        self._scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"test"), (b"accept", b"*/*")],
        }
        self.statuses: set[int] = set()

    async def _send(self, message: Any) -> None:
        if "status" in message:
            self.statuses.add(message["status"])

    def seconds(self) -> float:
        """The time of a batch. The operations never wait, so it needs no event loop, which would add noise."""
        start = time.perf_counter()
        for _ in range(REQUESTS):
            _finish(self._app(dict(self._scope), _receive, self._send))  # type: ignore[arg-type]  # it is a coroutine
        return time.perf_counter() - start


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the request waits for something")


def ratio(first: Requests, last: Requests) -> float:
    """The time of the last operation divided by that of the first, from the best of interleaved batches: noise only
    adds time."""
    batches = [(first.seconds(), last.seconds()) for _ in range(ROUNDS)]
    return min(pair[1] for pair in batches) / min(pair[0] for pair in batches)


@pytest.mark.parametrize("template", ["/api/concrete#", "/api/templated#/{item}/part"])
def test_the_last_of_400_operations_costs_no_more_than_the_first(serve: Serve, template: str) -> None:
    """One quiet attempt is enough, because the machine can be busy with other work."""
    client = served(serve, template)
    paths = [template.replace("#", str(number)).replace("{item}", "7") for number in (0, OPERATIONS - 1)]
    first, last = (Requests(client, path) for path in paths)
    ratios: list[float] = []
    while len(ratios) < ATTEMPTS and (not ratios or ratios[-1] > BOUND):
        ratios.append(ratio(first, last))

    assert first.statuses == last.statuses == {200}
    assert min(ratios) <= BOUND, ratios
