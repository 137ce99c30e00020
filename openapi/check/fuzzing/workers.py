"""Errors that end the worker threads of Schemathesis."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import walk_tb

_PACKAGE = "schemathesis"


@contextmanager
def ended_workers(ended: Callable[[BaseException], object]) -> Iterator[None]:
    """Call `ended` with each error that ends a worker thread of Schemathesis in the block, instead of printing its
    traceback. A server can cause such an error, for example with data that is nested too deeply."""
    usual = threading.excepthook

    def hook(args: threading.ExceptHookArgs) -> None:
        names = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(args.exc_traceback))
        if args.exc_value is not None and any(str(name).partition(".")[0] == _PACKAGE for name in names):
            ended(args.exc_value)
        else:
            usual(args)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = usual
