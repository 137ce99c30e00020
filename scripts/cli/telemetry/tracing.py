"""Traces of requests for an OpenTelemetry collector. Needs the extra `tracing`, and is imported only if it is set.

Attributes follow the semantic conventions for HTTP, without personal data: no paths as sent, queries, users or tokens.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openapi.contract import Operation
from openapi.engine.observation import RequestRecord
from openapi.server.observation import record_of
from store import ActiveProvider, Reader, StoreUnavailable, User

# Timeouts in seconds, for one export to the collector, and for the last spans when a worker ends.
EXPORT_TIMEOUT: Final = 5
FLUSH_TIMEOUT: Final = 5

# The conventions call every other method `_OTHER` (RFC 9110 section 9, RFC 5789).
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class Tracing:
    """Sends spans to a collector in the background. If the collector is slow or unreachable, spans are lost, but no
    answer waits.

    `endpoint` is the collector's URL without ``/v1/traces``. `ratio` is the share of traces to send; a trace that a
    caller began follows the caller's flag instead.
    """

    def __init__(self, endpoint: str, ratio: float) -> None:
        program = version("tether-relay")
        resource = Resource.create({"service.name": "tether-relay", "service.version": program})
        self._provider = TracerProvider(
            sampler=ParentBasedTraceIdRatio(ratio), resource=resource, shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_TIMEOUT)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tether-relay", program)

    def store(self, store: Reader) -> Reader:
        """`store`, with a span for each read."""
        return TracedReader(store, self._tracer)

    def requests(self, app: ASGIApp, operations: Sequence[Operation]) -> ASGIApp:
        """`app`, which serves `operations`, with a span for each request; the last spans are sent at its end."""
        routes = {operation.operation_id: operation.path for operation in operations}
        return TracedRequests(app, self._tracer, routes, self.close)

    def stop(self) -> None:
        """Send the remaining spans, without a timeout."""
        self._provider.shutdown()

    async def close(self) -> None:
        """Send the remaining spans, for at most `FLUSH_TIMEOUT` seconds."""
        # Not in a thread of the loop's executor: the process would wait for its end.
        closing = threading.Thread(target=self.stop, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, FLUSH_TIMEOUT)


class TracedRequests:
    """Wraps an application and its `Observation` with spans. `routes` maps operationIds to paths; `close` is awaited
    before the application ends."""

    def __init__(
        self, app: ASGIApp, tracer: Tracer, routes: Mapping[str, str], close: Callable[[], Awaitable[None]]
    ) -> None:
        self._app = app
        self._tracer = tracer
        self._routes = routes
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application within a span."""
        if scope["type"] != "http":
            await self._app(scope, receive, self._closing(send))
            return
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        with self._tracer.start_as_current_span(
            method,
            _parent(scope),
            SpanKind.SERVER,
            {"http.request.method": method, "url.scheme": scope["scheme"]},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self._app(scope, receive, send)
            finally:
                if span.is_recording():
                    self._describe(span, method, record_of(scope))

    def _describe(self, span: Span, method: str, record: RequestRecord) -> None:
        name = "HTTP" if method == "_OTHER" else method
        if record.operation is not None:
            route = self._routes.get(record.operation, record.operation)
            span.set_attribute("http.route", route)
            name = f"{name} {route}"
        span.update_name(name)
        span.set_attribute("http.response.header.x-request-id", [record.request_id])
        if record.status is None:
            span.set_attribute("error.type", "CLIENT_GONE")
            return
        span.set_attribute("http.response.status_code", record.status)
        if record.code is not None:
            span.set_attribute("tether_relay.code", record.code)
        if record.status >= 500:
            span.set_attribute("error.type", record.code or str(record.status))
            span.set_status(Status(StatusCode.ERROR))

    def _closing(self, send: Send) -> Send:
        """`send` of a lifespan; it sends the last spans at the end."""

        async def send_when_closed(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                await self._close()
            await send(message)

        return send_when_closed


class TracedReader:
    """A `Reader` with a span for each read, without data about the user."""

    def __init__(self, store: Reader, tracer: Tracer) -> None:
        self._store = store
        self._tracer = tracer
        self.check = store.check
        self.close = store.close

    async def user(self, user_id: str) -> User:
        """Read from the store within a span; returns and raises the same."""
        if not get_current_span().is_recording():
            return await self._store.user(user_id)
        with self._span("store user"):
            return await self._store.user(user_id)

    async def active_provider(self, user_id: str) -> ActiveProvider:
        """Read from the store within a span; returns and raises the same."""
        if not get_current_span().is_recording():
            return await self._store.active_provider(user_id)
        with self._span("store active_provider"):
            return await self._store.active_provider(user_id)

    @contextmanager
    def _span(self, name: str) -> Iterator[None]:
        # Exceptions are not recorded, because their texts name users and files.
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield
            except StoreUnavailable as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def _parent(scope: Scope) -> Context:
    """The parent context of a request's span (W3C Trace Context section 3.2.2); empty if the request names two.

    `tracestate` is ignored: it may contain anything, and would go to the collector.
    """
    parents = [value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"]
    return _PROPAGATOR.extract({"traceparent": parents}, Context()) if len(parents) == 1 else Context()
