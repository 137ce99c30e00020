"""Probes of HTTP semantics: HEAD, undeclared methods, unknown paths, redirects.

Choices that RFC 9110 leaves to servers are not findings: 501 for an unknown method, 401 or 403 before anything else,
redirects within the server. For its recommendations (SHOULD), findings are probable.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Carried, Credentials
from openapi.check.response_checks import OF_GATEWAYS, ResponseChecks
from openapi.contract import Operation
from openapi.examples.requests import SampleRequest
from openapi.findings.findings import Certainty
from openapi.http.messages import Request, Response, values_of

# Safe methods (RFC 9110 section 9.2.1, RFC 4918 section 9.1), which change nothing even if they exist. Not TRACE, which
# gateways in front of the server answer.
_SAFE: Final = ("GET", "HEAD", "PROPFIND")
_UNSAFE: Final = ("POST", "PUT", "PATCH", "DELETE")
# Refusals that a server may send before it looks at the method.
_REFUSALS: Final = (400, 401, 403, *OF_GATEWAYS)


class ProtocolProbe:
    """Sends requests that match no operation; `seed` determines the name of the unknown path."""

    def __init__(self, session: Session, checks: ResponseChecks, credentials: Credentials, seed: int) -> None:
        self._session = session
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._unknown = f"tether-relay-check-{random.Random(seed).getrandbits(32):08x}"  # noqa: S311 - a name, not a secret

    def run(self, operation: Operation, good: SampleRequest, answer: Exchange) -> None:
        """Probe the path of an operation whose valid request, `good`, had this `answer`."""
        carried = self._credentials.carried(operation)
        # A failure is one whether or not the contract declares it.
        self._checks.unharmed(operation, answer, "a request that follows the contract")
        if operation.method == "get":
            self._head(operation, good, carried, answer)
            self._unknown_query(operation, good, carried, answer)
            self._spellings(operation, good, carried, answer)
        self._redirect(operation, answer, is_declared=_declares_status(operation, answer))

    def methods(self, operations: list[Operation], good: SampleRequest, allow_writes: bool) -> None:
        """Probe undeclared methods of a path. `operations` are all that it has; findings belong to the first."""
        first = operations[0]
        carried = self._credentials.carried(first)
        declared = {operation.method.upper() for operation in operations}
        tried = (*_SAFE, *(_UNSAFE if allow_writes else ()))
        known = known_methods(self._checks, first, self._session.request_of(good)) | declared
        for method in (method for method in tried if method not in known):
            exchange = self._session.send(_bodiless(self._session.request_of(good, carried, method=method)))
            self._checks.wire(first, exchange)
            undeclared_method(self._checks, first, declared, exchange)
        if "OPTIONS" not in known:
            exchange = self._session.send(_bodiless(self._session.request_of(good, carried, method="OPTIONS")))
            self._checks.wire(first, exchange)
            options(self._checks, first, declared, exchange)

    def unknown_path(self, operation: Operation) -> None:
        """Probe a path next to that of an operation, which the contract does not have."""
        known = self._checks.judge.path_is_known
        beside = _beside(operation.path, self._unknown)
        if (path := next((path for path in beside if not known(Request("GET", path))), None)) is None:
            self._recorder.not_judged(None, "path-unknown", "every path belongs to an operation")
            return
        exchange = self._session.send(self._session.request("GET", path, self._credentials.carried(operation).headers))
        self._checks.wire(None, exchange)
        response = exchange.response
        if response is None or response.status in OF_GATEWAYS:
            return
        self._recorder.judged(None, "path-unknown")
        if response.status // 100 in (2, 5) and response.status != 501:
            self._recorder.found(
                "path-unknown",
                None,
                f"GET of an unknown path is answered with {response.status}",
                "404 Not Found (RFC 9110 section 15.5.5)",
                exchange,
                certainty=Certainty.CERTAIN if response.status >= 500 else Certainty.PROBABLE,
            )

    def _head(self, operation: Operation, good: SampleRequest, carried: Carried, answer: Exchange) -> None:
        head = self._session.send(self._session.request_of(good, carried, method="HEAD"))
        self._checks.answer(operation, head, status_is_judged=False)
        # A second GET: a header that changes between two GETs is not a difference of HEAD.
        again = self._session.send(self._session.request_of(good, carried))
        self._checks.answer(operation, again)
        first, second, response = answer.response, again.response, head.response
        if first is None or second is None or response is None or first.status != second.status:
            return
        if any(status in OF_GATEWAYS for status in (first.status, response.status)):
            return
        self._recorder.judged(operation, "head")
        if (difference := _difference(first, second, response)) is not None:
            message, where = difference
            refused = response.status in (405, 501)
            self._recorder.found(
                "head",
                operation,
                message,
                "the status and the headers of GET (RFC 9110 section 9.3.2)",
                head,
                where=where,
                # The MUST of section 9.1 is for general-purpose servers.
                certainty=Certainty.PROBABLE if refused else Certainty.CERTAIN,
            )

    def _unknown_query(self, operation: Operation, good: SampleRequest, carried: Carried, answer: Exchange) -> None:
        """Probe an undeclared query parameter, which may be ignored or refused, but must not make the server fail. A
        server that also fails without it has a finding already."""
        if answer.response is None or answer.response.status >= 500:
            return
        exchange = self._session.send(self._session.request_of(good, carried, query=f"{self._unknown}=1"))
        self._checks.unharmed(operation, exchange, "a query parameter that the contract does not declare")

    def _spellings(self, operation: Operation, good: SampleRequest, carried: Carried, answer: Exchange) -> None:
        """Probe the path with a slash at its end, and with two at its start, without credentials."""
        for path in (good.path + "/", "/" + good.path):
            exchange = self._session.send(self._session.request_of(good, path=path))
            self._checks.wire(operation, exchange)
            if _location(exchange) != _location(answer):
                self._redirect(operation, exchange)
            response = exchange.response
            if response is None or carried == NOTHING or operation.public:
                continue
            # A server that answers 200 to every path, or to every caller, has a finding of another rule.
            if self._recorder.has(None, "path-unknown") or self._recorder.has(operation, "auth-missing"):
                continue
            self._recorder.judged(operation, "auth-path")
            if response.status // 100 == 2 and self._looks_right(operation, response):
                self._recorder.found(
                    "auth-path",
                    operation,
                    f"{path} is answered with {response.status} without credentials",
                    "401 or 404",
                    exchange,
                )

    def _looks_right(self, operation: Operation, response: Response) -> bool:
        return response.body != b"" and not self._checks.judge.response(operation, "GET", response)

    def _redirect(self, operation: Operation, exchange: Exchange, *, is_declared: bool = False) -> None:
        """Judge where a redirect leads. One that the contract declares may lead to another origin, but not to the same
        host without TLS."""
        response = exchange.response
        if response is None or response.status not in (301, 302, 303, 307, 308):
            return
        self._recorder.judged(operation, "redirect")
        location = response.header("location") or ""
        here = self._session.origin
        target = _place(urlsplit(urljoin(f"{here.scheme}://{here.netloc}{exchange.request.path}", location)))
        downgrade = here.scheme == "https" and target[0] == "http"
        if target == _place(here) or (is_declared and not (downgrade and target[1] == _place(here)[1])):
            return
        self._recorder.found(
            "redirect",
            operation,
            f"a {response.status} leads from {here.scheme}://{here.netloc} to {target[0]}://{target[1]}:{target[2]}",
            "no redirect to another origin",
            exchange,
            where="Location",
            certainty=Certainty.CERTAIN if downgrade else Certainty.PROBABLE,
        )


def _location(exchange: Exchange) -> str | None:
    return exchange.response.header("location") if exchange.response is not None else None


def _declares_status(operation: Operation, exchange: Exchange) -> bool:
    """Whether the contract has the status of an answer, or its range."""
    status = exchange.response.status if exchange.response is not None else 0
    return not operation.responses.keys().isdisjoint((str(status), f"{status // 100}XX"))


def _beside(path: str, name: str) -> Iterator[str]:
    """Paths that end in `name`, next to a path or next to one of its parents, the closest first."""
    while path:
        path = path.rpartition("/")[0]
        if "{" not in path:
            yield f"{path}/{name}"


def known_methods(checks: ResponseChecks, operation: Operation, request: Request) -> set[str]:
    """The methods of all paths of the contract that match that of a request to `operation`: its own, and those of
    another template, such as ``GET /u/{id}`` for ``/u/me``. With GET, a path has HEAD (RFC 9110 section 9.3.2)."""
    methods = checks.judge.methods(operation, request)
    return methods | {"HEAD"} if "GET" in methods else methods


def undeclared_method(checks: ResponseChecks, operation: Operation, declared: set[str], exchange: Exchange) -> None:
    """Judge the answer to a method that a path does not have; `declared` are those that it has."""
    response, method = exchange.response, exchange.request.method
    if response is None or response.status in _REFUSALS or method in known_methods(checks, operation, exchange.request):
        return
    recorder, status = checks.recorder, response.status
    recorder.judged(operation, "method-undeclared")
    if status == 405:
        # Servers in front answer TRACE by themselves, and leave Allow out.
        if method != "TRACE":
            allow(checks, operation, declared, exchange)
        return
    templated = "{" in operation.path
    if status == 501 or (status == 404 and templated) or _is_trace(method, response) or status // 100 == 3:
        return
    certain = status >= 500 or status // 100 == 2
    recorder.found(
        "method-undeclared",
        operation,
        f"{method} is answered with {status}",
        "405 Method Not Allowed, with Allow (RFC 9110 section 15.5.6)",
        exchange,
        certainty=Certainty.CERTAIN if certain else Certainty.PROBABLE,
    )


def options(checks: ResponseChecks, operation: Operation, declared: set[str], exchange: Exchange) -> None:
    """Judge the answer to an undeclared OPTIONS, which a server need not support."""
    response = exchange.response
    if response is None:
        return
    if response.status == 405 or (response.status // 100 == 2 and response.header("allow") is not None):
        allow(checks, operation, declared, exchange)
    elif response.status >= 500 and response.status not in (501, *OF_GATEWAYS):
        undeclared_method(checks, operation, declared, exchange)


def allow(checks: ResponseChecks, operation: Operation, declared: set[str], exchange: Exchange) -> None:
    """Judge that Allow lists the declared methods (RFC 9110 section 10.2.1). A method that it lists in addition may be
    supported without being in the contract."""
    values = values_of(exchange.response.headers, "allow") if exchange.response else []
    allowed = {method.strip() for value in values for method in value.split(",")} - {""}
    checks.recorder.judged(operation, "allow")
    expected = f"Allow: {', '.join(sorted(declared))} (RFC 9110 section 15.5.6)"
    known = known_methods(checks, operation, exchange.request) | declared
    # A server may know the path by another template, whose methods these are.
    certainty = Certainty.CERTAIN if known <= declared | {"HEAD"} else Certainty.PROBABLE
    if not values:
        certainty = Certainty.CERTAIN
        message = f"{exchange.request.method} is answered with 405 without an Allow"
    elif missing := declared - allowed:
        message = f"Allow leaves out {', '.join(sorted(missing))}: {', '.join(values)}"
    elif surplus := allowed - known - {"HEAD", "OPTIONS", "TRACE"}:
        message = f"Allow lists methods that the contract does not declare: {', '.join(sorted(surplus))}"
        certainty = Certainty.PROBABLE
    else:
        return
    checks.recorder.found("allow", operation, message, expected, exchange, where="Allow", certainty=certainty)


def _difference(first: Response, second: Response, head: Response) -> tuple[str, str] | None:
    """The difference of an answer to HEAD from two answers to GET: a sentence, and the name of the header."""
    if head.status != first.status:
        return f"HEAD is answered with {head.status}, GET with {first.status}", ""
    for name in ("Content-Type", "Content-Length"):
        get, again, came = (response.header(name) for response in (first, second, head))
        # HEAD may omit a header whose value depends on the generated content.
        if get is not None and get == again and came is not None and came != get:
            return f"HEAD has {name}: {came}, GET has {get}", name
    return None


def _is_trace(method: str, response: Response) -> bool:
    """RFC 9110 section 9.3.8: TRACE is answered with the request itself."""
    return method == "TRACE" and (response.status // 100 != 2 or response.media_type == "message/http")


def _bodiless(request: Request) -> Request:
    headers = tuple(field for field in request.headers if field[0].lower() != "content-type")
    return Request(request.method, request.target, headers)


def _place(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"https": 443}.get(parts.scheme, 80)
