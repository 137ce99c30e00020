"""An operation plan: all that an operation does per request, prepared once at start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openapi.contract import Contract, Operation
from openapi.engine.arguments import Arguments
from openapi.engine.binding import accepted_names, check_signature
from openapi.engine.endpoints import Answer, Authenticator, Handler, Headers, Incoming
from openapi.engine.responses import Responses

# An answer that depends on the caller is not cached, or given to others (RFC 9111 sections 4.1 and 5.2.2.5).
CALLER_ONLY: Headers = ((b"cache-control", b"no-store"), (b"vary", b"Authorization"))


@dataclass(frozen=True)
class PlanFactory:
    """What plans are made from.

    `contracts` are the published contract and then stricter ones; `authenticators` are listed by HTTP scheme, in lower
    case (RFC 9110 section 11.1); `services` go to the handlers that ask for them; `max_body` is in bytes.
    """

    contracts: Sequence[Contract]
    authenticators: Mapping[str, Authenticator]
    services: Mapping[str, object]
    max_body: int

    def plan(self, operation: Operation, handler: Handler) -> OperationPlan:
        """The plan of an operation that `handler` serves.

        ValueError says what about the operation or its handler cannot be served.
        """
        try:
            authenticate = self._authenticator(operation)
            headers = CALLER_ONLY if authenticate else ()
            arguments = Arguments(operation, self.max_body)
            if arguments.ambiguous:
                raise ValueError(f"two arguments are called {arguments.ambiguous[0]!r}")
            return OperationPlan(
                operation.operation_id,
                handler,
                arguments=arguments,
                responses=Responses(operation, self.contracts, headers),
                authenticate=authenticate,
                services=self.services,
                headers=headers,
            )
        except ValueError as error:
            raise ValueError(f"{operation.operation_id} ({operation.label}): {error}") from None

    def _authenticator(self, operation: Operation) -> Authenticator | None:
        """That of the first security requirement which one scheme meets that we have an authenticator for."""
        if operation.public:
            return None
        for requirement in operation.security:
            scheme = requirement[0]
            if len(requirement) == 1 and scheme.type == "http" and scheme.http_scheme in self.authenticators:
                return self.authenticators[scheme.http_scheme]
        wanted = " or ".join(" and ".join(scheme.name for scheme in requirement) for requirement in operation.security)
        raise ValueError(f"needs the security scheme {wanted}, which this server cannot check")


class OperationPlan:
    """Authenticate, read the arguments, call the handler, validate its answer.

    A handler is called by name with what it asks for of: its parameters and `body`, the authenticated `caller`,
    and the `services` that the program hands to all handlers.
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
            raise ValueError(f"the argument {hidden[0]!r} has the name of what the server hands to handlers")
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
        """The answer to one request. Authentication comes first: a stranger learns nothing about the arguments."""
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
