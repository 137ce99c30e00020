"""The servers to measure, and a check that each does the work."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.benchmark.errors import WrongAnswer
from scripts.benchmark.workload import COMMAND, PATH, Workload

_UVICORN: Final = (sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}")
_UVICORN_FAST: Final = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
_GRANIAN: Final = (sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", "{port}")
_GRANIAN_AS_OURS: Final = ("--loop", "uvloop", "--http", "1", "--no-ws", "--log-level", "warning")
# With a log line for each request, and with metrics.
_OURS: Final = (str(COMMAND), "serve", "--host", "127.0.0.1", "--port", "{port}", "--metrics-port", "{metrics_port}")
_PEERS: Final = "scripts.benchmark.peers"


@dataclass(frozen=True)
class Candidate:
    """One server; its `command` has the placeholders ``{port}`` and ``{metrics_port}``.

    A server with `works` false only shows the upper limit.
    """

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    works: bool = True


OURS: Final = "tether-relay"
CONNEXION: Final = "connexion"
FASTAPI: Final = "fastapi"

CANDIDATES: Final = (
    Candidate(OURS, "tether-relay, each token verified", _OURS, {"TETHER_RELAY_TOKEN_MEMORY": "0"}),
    Candidate("tether-relay-memory", "tether-relay, verified tokens remembered", _OURS),
    Candidate(
        CONNEXION,
        "Connexion, validate_responses, uvicorn",
        (*_UVICORN, *_UVICORN_FAST, "--factory", f"{_PEERS}.connexion_app:create_app"),
    ),
    Candidate(FASTAPI, "FastAPI, response model, uvicorn", (*_UVICORN, *_UVICORN_FAST, f"{_PEERS}.fastapi_app:app")),
    Candidate(
        "constant",
        "granian alone, constant bytes",
        (*_GRANIAN, *_GRANIAN_AS_OURS, f"{_PEERS}.constant_app:app"),
        works=False,
    ),
)


def check_answers(candidate: Candidate, port: int, workload: Workload) -> None:
    """Return if each valid token gets its answer and each invalid one a 401; otherwise WrongAnswer."""
    if not candidate.works:
        return
    for token, body in workload.answers.items():
        if (found := ask(port, token)) != (200, body):
            raise WrongAnswer(f"{candidate.title}: expected 200 {body}, got {found[0]} {found[1]}")
    for token in workload.refused:
        if (status := ask(port, token)[0]) != 401:
            raise WrongAnswer(f"{candidate.title}: an invalid token got {status}, not 401")


def ask(port: int, token: str) -> tuple[int, Any]:
    """The status and the JSON body of one request with `token`. OSError if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", PATH, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        content = response.read()
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer: {error}") from error
    finally:
        connection.close()
    try:
        return response.status, json.loads(content)
    except ValueError:
        return response.status, content
