"""The generated types cost neither the start nor a request anything."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import CodeType

import handlers
from handlers import calls

FOLDER = Path(handlers.__file__).parent
LOADED = """
import sys
import handlers
from openapi.engine.binding import HandlerPackage
HandlerPackage(handlers)
print(*sorted(name for name in sys.modules if name.startswith("handlers.types")))
"""


def test_the_server_does_not_import_the_types() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["handlers.types"]


def test_annotations_are_never_evaluated() -> None:
    annotations = calls.get_calls_providers.__annotations__

    assert annotations["caller"] == "operations.Caller"


def codes(tree: ast.Module) -> list[bytes]:
    """The instructions of the functions of a module."""
    module = compile(tree, "calls.py", "exec")
    return [constant.co_code for constant in module.co_consts if isinstance(constant, CodeType)]


def test_a_request_runs_the_same_instructions_as_without_types() -> None:
    typed = ast.parse((FOLDER / "calls.py").read_bytes())
    untyped = ast.parse((FOLDER / "calls.py").read_bytes())
    for node in ast.walk(untyped):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AsyncFunctionDef):
            node.returns = None

    assert len(codes(typed)) >= 1
    assert codes(typed) == codes(untyped)
