"""Real applications, started on the loopback address, with the documents that they publish."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from openapi.check import Options
from tests.conftest import end, holds_eventually
from tests.loopback import reserved_port
from tests.openapi.check.servers.installation import environment, sources

# `admin:admin`, the user that `airflow` creates.
_ADMINISTRATOR: Final = ("Authorization", "Basic YWRtaW46YWRtaW4=")


@dataclass(frozen=True)
class Application:
    """A started application: the URL of its API, and its document, a file."""

    url: str
    document: Path


@dataclass(frozen=True)
class Kind:
    """How to start an application in a folder, and the options to check it with."""

    start: Callable[[Path], Iterator[Application]]
    options: Options = field(default_factory=Options)


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
def _published(command: Sequence[str | Path], folder: Path, url: str) -> Iterator[Application]:
    """An application that publishes its document at ``/openapi.json``."""
    with _serving(command, folder, f"{url}/openapi.json"):
        document = folder / "openapi.json"
        document.write_bytes(httpx.get(f"{url}/openapi.json", trust_env=False).content)
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


def _airflow(folder: Path) -> Iterator[Application]:
    """Airflow's web server with an empty database, and the document in its package."""
    installed = environment("airflow")
    airflow = installed / "bin" / "airflow"
    variables = {
        "PATH": f"{installed / 'bin'}:{os.environ['PATH']}",
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.basic_auth",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__WEBSERVER__WORKERS": "2",
    }
    person = ["--username", "admin", "--password", "admin", "--role", "Admin", "--email", "admin@example.org"]
    for arguments in (["db", "migrate"], ["users", "create", *person, "--firstname", "A", "--lastname", "B"]):
        subprocess.run([airflow, *arguments], check=True, capture_output=True, env={**os.environ, **variables})
    document = next(installed.glob("lib/python*/site-packages/airflow/api_connexion/openapi/v1.yaml"))
    with reserved_port() as port:
        url = f"http://127.0.0.1:{port}/api/v1"
        command: list[str | Path] = [airflow, "webserver", "--hostname", "127.0.0.1", "--port", str(port)]
        with _serving(command, folder, f"{url}/health", variables):
            yield Application(url, document)


KINDS: Final = {
    "APIFlask example": Kind(_pets, Options(allow_writes=True)),
    "FastAPI guide": Kind(_users, Options(allow_writes=True)),
    "Airflow": Kind(
        _airflow,
        # Its contract has `security: []`, though it requires credentials. Each answer takes it 0.2 seconds.
        Options(
            headers=(_ADMINISTRATOR,),
            operations=("get_health", "get_dags", "get_pools", "get_roles", "get_variable"),
        ),
    ),
}


@contextmanager
def started(name: str, folder: Path) -> Iterator[Application]:
    """The application `name` of `KINDS`, until the block ends."""
    with contextmanager(KINDS[name].start)(folder) as application:
        yield application
