"""A proxy in this process, with an upstream whose answer a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn

from openapi.contract import load_contract
from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.gateway.protocol import GatewayProtocol
from openapi.proxy.app import Mode, Proxy
from openapi.proxy.traffic import Traffic, ViolationRecord
from openapi.validation import ContractValidator
from tests.frozen import FROZEN
from tests.loopback import Handler, listening, reserved_port
from tests.openapi.proxy.program import PATIENCE

GOOD = b'{"provider": "sinch", "phoneNumber": "+14165550100"}'
Reply = Callable[[Handler], object]


@dataclass
class Running:
    """A running proxy, and the violations that it reported."""

    client: httpx.Client
    traffic: Traffic
    violations: list[ViolationRecord] = field(default_factory=list)

    @property
    def rules(self) -> list[str]:
        return [violation["rule"] for violation in self.violations]


@contextmanager
def proxying(
    reply: Reply,
    mode: Mode = Mode.REPORT,
    max_judged: int = 1024 * 1024,
    base_path: str = "",
    contract: Path = FROZEN,
) -> Iterator[Running]:
    """A proxy for a contract, with an upstream that answers every request with `reply`."""

    class Upstreams(Handler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply(self)

        do_GET = do_HEAD = do_POST = do_OPTIONS = _reply

    judged = load_contract(contract, lenient=True)
    seen: list[ViolationRecord] = []
    with listening(Upstreams) as origin, reserved_port() as port:
        upstream = origin + base_path
        traffic = Traffic(judged, upstream)
        app = Proxy(Forwarder(Upstream(upstream)), ContractValidator(judged), traffic, mode, max_judged, seen.extend)
        config = uvicorn.Config(app, port=port, http=GatewayProtocol, ws="none", lifespan="on", log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        url = f"http://127.0.0.1:{port}"
        transport = httpx.HTTPTransport(retries=0)
        try:
            while not server.started:
                thread.join(0.01)
            with httpx.Client(base_url=url, transport=transport, timeout=PATIENCE, trust_env=False) as client:
                yield Running(client, traffic, seen)
        finally:
            server.should_exit = True
            thread.join()


def answering(body: bytes, status: int = 200, **headers: str) -> Reply:
    return lambda handler: handler.reply(status, body, **{"Content_Type": "application/json", **headers})
