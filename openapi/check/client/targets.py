"""The server under check: a URL, or an application in this process.

An application is served on a free port of this machine during the check. So it is judged by the bytes that it really
sends, in the same way as any other server.
"""

from __future__ import annotations

import inspect
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeAlias

# A URL, an ASGI 3 application, or a WSGI application (PEP 3333).
Target: TypeAlias = str | Callable[..., Any]

_START: Final = 30.0  # seconds


class NotStarted(Exception):
    """The application did not start; the text says why, as far as is known."""


@contextmanager
def served(target: Target) -> Iterator[str]:
    """The URL of a target; an application is served until the block ends.

    Raises NotStarted if the startup of the application fails, and ValueError for any other object.
    """
    if not isinstance(target, str) and not callable(target):
        raise ValueError(f"{target!r} is neither a URL nor an application; give a URL, or an ASGI or WSGI application")
    if isinstance(target, str):
        yield target
    elif _is_asgi(target):
        with _asgi(target) as url:
            yield url
    else:
        with _wsgi(target) as url:
            yield url


def _is_asgi(app: Callable[..., Any]) -> bool:
    """Whether `app` is ASGI 3: a coroutine function, or an object whose `__call__` is one."""
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else type(app).__call__
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(call)


@contextmanager
def _asgi(app: Callable[..., Any]) -> Iterator[str]:
    import uvicorn

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))

        def run() -> None:
            # The exception of the startup has been logged already.
            with suppress(BaseException):
                server.run(sockets=[listener])

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + _START
            while not server.started:
                if not thread.is_alive() or time.monotonic() > deadline:
                    raise NotStarted("the application did not start; see its log")
                time.sleep(0.005)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _wsgi(app: Callable[..., Any]) -> Iterator[str]:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, type: str, message: str, *args: Any) -> None:
            """Do not log the requests of the check."""

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
