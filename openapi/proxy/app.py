"""The proxy as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from openapi.gateway.forwarder import BrokenOff, Forwarder, ForwardingError, send_error, target_of
from openapi.http.hosts import is_known
from openapi.proxy.exchange import AnswerWithheld, HeldBack, PassingExchange
from openapi.proxy.report import send_report
from openapi.proxy.traffic import Traffic, ViolationRecord
from openapi.validation import ContractValidator

REPORT: Final = b"/__proxy/report"
_OWN: Final = b"/__proxy"
DEFAULT_MAX_JUDGED: Final = 1024 * 1024


class Mode(StrEnum):
    """The treatment of a response that violates the contract: only reported, or replaced by a 502."""

    REPORT = "report"
    ENFORCE = "enforce"


@dataclass(frozen=True)
class Proxy:
    """Forwards requests with `forwarder`, judges each exchange with `judge`, and records it in `traffic`.

    With `Mode.ENFORCE` a response that violates the contract becomes a 502. Bodies of more than `max_judged` bytes are
    forwarded unjudged. `observe` is called with the violations of each exchange. The current report is at the path
    `REPORT`, for requests to a host that is_known with the name `host`; no other path below ``/__proxy`` is forwarded.
    Raises RouteConflict if the contract has ambiguous paths.
    """

    forwarder: Forwarder
    judge: ContractValidator
    traffic: Traffic
    mode: Mode = Mode.REPORT
    max_judged: int = DEFAULT_MAX_JUDGED
    observe: Callable[[Iterable[ViolationRecord]], object] = list
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        # Built now, so that ambiguous paths fail at the start, not at the first request.
        _ = self.judge.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request, and judge the exchange."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            # Closed before it is accepted: the client sees a 403 (ASGI, "Close - send event").
            await send({"type": "websocket.close"})
        elif (refusal := _refusal(scope)) is not None:
            self.traffic.not_judged("a request that the proxy does not forward")
            await send_error(send, 501, "NOT_PASSED_ON", refusal)
        elif (path := target_of(scope).partition(b"?")[0]) == _OWN or path.startswith(_OWN + b"/"):
            await self._own(path, scope, send)
        else:
            await self._pass(scope, receive, send)

    async def _own(self, path: bytes, scope: Scope, send: Send) -> None:
        """Answer a request below ``/__proxy``, unless DNS rebinding may have led a page of an attacker there."""
        if not is_known(Headers(scope=scope).get("host"), self.host):
            sentence = "Open the report at localhost, an IP address, or the name given with --host."
            await send_error(send, 403, "HOST_REFUSED", sentence)
        elif path != REPORT:
            await send_error(send, 404, "ROUTE_NOT_FOUND", f"The proxy itself has only {REPORT.decode()}.")
        else:
            await send_report(self.traffic, scope, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = HeldBack if self.mode is Mode.ENFORCE else PassingExchange
        exchange = kind(self.judge, scope, receive, send, self.max_judged)
        try:
            await self.forwarder.forward(scope, exchange.receive, exchange.send)
        except AnswerWithheld:
            pass
        except ForwardingError as error:
            self.traffic.failures[error.code] += 1
            await send_error(send, error.status, error.code, str(error))
        except BrokenOff:
            self.traffic.failures["UPSTREAM_BROKEN"] += 1
            if not isinstance(exchange, HeldBack) or exchange.passing:
                raise
            await send_error(
                send, 502, "UPSTREAM_BROKEN", "The upstream server ended the connection in the middle of its answer."
            )
        finally:
            if violations := self.traffic.note(exchange):
                self.observe(violations)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.forwarder.aclose()
        await send({"type": "lifespan.shutdown.complete"})


def _refusal(scope: Scope) -> str | None:
    """The reason why a request is not forwarded; None if it is.

    A websocket client cannot continue without the upgrade. Other upgrades are offers that a server may decline
    (RFC 9110 section 7.8).
    """
    if scope["method"] == "CONNECT":
        return "This proxy serves one upstream server and does not open tunnels."
    if any(name == b"upgrade" and b"websocket" in value.lower() for name, value in scope["headers"]):
        return "This proxy does not forward websockets; connect to the upstream server."
    return None
