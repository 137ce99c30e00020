"""Spans of requests, sent to a real collector (OTLP over HTTP)."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Receive, Scope, Send

from openapi.server.observation import Observation, record_of
from scripts.cli.settings import SettingsError, read_settings
from scripts.cli.telemetry.tracing import FLUSH_TIMEOUT, TracedRequests
from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
PATH = "/api/calls/providers"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
# So that spans arrive while a test looks for them.
QUICKLY = {"OTEL_BSP_SCHEDULE_DELAY": "50", "NO_PROXY": "*", "no_proxy": "*"}


@dataclass
class Collector:
    """Stores the spans that it receives."""

    url: str = ""
    requests: list[tuple[str, ExportTraceServiceRequest]] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        """All received spans, except those of probes."""
        resources = [spans for _, request in list(self.requests) for spans in request.resource_spans]
        spans = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
        return [span for span in spans if span.name != "GET /livez"]

    def of(self, request_id: str) -> list[Span]:
        """The spans of one request, beginning with that of the request itself; none until that has arrived."""
        key = "http.response.header.x-request-id"
        for root in self.spans:
            if attributes(root).get(key) == [request_id]:
                return [root, *(span for span in self.spans if span.parent_span_id == root.span_id)]
        return []


def attributes(span: Any) -> dict[str, Any]:
    """The attributes of a span or a resource."""
    return {attribute.key: plain(attribute.value) for attribute in span.attributes}


def plain(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [plain(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, kind)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def own_collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@contextmanager
def collecting(port: int = 0) -> Iterator[Collector]:
    kept = Collector()

    class Traces(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.requests.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.reply(200)

    with listening(Traces, port) as kept.url:
        yield kept


@pytest.fixture(scope="module")
def traced(running_server: Running, collector: Collector) -> Iterator[Server]:
    """A server with two workers that sends its spans to the collector."""
    settings = {"TETHER_RELAY_OTLP_ENDPOINT": collector.url, **QUICKLY}
    with running_server("--workers", "2", environment=settings, measured=True) as server:
        yield server


Ask = Callable[..., list[Span]]


@pytest.fixture
def ask(traced: Server, collector: Collector, eventually: Eventually) -> Ask:
    """Sends a request and returns its spans, beginning with that of the request itself."""

    def send(method: str = "GET", path: str = PATH, **headers: str) -> list[Span]:
        answer = traced.client.request(method, path, headers=headers)
        request_id = answer.headers["X-Request-ID"]
        assert eventually(lambda: collector.of(request_id))
        return collector.of(request_id)

    return send


# --- content of spans ----------------------------------------------------------------------------


def test_a_request_is_a_span_with_a_span_for_each_read_of_the_store(ask: Ask, traced: Server) -> None:
    own, *reads = ask(Authorization=f"Bearer {traced.token()}", **{"X-Request-ID": "a-request"})

    assert (own.name, own.kind, own.status.code, own.parent_span_id) == (
        f"GET {PATH}",
        Span.SPAN_KIND_SERVER,
        Status.STATUS_CODE_UNSET,
        b"",
    )
    assert attributes(own) == {
        "http.request.method": "GET",
        "http.route": PATH,
        "http.response.status_code": 200,
        "http.response.header.x-request-id": ["a-request"],
        "url.scheme": "http",
    }
    assert [(read.name, read.trace_id) for read in reads] == [
        ("store user", own.trace_id),
        ("store active_provider", own.trace_id),
    ]


def test_spans_have_the_durations_of_the_request_and_its_reads(ask: Ask, traced: Server) -> None:
    own, first, second = ask(Authorization=f"Bearer {traced.token()}")
    moments = [
        own.start_time_unix_nano,
        first.start_time_unix_nano,
        first.end_time_unix_nano,
        second.start_time_unix_nano,
        second.end_time_unix_nano,
        own.end_time_unix_nano,
    ]

    assert moments == sorted(moments)
    assert own.end_time_unix_nano - own.start_time_unix_nano < 5e9


def test_spans_name_the_program_and_its_version(ask: Ask, collector: Collector) -> None:
    ask()
    (path, request), *_ = collector.requests
    (resource,) = (spans.resource for spans in request.resource_spans)

    assert path == "/v1/traces"
    assert attributes(resource)["service.name"] == "tether-relay"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", attributes(resource)["service.version"])


@pytest.mark.parametrize(
    ("method", "path", "name", "about"),
    [
        ("GET", PATH, f"GET {PATH}", {"http.route": PATH, "http.response.status_code": 401, "code": "TOKEN_MISSING"}),
        ("HEAD", "/readyz", "HEAD /readyz", {"http.route": "/readyz", "http.response.status_code": 200}),
        ("GET", "/user_ada/eyJh.eyJz.c2ln?q=1", "GET", {"http.response.status_code": 404, "code": "ROUTE_NOT_FOUND"}),
        ("BREW", PATH, "HTTP", {"http.response.status_code": 405, "code": "METHOD_NOT_ALLOWED"}),
    ],
)
def test_the_span_of_a_refusal_has_its_code_but_not_its_path(
    ask: Ask, method: str, path: str, name: str, about: dict[str, Any]
) -> None:
    """A refusal is not an error of the server (semantic conventions for HTTP spans, "Status")."""
    (own,) = ask(method, path)
    shown = attributes(own)
    shown["code"] = shown.pop("tether_relay.code", None)

    assert (own.name, own.status.code) == (name, Status.STATUS_CODE_UNSET)
    assert shown.pop("http.request.method") == ("_OTHER" if method == "BREW" else method)
    del shown["http.response.header.x-request-id"], shown["url.scheme"]
    assert {key: value for key, value in shown.items() if value is not None} == about


def test_a_failure_is_an_error_of_the_request_and_of_the_read(
    documented: set[str], running_server: Running, own_collector: Collector, eventually: Eventually
) -> None:
    with running_server(environment={"TETHER_RELAY_OTLP_ENDPOINT": own_collector.url, **QUICKLY}) as server:
        server.database.rename(server.database.with_name("elsewhere"))
        request_id = server.get().headers["X-Request-ID"]
        assert eventually(lambda: own_collector.of(request_id))

    spans = own_collector.of(request_id)
    assert [(span.name, attributes(span)["error.type"], span.status.code, len(span.events)) for span in spans] == [
        (f"GET {PATH}", "STORE_UNAVAILABLE", Status.STATUS_CODE_ERROR, 0),
        ("store user", "StoreUnavailable", Status.STATUS_CODE_ERROR, 0),
    ]
    assert {span.status.message for span in spans} == {""}
    assert documented == set(attributes(spans[0]))


@pytest.fixture
def documented() -> set[str]:
    """The attributes in the documentation."""
    traces = (ROOT / "docs" / "operating.md").read_text().partition("## Traces")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z_.-]+)` \|", traces, re.MULTILINE))


def test_the_span_of_a_disconnected_client_has_client_gone() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    async def unanswered(scope: Scope, receive: Receive, send: Send) -> None:
        record_of(scope).operation = "get_a"

    async def nothing(*about: object) -> Any:
        raise AssertionError("nothing is read or sent")

    app = TracedRequests(Observation(unanswered), provider.get_tracer("a"), {"get_a": "/a/{b}"}, close=nothing)
    asyncio.run(app({"type": "http", "method": "GET", "scheme": "http", "headers": []}, nothing, nothing))
    (span,) = exporter.get_finished_spans()

    assert (span.name, span.status.is_unset) == ("GET /a/{b}", True)
    assert dict(span.attributes or {})["error.type"] == "CLIENT_GONE"


def test_an_unknown_user_is_not_an_error_of_the_store(ask: Ask, traced: Server) -> None:
    own, read = ask(Authorization=f"Bearer {traced.token('user_nobody')}")

    assert (attributes(own)["tether_relay.code"], read.status.code) == ("USER_NOT_FOUND", Status.STATUS_CODE_UNSET)


def test_spans_contain_no_personal_data(ask: Ask, traced: Server, collector: Collector) -> None:
    """No user, organization, number, token or other text of a client except the id of its request."""
    token = traced.token()
    ask(Authorization=f"Bearer {token}", Cookie="c=planted", Referer="https://planted.example", Tracestate="a=planted")
    ask(path="/planted?planted=1", Baggage="a=planted", **{"User-Agent": "planted"})
    exported = str([request for _, request in collector.requests])
    planted = ("user_ada", "org_acme", "+1416", *token.split("."), "planted", "127.0.0.1")

    assert [word for word in planted if word in exported] == []


# --- trace context -------------------------------------------------------------------------------


def test_the_trace_of_a_caller_is_continued(ask: Ask) -> None:
    own, *_ = ask(traceparent=f"00-{TRACE}-{PARENT}-01")

    assert (own.trace_id.hex(), own.parent_span_id.hex()) == (TRACE, PARENT)


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "planted",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}x-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-x",
    ],
)
def test_an_invalid_traceparent_is_ignored(ask: Ask, traceparent: str) -> None:
    own, *_ = ask(traceparent=traceparent)

    assert (own.parent_span_id, own.trace_id.hex() != TRACE) == (b"", True)


def test_two_traceparent_headers_are_ignored(traced: Server, collector: Collector, eventually: Eventually) -> None:
    """A request has one header (W3C Trace Context section 3.2.1)."""
    parents = [("traceparent", f"00-{TRACE}-{PARENT}-01"), ("traceparent", f"00-{TRACE}-{PARENT}-01")]
    request_id = traced.client.get(PATH, headers=parents).headers["X-Request-ID"]
    assert eventually(lambda: collector.of(request_id))

    assert collector.of(request_id)[0].parent_span_id == b""


def test_requests_at_once_do_not_mix(ask: Ask, traced: Server) -> None:
    tokens = [traced.token() for _ in range(20)]
    with ThreadPoolExecutor(5) as pool:
        spans = list(pool.map(lambda token: ask(Authorization=f"Bearer {token}"), tokens))

    assert [[span.name for span in request] for request in spans] == [
        [f"GET {PATH}", "store user", "store active_provider"]
    ] * 20
    assert len({request[0].trace_id for request in spans}) == 20


def test_the_sample_ratio_applies_only_to_traces_that_begin_at_the_server(
    running_server: Running, own_collector: Collector
) -> None:
    """Traces of callers follow the callers' flags."""
    settings = {"TETHER_RELAY_OTLP_ENDPOINT": own_collector.url, "TETHER_RELAY_OTLP_SAMPLE_RATIO": "0", **QUICKLY}
    with running_server(environment=settings) as server:
        for traceparent in ("", f"00-{TRACE}-{PARENT}-00", f"00-{TRACE}-{PARENT}-01"):
            server.client.get(PATH, headers={"traceparent": traceparent})
        server.stop()

    assert [(span.name, span.trace_id.hex()) for span in own_collector.spans] == [(f"GET {PATH}", TRACE)]


