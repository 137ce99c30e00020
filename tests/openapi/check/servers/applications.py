"""Real applications, started on the loopback address, with the documents that they publish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx
import pytest

from openapi.check import Options
from tests.conftest import end, holds_eventually
from tests.loopback import reserved_port
from tests.openapi.check.servers.installation import FOLDER, environment, modules, sources

# `admin:admin`, the user that `airflow` creates.
_ADMINISTRATOR: Final = ("Authorization", "Basic YWRtaW46YWRtaW4=")


@dataclass(frozen=True)
class Application:
    """A started application: the URL of its API, and its document, a file."""

    url: str
    document: Path


@dataclass(frozen=True)
class Kind:
    """How to start an application in a folder, and the options of each check of it."""

    start: Callable[[Path], Iterator[Application]]
    checks: tuple[Options, ...]


@contextmanager
def _serving(
    command: Sequence[str | Path], folder: Path, url: str, variables: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A process, once `url` is answered with 200."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, **(variables or {})},
        )

        def answers() -> bool:
            try:
                return httpx.get(url, trust_env=False, timeout=10).status_code == 200
            except httpx.TransportError:
                return False

        try:
            assert holds_eventually(answers, seconds=120), log.read_text()
            yield
        finally:
            end(process)


@contextmanager
def _published(
    command: Sequence[str | Path], folder: Path, url: str, name: str = "openapi.json"
) -> Iterator[Application]:
    """An application that publishes its document at the `name` below its URL."""
    with _serving(command, folder, f"{url}/{name}"):
        document = folder / name
        document.write_bytes(httpx.get(f"{url}/{name}", trust_env=False).content)
        yield Application(url, document)


def _pets(folder: Path) -> Iterator[Application]:
    """APIFlask's example ``basic``. It writes OpenAPI 3.1, or 3.0 by its setting."""
    installed = environment("pets")
    shutil.copy(sources(installed, "apiflask", "3.1.2") / "examples" / "basic" / "app.py", folder)
    with reserved_port() as port:
        program = f"from app import app; app.config['OPENAPI_VERSION'] = '3.0.3'; app.run(port={port})"
        with _published([installed / "bin" / "python", "-c", program], folder, f"http://127.0.0.1:{port}") as pets:
            yield pets


def _users(folder: Path) -> Iterator[Application]:
    """The application of FastAPI's guide to SQL databases. Versions before 0.99 write OpenAPI 3.0."""
    installed = environment("users")
    guide = sources(installed, "fastapi", "0.98.0") / "docs_src" / "sql_databases" / "sql_app"
    shutil.copytree(guide, folder / "sql_app")
    with reserved_port() as port:
        command: list[str | Path] = [
            installed / "bin" / "python",
            "-m",
            "uvicorn",
            "--port",
            str(port),
            "sql_app.main:app",
        ]
        with _published(command, folder, f"http://127.0.0.1:{port}") as users:
            yield users


def _library(folder: Path) -> Iterator[Application]:
    """An application of the FastAPI that is installed here, which writes OpenAPI 3.1."""
    shutil.copy(FOLDER / "library.py", folder)
    with reserved_port() as port:
        command = [sys.executable, "-m", "uvicorn", "--port", str(port), "library:app"]
        with _published(command, folder, f"http://127.0.0.1:{port}") as library:
            yield library


def _restx(folder: Path) -> Iterator[Application]:
    """An application of Flask-RESTX, which writes Swagger 2.0."""
    shutil.copy(FOLDER / "restx.py", folder)
    with reserved_port() as port:
        program = f"from restx import app; app.run(port={port})"
        command: list[str | Path] = [environment("restx") / "bin" / "python", "-c", program]
        with _published(command, folder, f"http://127.0.0.1:{port}/api", "swagger.json") as todos:
            yield todos


def _todos(folder: Path) -> Iterator[Application]:
    """LoopBack's example of an application with a list of todos, in a file."""
    if (node := shutil.which("node")) is None or (npm := shutil.which("npm")) is None:
        pytest.skip("node and npm are not installed on this machine")
    installed = modules(npm, "todos")
    shutil.copytree(installed / "node_modules" / "@loopback" / "example-todo" / "data", folder / "data")
    with reserved_port() as port:
        command: list[str | Path] = [node, installed / "serve.cjs", str(port)]
        with _published(command, folder, f"http://127.0.0.1:{port}") as todos:
            yield todos


# Makes the hash of the passwords cheap: the check sends thousands of requests, each of which verifies one.
_CHEAP_PASSWORDS: Final = """
import sqlite3, sys
from werkzeug.security import generate_password_hash
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("UPDATE ab_user SET password = ?", (generate_password_hash("admin", "pbkdf2:sha256:1"),))
"""


def _airflow(folder: Path) -> Iterator[Application]:
    """Airflow's web server with its examples, and the document in its package."""
    installed = environment("airflow")
    airflow = installed / "bin" / "airflow"
    variables = {
        "PATH": f"{installed / 'bin'}:{os.environ['PATH']}",
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.basic_auth",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "True",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__WEBSERVER__WORKERS": "2",
    }
    person = ["--username", "admin", "--password", "admin", "--role", "Admin", "--email", "admin@example.org"]
    created = ["users", "create", *person, "--firstname", "A", "--lastname", "B"]
    for arguments in (["db", "migrate"], created, ["dags", "reserialize"]):
        subprocess.run([airflow, *arguments], check=True, capture_output=True, env={**os.environ, **variables})
    python = installed / "bin" / "python"
    subprocess.run([python, "-c", _CHEAP_PASSWORDS, folder / "airflow.db"], check=True, capture_output=True)
    document = next(installed.glob("lib/python*/site-packages/airflow/api_connexion/openapi/v1.yaml"))
    with reserved_port() as port:
        url = f"http://127.0.0.1:{port}/api/v1"
        command: list[str | Path] = [airflow, "webserver", "--hostname", "127.0.0.1", "--port", str(port)]
        with _serving(command, folder, f"{url}/health", variables):
            yield Application(url, document)


# Airflow's contract has `security: []`, though it requires credentials. Generated requests for all of its 52 readable
# operations would take some minutes, so they are sent to those that have findings of their own.
_AIRFLOW: Final = Options(headers=(_ADMINISTRATOR,), workers=2)
_GENERATED: Final = (
    "get_dag",
    "get_dags",
    "get_event_log",
    "get_event_logs",
    "get_import_error",
    "get_log",
    "get_mapped_task_instance",
    "get_permissions",
    "get_task_instances",
)
KINDS: Final = {
    "FastAPI application": Kind(_library, (Options(allow_writes=True, token=lambda: "reader-token"),)),
    "Flask-RESTX application": Kind(_restx, (Options(allow_writes=True),)),
    "APIFlask example": Kind(_pets, (Options(allow_writes=True),)),
    "FastAPI guide": Kind(_users, (Options(allow_writes=True),)),
    "LoopBack example": Kind(_todos, (Options(allow_writes=True),)),
    "Airflow": Kind(_airflow, (replace(_AIRFLOW, generate=False), replace(_AIRFLOW, operations=_GENERATED))),
}


@contextmanager
def started(name: str, folder: Path) -> Iterator[Application]:
    """The application `name` of `KINDS`, until the block ends."""
    with contextmanager(KINDS[name].start)(folder) as application:
        yield application
