"""The validator of one contract: finds the operation of a request, and compiles its declarations on first use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Final

from openapi.contract import Contract, DeclaredResponse, Operation
from openapi.contract.router import Route, RouteConflict, Router, pieces_of
from openapi.documents.pointer import pointer_to
from openapi.http.messages import Request, Response, has_content
from openapi.parameters.request_parts import RequestParts
from openapi.validation.requests import RequestReader
from openapi.validation.responses import ResponseReader, as_strict, is_of_a_mock, is_of_http
from openapi.validation.security import credential_violations
from openapi.validation.surplus import surplus_violations
from openapi.validation.violations import Violation

# A client can send OPTIONS to every path, for example a browser before it calls the path (RFC 9110 section 9.3.7).
_OF_HTTP: Final = "OPTIONS"


class ContractValidator:
    """Lists the violations of `contract` by requests and responses and, if `strict` is given, the violations by
    responses of this contract with a stricter overlay. Pure: it does not judge what needs a second request, such as
    whether the server verifies tokens."""

    def __init__(self, contract: Contract, strict: Contract | None = None) -> None:
        self.contract = contract
        self._strict = strict
        self._requests: dict[Operation, RequestReader] = {}
        self._responses: dict[DeclaredResponse, ResponseReader] = {}

    @cached_property
    def router(self) -> Router[Operation]:
        """The routes of the operations, also below the paths of their own servers. If the templates of several differ
        only in the names of their parameters, a lenient contract uses the first whose parameters accept the values in
        the path; otherwise RouteConflict is raised."""
        lenient = self.contract.lenient
        router: Router[Operation] = Router(lenient=lenient, accepts=self._accepts if lenient else None)
        for operation in self.contract.operations:
            try:
                router.add(operation.method, operation.path, operation)
            except RouteConflict:
                if not self.contract.lenient:
                    raise
        for operation in self.contract.operations:
            for base in operation.base_paths:
                # A path of the document itself comes first.
                with suppress(RouteConflict):
                    router.add(operation.method, base + operation.path, operation)
        return router

    def operation(self, request: Request) -> Operation | None:
        """The operation of a request, or None; HEAD has the operation of GET.

        Raises RouteConflict if the contract is not lenient and has paths that match the same requests.
        """
        found = self._route(request)
        return None if found is None else _operation(found[0], request.method)

    def path_is_known(self, request: Request) -> bool:
        """Whether the contract has the path of a request, with any method."""
        return self._route(request) is not None

    def methods(self, operation: Operation, request: Request) -> set[str]:
        """The methods, in upper case, that the contract has for the path of a request to `operation`, whatever base
        path precedes it. With ``GET /u/{id}``, the path ``/u/me`` of another operation has GET too."""
        return set(self.router.endpoints(_own_path(operation, request).encode("latin-1", "replace")))

    def sent(self, operation: Operation, request: Request) -> list[Violation]:
        """As `request`, for a request that was sent to `operation`, whatever base path precedes its path; without the
        violations of credentials, and with the probable ones of what the contract does not declare."""
        alone: Router[Operation] = Router()
        alone.add(operation.method, operation.path, operation)
        path = _own_path(operation, request)
        found = alone.find(path.encode("latin-1", "replace"))
        if found is None:
            return [Violation("path-undeclared", operation.pointer, f"the path is not {operation.path}")]
        if self.belongs_to_rival(operation, request):
            reason = "another operation, whose path differs only in the names of its parameters, accepts the path too"
            return [Violation("path-undeclared", operation.pointer, reason, is_probable=True)]
        parts = _parts(request, path, found[1])
        surplus = surplus_violations(operation, parts, request.body)
        return [*self._request_reader(operation).read(parts, request.body).violations, *surplus]

    def belongs_to_rival(self, operation: Operation, request: Request) -> bool:
        """Whether a request that was sent to `operation` belongs to another one, whose path differs only in the names
        of its parameters."""
        if not self.contract.lenient:
            return False
        method = operation.method.upper()
        found = self.router.find(_own_path(operation, request).encode("latin-1", "replace"), method)
        other = None if found is None else found[0].endpoints.get(method)
        return other is not None and other is not operation and _unnamed(other) == _unnamed(operation)

    def accepts_path(self, operation: Operation, path: str) -> bool:
        """Whether an undecoded path is one of an operation, with parameters that satisfy their schemas."""
        alone: Router[Operation] = Router()
        alone.add(operation.method, operation.path, operation)
        found = alone.find(path.encode("latin-1", "replace"))
        return found is not None and self._accepts(operation, path, found[1])

    def _accepts(self, operation: Operation, path: str, values: Mapping[str, str]) -> bool:
        return self._request_reader(operation).accepts_path(RequestParts(path, values, "", ()))

    def request(self, request: Request, *, with_body: bool = True) -> list[Violation]:
        """All violations of the contract by a request; `with_body` is False if its body is unavailable."""
        found = self._route(request)
        if found is None:
            return [Violation("path-undeclared", pointer_to("paths"), "the contract does not have this path")]
        route, path_values = found
        operation = _operation(route, request.method)
        if operation is None:
            if request.method == _OF_HTTP:
                return []
            reason = f"the path does not have the method {request.method}, only {', '.join(route.endpoints)}"
            path = next(iter(route.endpoints.values())).path
            return [Violation("method-undeclared", pointer_to("paths", path), reason)]
        return self.request_for(
            operation, _parts(request, request.path, path_values), request.body if with_body else None
        )

    def request_for(self, operation: Operation, parts: RequestParts, body: bytes | None) -> list[Violation]:
        """As `request`, for a request whose operation is known; `body` is None if it is unavailable."""
        return credential_violations(operation, parts) + self._request_reader(operation).read(parts, body).violations

    def response(
        self, operation: Operation, method: str, response: Response, *, with_body: bool = True
    ) -> list[Violation]:
        """All violations of the contract by a response to `method`; `with_body` is False if its body is unavailable."""
        if is_of_http(operation, response.status) or is_of_a_mock(response):
            return []
        declared = self._reader(operation, response.status)
        if declared is None:
            # OpenAPI 3.1 lets an operation declare no response, or only informational ones, as for an upgrade of the
            # connection: then nothing is said about its answers.
            is_said = any(not key.startswith("1") for key in operation.responses)
            return [_undeclared(operation, response.status)] if is_said else []
        headers = list(declared.header_violations(method, response))
        content = list(declared.content_violations(method, response, with_body=with_body))
        strictly = self._strict_operation(operation)
        if strictly is not None:
            strict = self._reader(strictly, response.status)
            if strict is None:
                return [_undeclared(strictly, response.status)]
            # A violation of the published contract is not repeated for the overlay.
            headers = headers or list(strict.header_violations(method, response))
            content = content or list(as_strict(strict.content_violations(method, response, with_body=with_body)))
        return headers + content

    def reads_body(self, operation: Operation, method: str, response: Response) -> bool:
        """Whether the body is needed to judge a response with this status and these headers."""
        if method == "HEAD" or is_of_http(operation, response.status):
            return False
        declared = self._reader(operation, response.status)
        return declared is not None and declared.reads_body(response)

    def unread_request(self, request: Request) -> str:
        """Why the body of a request, which has one, is not judged although there is no violation; "" if it is judged.
        A body can be of a media type that is no data, such as a picture."""
        operation = self.operation(request)
        return "" if operation is None else self._request_reader(operation).unread_body(request.headers)

    def unread_response(self, operation: Operation, method: str, response: Response) -> str:
        """As `unread_request`, for the body of a response to `method`."""
        if method == "HEAD" or not has_content(response.status):
            return ""
        if is_of_http(operation, response.status):
            return "the answer is partial"
        declared = self._reader(operation, response.status)
        return "" if declared is None else declared.unread_body(response)

    def _request_reader(self, operation: Operation) -> RequestReader:
        if operation not in self._requests:
            self._requests[operation] = RequestReader(operation)
        return self._requests[operation]

    def _route(self, request: Request) -> tuple[Route[Operation], Mapping[str, str]] | None:
        return self.router.find(request.path.encode("latin-1", "replace"), request.method)

    def _reader(self, operation: Operation, status: int) -> ResponseReader | None:
        """The reader of the response that is declared for a status, compiled on first use."""
        if (declared := operation.response_for(status)) is None:
            return None
        if declared not in self._responses:
            self._responses[declared] = ResponseReader(declared)
        return self._responses[declared]

    def _strict_operation(self, operation: Operation) -> Operation | None:
        """The operation with the overlay; None if there is no overlay, or if it removes the operation."""
        if self._strict is None:
            return None
        try:
            return self._strict.operation(operation.operation_id)
        except LookupError:
            return None


def _operation(route: Route[Operation], method: str) -> Operation | None:
    return route.endpoints.get(method) or (route.endpoints.get("GET") if method == "HEAD" else None)


def _unnamed(operation: Operation) -> tuple[str, ...]:
    """The parts of a path between its parameters."""
    return tuple(pieces_of(operation.path)[::2])


def _own_path(operation: Operation, request: Request) -> str:
    """The end of an undecoded path that has as many segments as the path of its operation."""
    return "/" + "/".join(request.path.split("/")[-operation.path.count("/") :])


def _parts(request: Request, path: str, path_values: Mapping[str, str]) -> RequestParts:
    # Octets that are not percent-encoded are read as UTF-8, as in the engine.
    query = request.query.encode("latin-1", "replace").decode("utf-8", "replace")
    return RequestParts(path, path_values, query, request.headers)


def _undeclared(operation: Operation, status: int) -> Violation:
    reason = f"the status {status} is not declared, only {', '.join(operation.responses)}"
    return Violation("status-undeclared", operation.pointer + pointer_to("responses"), reason)
