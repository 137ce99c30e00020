"""The engine uses neither Connexion nor ASGI."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "openapi" / "engine").glob("*.py"))
# The arguments of an ASGI application (ASGI, "Applications").
ASGI = {"scope", "receive", "send"}


def imported(tree: ast.AST) -> set[str]:
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_module_imports_a_framework_or_a_server(file: Path) -> None:
    """Except Starlette's exceptions: errors with an HTTP status."""
    names = imported(ast.parse(file.read_bytes()))
    packages = {"connexion", "starlette", "granian", "uvicorn", "openapi.server"}
    found = {name for name in names if name in packages or name.startswith(tuple(f"{each}." for each in packages))}

    assert found <= {"starlette.exceptions"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_function_has_the_arguments_of_an_asgi_application(file: Path) -> None:
    tree = ast.parse(file.read_bytes())

    assert {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} & ASGI == set()


def test_an_application_is_created_without_connexion() -> None:
    code = "import sys, openapi.engine.application; print('connexion' in sys.modules, 'starlette.types' in sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
