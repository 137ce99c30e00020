"""Asks the mock of a document for an answer of each operation, and judges the answers with other validators."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from openapi.contract import load_contract
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.messages import Request, Response
from openapi.mock.mocking import Mock
from openapi.mock.sample_requests import request_for
from openapi.mock.scenarios.scenarios import mocked_operations
from openapi.mock.settings import MockSettings
from scripts.benchmark.judging import CRASHED, NOT_ASKED, WRONG, judged

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked


def asked_about(file: Path, asked: Callable[[Mock], Asked]) -> tuple[Counter[str], list[str]]:
    """How many operations of the document had which kind of answer, and a line for each that is wrong."""
    send = asked(Mock({"": file}, None, MockSettings(auth="presence"), None))
    contract = load_contract(file, lenient=True)
    maker = RequestMaker(contract)
    kinds: Counter[str] = Counter()
    lines = []
    for mocked in mocked_operations({"": contract}).values():
        try:
            request = request_for(mocked, maker, "presence", time.time())
        except GenerationError:
            kinds[NOT_ASKED] += 1
            continue
        answer = sent(send, request)
        kind, reason = judged(contract, mocked.operation, answer)
        kinds[kind] += 1
        if kind in (WRONG, CRASHED):
            lines.append(f"{file.stem} {mocked.operation.label}: {answer.status} {reason}")
    return kinds, lines


def sent(send: Asked, request: Request) -> Response:
    answer = send(request.target, request.method, headers=list(request.headers), content=request.body)
    return Response(answer.status_code, tuple(answer.headers.multi_items()), answer.content)
