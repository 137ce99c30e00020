"""What is answered to requests that are for no operation of a contract: pure."""

from __future__ import annotations

from typing import Final

from openapi.engine.endpoints import Answer
from openapi.mock.answers.decision import Decision, envelope
from openapi.mock.answers.refusals import MockFailure, failure_by_status
from openapi.mock.requests.request import MockRequest
from openapi.mock.snapshot import Target
from openapi.mock.transport.cors import is_preflight, preflight_headers

PANEL: Final = b"/__mock"


def decide_undeclared(request: MockRequest, target: Target) -> Decision | None:
    """The decision about a request that no operation is for; None when there is one."""
    if _is_visit(request) and not target.plans:
        return Decision(Answer(303, ((b"location", PANEL),), b""), "Nothing is here; a browser is led to the panel.")
    problem = None
    if target.mounted is not None and is_preflight(request.method, request.headers):
        problem = preflight_problem(request, target)
        if problem is None:
            reason = "A browser asks whether a page of another origin may call this."
            headers = tuple(preflight_headers(request.headers, target.methods))
            return Decision(Answer(204, headers, b""), reason, open_to_origin=False)
    if target.plan is not None:
        return None
    if not target.plans and target.mounted is not None and _is_for_document(request, target):
        headers = ((b"content-type", b"application/yaml"),)
        answer, reason = Answer(200, headers, target.mounted.document), "The contract."
    elif not target.plans:
        answer = envelope(failure_by_status(404))
        reason = "No operation has this path; /__mock shows those that there are."
    elif request.method == "OPTIONS":
        answer = Answer(204, ((b"allow", _allowed(target)),), b"")
        reason = "The path says which methods it has. A preflight has Origin and Access-Control-Request-Method."
    else:
        failure = failure_by_status(405)
        answer = envelope(MockFailure(405, failure.code, failure.message, {"Allow": _allowed(target).decode()}))
        reason = "The path has other methods; Allow names them."
    return Decision(answer, problem or reason, open_to_origin=problem is None)


def preflight_problem(request: MockRequest, target: Target) -> str | None:
    """Why a preflight is not granted; None when it is, and for any other request. The browser tells its page no more
    than that CORS failed; here it is said why."""
    if target.mounted is None or not is_preflight(request.method, request.headers):
        return None
    wanted = request.headers["access-control-request-method"]
    if wanted in target.methods:
        return None
    lacking = f"The path has no {wanted}" if target.plans else "No operation has this path"
    return f"A browser asks before {wanted}: {lacking}. To its page it looks like CORS."


def _is_visit(request: MockRequest) -> bool:
    """Whether somebody has opened the address of the mock in a browser."""
    return request.raw_path == b"/" and request.method == "GET" and "text/html" in (request.accept or "")


def _is_for_document(request: MockRequest, target: Target) -> bool:
    return target.raw_path == b"/openapi.yaml" and request.method in ("GET", "HEAD")


def _allowed(target: Target) -> bytes:
    return ", ".join(sorted(target.methods | {"OPTIONS"})).encode()
