"""The answers to requests that are for no operation of a contract. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from openapi.engine.endpoints import Answer
from openapi.mock.answers.decision import Decision, undeclared_answer
from openapi.mock.answers.refusals import failure_by_status
from openapi.mock.requests.request import MockRequest
from openapi.mock.settings import Envelope
from openapi.mock.snapshot import Target
from openapi.mock.transport.cors import is_preflight, preflight_headers

PANEL: Final = b"/__mock"


def decide_undeclared(request: MockRequest, target: Target, envelope: Envelope | None) -> Decision:
    """The decision about a request that is for no operation; an error has the form of `envelope`."""
    if not target.plans and _is_visit(request):
        return Decision(
            Answer(303, ((b"location", PANEL),), b""),
            "The contract has no path /; the mock redirects browsers to the panel.",
        )
    if not target.plans and target.mounted is not None and _is_for_document(request, target):
        headers = ((b"content-type", b"application/yaml"),)
        answer, reason = Answer(200, headers, target.mounted.document), "The contract."
    elif not target.plans:
        answer = undeclared_answer(failure_by_status(404), envelope)
        reason = "No operation has this path; /__mock lists the operations."
    elif request.method == "OPTIONS":
        answer = Answer(204, ((b"allow", _allowed(target).encode()),), b"")
        reason = "Allow lists the methods of the path. A preflight has Origin and Access-Control-Request-Method."
    else:
        answer = undeclared_answer(replace(failure_by_status(405), headers={"Allow": _allowed(target)}), envelope)
        reason = "The path does not support this method; Allow lists its methods."
    problem = preflight_problem(request, target)
    return Decision(answer, problem or reason, open_to_origin=problem is None)


def granted_preflight(request: MockRequest, target: Target) -> Decision | None:
    """The answer that grants a CORS preflight; None for any other request, and for a preflight for a path or method
    that the contract does not have."""
    if not _is_preflight(request, target) or preflight_problem(request, target) is not None:
        return None
    headers = tuple(preflight_headers(request.headers, target.methods))
    reason = "CORS preflight: pages of other origins may call this path."
    return Decision(Answer(204, headers, b""), reason, open_to_origin=False)


def preflight_problem(request: MockRequest, target: Target) -> str | None:
    """The reason why a preflight is not granted; None if it is, and for any other request. The browser hides this
    reason from its page."""
    if not _is_preflight(request, target):
        return None
    wanted = request.headers["access-control-request-method"]
    if wanted in target.methods:
        return None
    problem = "the path does not support this method" if target.plans else "no operation has this path"
    return f"CORS preflight for {wanted}: {problem}. The page sees a CORS failure."


def _is_preflight(request: MockRequest, target: Target) -> bool:
    return target.mounted is not None and is_preflight(request.method, request.headers)


def _is_visit(request: MockRequest) -> bool:
    """Whether a browser opens the address of the mock."""
    return request.raw_path == b"/" and request.method == "GET" and "text/html" in (request.accept or "")


def _is_for_document(request: MockRequest, target: Target) -> bool:
    return target.raw_path == b"/openapi.yaml" and request.method in ("GET", "HEAD")


def _allowed(target: Target) -> str:
    return ", ".join(sorted(target.methods | {"OPTIONS"}))