# --- the collector -------------------------------------------------------------------------------


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_the_remaining_spans_are_sent_at_the_end(
    running_server: Running, own_collector: Collector, with_signal: signal.Signals
) -> None:
    settings = {"TETHER_RELAY_OTLP_ENDPOINT": own_collector.url, **QUICKLY, "OTEL_BSP_SCHEDULE_DELAY": "600000"}
    with running_server(environment=settings) as server:
        ids = {server.get().headers["X-Request-ID"] for _ in range(20)}
        assert own_collector.requests == []
        code = server.stop(with_signal)

    assert (code, {request_id for request_id in ids if len(own_collector.of(request_id)) == 3}) == (0, ids)


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a collector that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def gone() -> Iterator[str]:
    """The address of a collector that does not run yet."""
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


@pytest.mark.parametrize("endpoint", ["deaf", "gone"])
def test_answers_do_not_wait_for_a_collector_that_hangs(
    request: pytest.FixtureRequest, running_server: Running, endpoint: str
) -> None:
    """The end of the server does not wait long either."""
    settings = {"TETHER_RELAY_OTLP_ENDPOINT": request.getfixturevalue(endpoint), **QUICKLY}
    with running_server(environment=settings) as server:
        answers = [server.get() for _ in range(300)]
        slowest = max(answer.elapsed.total_seconds() for answer in answers)
        signalled = time.monotonic()
        code = server.stop()
        took = time.monotonic() - signalled

    assert ({answer.status_code for answer in answers}, slowest < 1) == ({200}, True)
    assert (code, took < FLUSH_TIMEOUT + 3) == (0, True)


