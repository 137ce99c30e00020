"""`tether-relay proxy` starts with what it needs, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.loopback import listening
from tests.openapi.proxy.program import Telnyx, command

# Prints how many objects no collection of garbage looks at, once requests are answered, and ends.
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
    """The modules that the program has imported when it begins to answer, by what Python itself tells."""
    with listening(Telnyx) as upstream, command(upstream, folder, PYTHONPROFILEIMPORTTIME="1"):
        return set(_IMPORTED.findall((folder / "stderr").read_text()))


def test_what_only_the_check_and_the_server_need_is_not_loaded(tmp_path: Path) -> None:
    modules = imported(tmp_path)

    assert "openapi.proxy.app" in modules
    assert modules & {"schemathesis", "hypothesis", "requests", "connexion", "openapi_spec_validator"} == set()


def test_what_was_loaded_is_not_looked_through_for_garbage_while_answers_wait() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVING], capture_output=True, text=True, check=True)

    assert int(done.stdout) > 10_000
