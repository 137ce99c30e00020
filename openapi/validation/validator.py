"""The judge of one contract: finds the operation of a request, and compiles what it declares when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from openapi.contract import Contract, Operation
from openapi.contract.router import Route, RouteConflict, Router
from openapi.documents.pointer import pointer_to
from openapi.http.messages import Request, Response
from openapi.validation.judged_requests import DeclaredRequest
from openapi.validation.responses import DeclaredResponse, as_strict, declared_status, is_of_http
from openapi.validation.violations import Breach

# Every path may be asked what it supports, be it by a browser that is about to call it (RFC 9110 section 9.3.7).
_OF_HTTP: Final = "OPTIONS"


class Judge:
    """Judges by `contract` and, where one is given, responses by the same contract with a stricter overlay too."""

    def __init__(self, contract: Contract, strict: Contract | None = None) -> None:
        self.contract = contract
        self._strict = strict
        self._requests: dict[str, DeclaredRequest] = {}
        self._responses: dict[tuple[str, str], DeclaredResponse] = {}
        self._strict_responses: dict[tuple[str, str], DeclaredResponse] = {}

    @cached_property
    def router(self) -> Router[Operation]:
        """Where the operations stand. Of several that cannot be told apart it is the first, if the contract is lenient;
        if not, RouteConflict."""
        router: Router[Operation] = Router(lenient=self.contract.lenient)
        for operation in self.contract.operations:
            try:
                router.add(operation.method, operation.path, operation)
            except RouteConflict:
                if not self.contract.lenient:
                    raise
        return router

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request is for; HEAD is judged as the GET that it stands for. None when there is none.

        RouteConflict when the contract, not being lenient, has paths that cannot be told apart.
        """
        found = self._route(request)
        return None if found is None else _operation(found[0], request.method)

    def path_is_known(self, request: Request) -> bool:
        """Whether the contract has the path of a request, with whatever method."""
        return self._route(request) is not None

    def request(self, request: Request, *, with_body: bool = True) -> list[Breach]:
        """Every way in which a request breaks the contract; `with_body` False where its body is not at hand."""
        found = self._route(request)
        if found is None:
            return [Breach("path-undeclared", pointer_to("paths"), "the contract does not have this path")]
        route, path_values = found
        operation = _operation(route, request.method)
        if operation is None:
            if request.method == _OF_HTTP:
                return []
            reason = f"the path does not have the method {request.method}, only {', '.join(route.endpoints)}"
            return [Breach("method-undeclared", pointer_to("paths", route.path), reason)]
        if (declared := self._requests.get(operation.pointer)) is None:
            declared = self._requests[operation.pointer] = DeclaredRequest(self.contract, operation)
        return list(declared.breaches(request, path_values, with_body=with_body))

    def response(
        self, operation: Operation, method: str, response: Response, *, with_body: bool = True
    ) -> list[Breach]:
        """Every way in which a response to `method` breaks the contract; empty when it keeps it. `with_body` False
        where its body is not at hand."""
        if is_of_http(operation, response.status):
            return []
        declared = self._declared(operation, response.status)
        if declared is None:
            return [_undeclared(operation, response.status)]
        headers = list(declared.header_breaches(method, response))
        content = list(declared.content_breaches(method, response, with_body=with_body))
        strictly = self._strict_operation(operation)
        if strictly is not None and self._strict is not None:
            strict = _response(self._strict, strictly, response.status, self._strict_responses)
            if strict is None:
                return [_undeclared(strictly, response.status)]
            # What the published contract forbids already, the overlay need not repeat.
            headers = headers or list(strict.header_breaches(method, response))
            content = content or list(as_strict(strict.content_breaches(method, response, with_body=with_body)))
        return headers + content

    def reads_body(self, operation: Operation, method: str, response: Response) -> bool:
        """Whether the body matters for judging a response with this status and these headers."""
        if method == "HEAD" or is_of_http(operation, response.status):
            return False
        declared = self._declared(operation, response.status)
        return declared is not None and declared.reads_body(response)

    def _route(self, request: Request) -> tuple[Route[Operation], Mapping[str, str]] | None:
        return self.router.find(request.path.encode("latin-1", "replace"))

    def _declared(self, operation: Operation, status: int) -> DeclaredResponse | None:
        return _response(self.contract, operation, status, self._responses)

    def _strict_operation(self, operation: Operation) -> Operation | None:
        """What the overlay makes of an operation; None without one, and where it takes the operation away."""
        if self._strict is None:
            return None
        try:
            return self._strict.operation(operation.operation_id)
        except LookupError:
            return None


def _response(
    contract: Contract, operation: Operation, status: int, known: dict[tuple[str, str], DeclaredResponse]
) -> DeclaredResponse | None:
    """What `contract` declares for a status, compiled when it is first needed."""
    if (key := declared_status(operation, status)) is None:
        return None
    place = (operation.pointer, key)
    if place not in known:
        known[place] = DeclaredResponse(contract, operation, key)
    return known[place]


def _operation(route: Route[Operation], method: str) -> Operation | None:
    return route.endpoints.get(method) or (route.endpoints.get("GET") if method == "HEAD" else None)


def _undeclared(operation: Operation, status: int) -> Breach:
    declared = ", ".join(key for key in operation.definition["responses"] if not key.startswith("x-"))
    reason = f"the status {status} is not declared, only {declared}"
    return Breach("status-undeclared", operation.pointer + pointer_to("responses"), reason)
