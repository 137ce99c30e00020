"""The metrics at `/metrics`, on a separate port, served by the parent process."""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from openapi.http.hosts import is_known
from scripts.cli.addresses import listening
from scripts.cli.failures import Refused
from scripts.cli.telemetry.metrics.collector import Figures

logger = logging.getLogger(__name__)

# The most scrapes at the same time; further connections are closed. Seconds that a client may be silent.
MOST: Final = 16
PATIENCE: Final = 10


@contextmanager
def exporting(host: str, port: int, allowed_hosts: Collection[str] = ()) -> Iterator[Path]:
    """Serve the metrics during the block; yield the folder that workers count in, which is removed at the end.

    Requests must be for a host that is_known, with the names `host` and `allowed_hosts`.
    Refused if this process cannot listen on the port, or cannot create the folder.
    """
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tether-relay-")))
            stack.enter_context(_kept(folder))
        except OSError as error:
            raise Refused(f"cannot create a folder for the metrics: {error}; name its parent with TMPDIR") from None
        with listening(host, port, "TETHER_RELAY_METRICS_HOST", "--metrics-port") as (family, address):
            server = stack.enter_context(_Server(family, address, Figures(folder), (host, *allowed_hosts)))
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        stack.callback(thread.join, PATIENCE)
        stack.callback(server.shutdown)
        yield folder


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Protect a folder from the cleaning of /tmp, which skips locked folders (tmpfiles.d(5))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, family: int, address: tuple[Any, ...], figures: Figures, hosts: Collection[str]) -> None:
        self._room = threading.BoundedSemaphore(MOST)
        # Before the superclass opens the socket.
        self.address_family = family
        super().__init__(address, _Handler)
        registry = CollectorRegistry()
        registry.register(figures)
        self.set_app(_only_metrics(make_wsgi_app(registry), hosts))
        if hasattr(os, "register_at_fork"):
            # A worker that outlives the parent would otherwise keep the port.
            os.register_at_fork(after_in_child=self.socket.close)

    def server_bind(self) -> None:
        # Without the reverse DNS lookup of HTTPServer, which may be slow.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 0
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Usually a client that has disconnected.
        logger.debug("a scrape failed", exc_info=True)


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: Any) -> None:
        """Do nothing: the log has only the requests of the API."""


def _only_metrics(app: Any, hosts: Collection[str]) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if not is_known(environ.get("HTTP_HOST"), *hosts):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"This host is not allowed; add it to TETHER_RELAY_METRICS_ALLOWED_HOSTS.\n"]
        if environ["PATH_INFO"] == "/metrics":
            return app(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"Only /metrics is served here.\n"]

    return answer
