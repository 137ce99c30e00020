"""The start of `tether-relay proxy` imports only what it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.loopback import listening
from tests.openapi.proxy.program import Telnyx, command

# Prints the number of frozen objects when the proxy is ready, and ends.
_SERVING = """
import gc, os, signal
from scripts.cli.proxy.server import run_gateway

async def app(scope, receive, send):
    for event in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{event}.complete"})

def announce(port):
    print(gc.get_freeze_count())
    os.kill(os.getpid(), signal.SIGTERM)

run_gateway(app, "127.0.0.1", 0, announce)
"""
_IMPORTED = re.compile(r"^import time:.*\| +(\S+)$", re.MULTILINE)


def imported(folder: Path) -> set[str]:
    """The modules that the program has imported when it is ready, from Python's own list."""
    with listening(Telnyx) as upstream, command(upstream, folder, PYTHONPROFILEIMPORTTIME="1"):
        return set(_IMPORTED.findall((folder / "stderr").read_text()))


def test_modules_of_the_check_and_the_server_are_not_imported(tmp_path: Path) -> None:
    modules = imported(tmp_path)

    assert "openapi.proxy.app" in modules
    assert modules & {"schemathesis", "hypothesis", "requests", "connexion", "openapi_spec_validator"} == set()


def test_loaded_objects_are_frozen_before_the_first_answer() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVING], capture_output=True, text=True, check=True)

    assert int(done.stdout) > 10_000