def test_spans_are_sent_when_the_collector_becomes_reachable(
    running_server: Running, gone: str, eventually: Eventually
) -> None:
    with running_server(environment={"TETHER_RELAY_OTLP_ENDPOINT": gone, **QUICKLY}) as server:
        server.get()
        assert eventually(lambda: "encountered while exporting" in server.output)
        with collecting(httpx.URL(gone).port or 0) as returned:
            request_id = server.get().headers["X-Request-ID"]

            assert eventually(lambda: returned.of(request_id))


# --- without tracing, and refusals ---------------------------------------------------------------


IMPORTED = """
import sys
from scripts.cli.serve.asgi import create_app
create_app()
print(len([name for name in sys.modules if name.startswith("opentelemetry")]))
"""


def imports(**settings: str) -> int:
    """The number of modules of OpenTelemetry that an application imports."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TETHER_RELAY_")}
    environment |= {"TETHER_RELAY_JWT_SECRET": "s" * 32, **settings}
    command = [sys.executable, "-W", "ignore", "-c", IMPORTED]
    return int(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)


def test_opentelemetry_is_not_imported_without_an_endpoint() -> None:
    assert imports() == 0


def test_opentelemetry_is_imported_with_an_endpoint() -> None:
    """This proves that the count finds them."""
    assert imports(TETHER_RELAY_OTLP_ENDPOINT="http://127.0.0.1:9") > 0


@pytest.mark.usefixtures("secret", "database")
def test_without_the_packages_the_start_is_refused_with_the_command_that_installs_them(
    program: Callable[..., CompletedProcess[str]], folder: Path
) -> None:
    """A package that cannot be imported hides the installed one."""
    missing = folder / "path" / "opentelemetry"
    missing.mkdir(parents=True)
    (missing / "__init__.py").write_text("raise ModuleNotFoundError('No module named opentelemetry')\n")
    done = program("serve", PYTHONPATH=str(missing.parent), TETHER_RELAY_OTLP_ENDPOINT="http://127.0.0.1:4318")

    needs = "TETHER_RELAY_OTLP_ENDPOINT needs packages of the extra tracing, which are not installed"
    install = "with the lock of this release run: pip install --require-hashes --requirement requirements.lock"
    assert (done.returncode, done.stderr) == (2, f"tether-relay: {needs}; {install}\n")


@pytest.mark.usefixtures("secret", "database")
def test_an_invalid_variable_of_opentelemetry_is_refused_at_the_start(
    program: Callable[..., CompletedProcess[str]],
) -> None:
    done = program("serve", TETHER_RELAY_OTLP_ENDPOINT="http://127.0.0.1:4318", OTEL_BSP_MAX_QUEUE_SIZE="-1")

    wrong = "a variable OTEL_... of OpenTelemetry is invalid: max_queue_size must be a positive integer."
    assert (done.returncode, done.stderr) == (2, f"tether-relay: {wrong}\n")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "endpoint",
    [
        "127.0.0.1:4318",
        "collector",
        "grpc://collector:4317",
        "http://",
        "http://:4318",
        "http://collector:65536",
        "http://collector:x",
        "http://user:password@collector:4318",
        "http://collector:4318/?token=abc",
        "http://collector:4318/#part",
        "http://coll ector:4318",
        "http://[::1:4318",
    ],
)
def test_an_invalid_endpoint_is_refused_without_repeating_it(endpoint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(otlp_endpoint=endpoint)

    expected = "must be a URL such as http://127.0.0.1:4318, without a user, a query or a fragment"
    assert str(refused.value) == f"--otlp-endpoint: {expected}"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:4318", "https://collector.example.com/otlp/", "http://[::1]:4318"]
)
def test_a_valid_endpoint_is_accepted(endpoint: str) -> None:
    assert read_settings(otlp_endpoint=endpoint).otlp_endpoint == endpoint
