"""The part of the server's engine that stands on Connexion, which takes longer to import than all the rest of the mock.

It parses parameters and bodies, and serves the mock's own API. It is imported when it is first needed, or beside the
first answers.
"""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import Final

_LOCK: Final = Lock()


def import_engine() -> None:
    """Have it imported. Its modules import one another in circles, which two threads at once would trip over."""
    with _LOCK:
        import_module("openapi.server.app")
