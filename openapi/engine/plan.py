"""The plan of an operation: everything that it does for a request, prepared once at startup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from openapi.contract import Contract, Operation
from openapi.engine.arguments import Arguments
from openapi.engine.binding import accepted_names, check_signature, named_parameters
from openapi.engine.endpoints import Answer, Authenticator, Handler, Headers, Incoming
from openapi.engine.responses import Responses

# An answer that depends on the caller must not be cached or sent to others (RFC 9111 sections 4.1 and 5.2.2.5).
CALLER_ONLY: Headers = ((b"cache-control", b"no-store"), (b"vary", b"Authorization"))


@dataclass(frozen=True)
class PlanFactory:
    """Creates the plans of operations.

    `contracts` are the published contract and then stricter ones; the keys of `authenticators` are HTTP schemes in
    lower case (RFC 9110 section 11.1); `services` are passed by name to the handlers that take them, those of `writers`
    only for operations whose method is not safe; `max_body` is in bytes.
    """

    contracts: Sequence[Contract]
    authenticators: Mapping[str, Authenticator]
    services: Mapping[str, object]
    max_body: int
    writers: Mapping[str, object] = field(default_factory=dict)

    def plan(self, operation: Operation, handler: Handler) -> OperationPlan:
        """The plan of an operation with its handler.

        Raises ValueError, which names the operation and the problem, if the operation cannot be served.
        """
        try:
            authenticate = self._authenticator(operation)
            headers = CALLER_ONLY if authenticate else ()
            arguments = Arguments(operation, self.max_body)
            if arguments.ambiguous:
                raise ValueError(f"two arguments have the name {arguments.ambiguous[0]!r}; rename a parameter")
            self._check_safe(operation, handler)
            return OperationPlan(
                operation.operation_id,
                handler,
                arguments=arguments,
                responses=Responses(operation, self.contracts, headers),
                authenticate=authenticate,
                services=self.services if operation.is_safe else {**self.services, **self.writers},
                headers=headers,
            )
        except ValueError as error:
            raise ValueError(f"{operation.operation_id} ({operation.label}): {error}") from None

    def _check_safe(self, operation: Operation, handler: Handler) -> None:
        """Raises ValueError if a handler takes a writer, although a client may repeat its requests, or send them in
        advance, because their method promises to change nothing (RFC 9110 section 9.2.1)."""
        if operation.is_safe and (writers := sorted(named_parameters(handler) & self.writers.keys())):
            raise ValueError(
                f"{handler.__module__}.{handler.__name__} takes {writers[0]!r}, which changes data, but "
                f"{operation.method.upper()} is a safe method; leave it out, or declare POST, PUT, PATCH or DELETE"
            )

    def _authenticator(self, operation: Operation) -> Authenticator | None:
        """The authenticator for the first security requirement of a single scheme that has one."""
        if operation.public:
            return None
        for requirement in operation.security:
            scheme = requirement[0]
            if len(requirement) == 1 and scheme.type == "http" and scheme.http_scheme in self.authenticators:
                return self.authenticators[scheme.http_scheme]
        wanted = " or ".join(" and ".join(scheme.name for scheme in requirement) for requirement in operation.security)
        raise ValueError(f"needs the security scheme {wanted}, which this server cannot check")


class OperationPlan:
    """Authenticates, reads the arguments, calls the handler, and validates its answer.

    A handler is called with those of these arguments that it takes, by name: the parameters and the `body`, the
    authenticated `caller`, and the `services` of the program.
    """

    def __init__(
        self,
        name: str,
        handler: Handler,
        *,
        arguments: Arguments,
        responses: Responses,
        authenticate: Authenticator | None,
        services: Mapping[str, object],
        headers: Headers,
    ) -> None:
        if hidden := sorted(arguments.names & {*services, "caller"}):
            reason = "has the name of a value that the server passes to handlers; rename the parameter"
            raise ValueError(f"the argument {hidden[0]!r} {reason}")
        available = arguments.names | services.keys() | ({"caller"} if authenticate else set())
        if (problem := check_signature(handler, available, arguments.optional)) is not None:
            raise ValueError(f"{handler.__module__}.{handler.__name__} {problem}")
        accepted = accepted_names(handler, available)
        self.name = name
        self.headers = headers
        self._handler = partial(handler, **{name: services[name] for name in services.keys() & accepted})
        self._authenticate = authenticate
        self._responses = responses
        self._arguments = arguments
        self._reads_arguments = not arguments.empty
        self._takes_caller = "caller" in accepted
        self._accepted = accepted

    async def __call__(self, incoming: Incoming) -> Answer:
        """The answer to one request. Authentication is first, so that an unauthenticated client learns nothing about
        the arguments."""
        given: dict[str, Any] = {}
        if self._authenticate is not None:
            authorization = [value for name, value in incoming.headers if name == b"authorization"]
            caller = incoming.record.caller = await self._authenticate(authorization)
            if self._takes_caller:
                given["caller"] = caller
        if self._reads_arguments:
            arguments = await self._arguments.read(incoming)
            given.update((name, value) for name, value in arguments.items() if name in self._accepted)
        return self._responses.answer(await self._handler(**given))
