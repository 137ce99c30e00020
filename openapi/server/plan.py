"""An operation plan: all that an operation does per request, prepared once at start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.types import Receive, Scope

from openapi.engine.endpoints import Answer, Authenticator, Handler, Headers
from openapi.engine.observation import exchange_of
from openapi.server.arguments import Arguments
from openapi.server.binding import accepted_names, check_signature
from openapi.server.responses import Responses

# What depends on the caller is kept by nobody and never given to another (RFC 9111 sections 4.1 and 5.2.2.5).
CALLER_ONLY: Headers = ((b"cache-control", b"no-store"), (b"vary", b"Authorization"))


class OperationPlan:
    """Authenticate, read the arguments, call the handler, judge its answer.

    A handler is called by name with what it asks for of: its parameters and `body`, `caller` (who was authenticated),
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

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """The answer to one request. Authentication comes first: a stranger learns nothing about the arguments."""
        given: dict[str, Any] = {}
        if self._authenticate is not None:
            authorization = [value for name, value in scope["headers"] if name == b"authorization"]
            caller = exchange_of(scope).caller = await self._authenticate(authorization)
            if self._takes_caller:
                given["caller"] = caller
        if self._reads_arguments:
            arguments = await self._arguments.read(scope, receive)
            given.update((name, value) for name, value in arguments.items() if name in self._accepted)
        return self._responses.answer(await self._handler(**given))
