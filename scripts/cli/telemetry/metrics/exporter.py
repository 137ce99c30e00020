"""The metrics at `/metrics`, on a port of their own, from the parent process."""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from scripts.cli.addresses import listening
from scripts.cli.failures import Refused
from scripts.cli.telemetry.metrics.collector import Figures

logger = logging.getLogger(__name__)

# Scrapes that are answered at once; more are hung up on. Seconds that a client may be silent.
MOST: Final = 16
PATIENCE: Final = 10


@contextmanager
def exporting(host: str, port: int) -> Iterator[Path]:
    """Serve the metrics until the block ends; the folder that workers count in, which is gone then.

    Refused when the port cannot be listened on, or there is no place for the folder.
    """
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tether-relay-")))
            stack.enter_context(_kept(folder))
        except OSError as error:
            raise Refused(f"there is no place for the metrics: {error}; name a folder with TMPDIR") from None
        with listening(host, port, "TETHER_RELAY_METRICS_HOST", "--metrics-port") as (family, address):
            server = stack.enter_context(_Server(family, address, Figures(folder)))
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        stack.callback(thread.join, PATIENCE)
        stack.callback(server.shutdown)
        yield folder


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Keep a folder from who tidies /tmp up: they leave alone what is locked (tmpfiles.d(5))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, family: int, address: tuple[Any, ...], figures: Figures) -> None:
        self._room = threading.BoundedSemaphore(MOST)
        # Before the socket is made.
        self.address_family = family
        super().__init__(address, _Handler)
        registry = CollectorRegistry()
        registry.register(figures)
        self.set_app(_only_metrics(make_wsgi_app(registry)))
        if hasattr(os, "register_at_fork"):
            # A worker that outlived the parent would keep the port.
            os.register_at_fork(after_in_child=self.socket.close)

    def server_bind(self) -> None:
        # Without a look at the name service, which HTTPServer takes and which may be long.
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
        # Most often a client that has left.
        logger.debug("a scrape failed", exc_info=True)


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the log has the requests that the server is there for."""


def _only_metrics(app: Any) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/metrics":
            return app(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"There is nothing here but /metrics.\n"]

    return answer
