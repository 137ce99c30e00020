"""The ASGI application: Connexion around the dispatcher, built completely before the first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from types import ModuleType
from typing import cast

from connexion.exceptions import NonConformingResponse
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from openapi.contract import Contract
from openapi.contract.views import binding_view
from openapi.engine.application import DEFAULT_MAX_BODY
from openapi.engine.binding import HandlerPackage
from openapi.engine.endpoints import Authenticator, Endpoint, ErrorResponse, ErrorTable
from openapi.engine.errors import ResponseInvalid
from openapi.engine.observation import Observer
from openapi.engine.plan import PlanFactory
from openapi.server.cors import Cors
from openapi.server.documents import document_endpoints
from openapi.server.heads import HeadCheck
from openapi.server.health import Check, Liveness, Readiness
from openapi.server.observation import Observation
from openapi.server.resolver import HandlerResolver
from openapi.server.specification import SpecificationEntry


def create_server(
    contracts: Sequence[Contract],
    handlers: ModuleType,
    *,
    errors: ErrorTable,
    authenticators: Mapping[str, Authenticator] | None = None,
    services: Mapping[str, object] | None = None,
    writers: Mapping[str, object] | None = None,
    checks: Mapping[str, Check] | None = None,
    documents: bool = True,
    health: bool = True,
    max_body: int = DEFAULT_MAX_BODY,
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    observers: Sequence[Observer] = (),
    observed_within: float = 0.0,
    cors_origins: Sequence[str] = (),
) -> ASGIApp:
    """Create the application that serves the first of `contracts` with the coroutines of the package `handlers`.

    Answers must satisfy each of `contracts`. The keys of `authenticators` are HTTP schemes; `services` are passed by
    name to the handlers that take them, `writers` only to those of operations whose method is not safe; ``/readyz``
    runs the `checks`; `documents` and `health` switch the addresses that are not part of the contract; `max_body`
    limits request bodies, in bytes; `lifespan` is entered before the first request and left after the last;
    `observers` get the record of every answer within `observed_within` seconds; pages of the `cors_origins` can call
    the application from a browser.

    Raises BindingError, which lists all operations that cannot be served.
    """
    contract = contracts[0]
    errors = _with_invalid_responses(errors)
    extra: dict[str, Endpoint] = {}
    if health:
        extra |= {"/livez": Liveness(), "/readyz": Readiness(checks or {}, errors)}
    if documents:
        extra |= document_endpoints(contract)
    plans = PlanFactory(contracts, authenticators or {}, services or {}, max_body, writers or {})
    app = _Application(
        _nothing,
        middlewares=[partial(SpecificationEntry, plans=plans, errors=errors, extra=extra), LifespanMiddleware],
        resolver=HandlerResolver(contract, HandlerPackage(handlers)),
        lifespan=(lambda app: lifespan()) if lifespan else None,
    )
    app.add_api(binding_view(contract))
    stack = app.build()
    if cors_origins:
        stack = Cors(stack, cors_origins, contract.operations)
    return Observation(HeadCheck(stack, errors), observers, within=observed_within)


class _Application(ConnexionMiddleware):  # type: ignore[misc]  # Connexion is untyped
    def build(self) -> ASGIApp:
        """Build the application with every operation bound. Connexion would do so at the first request, and answer 500
        if it fails."""
        self.app, self.middleware_stack = self._build_middleware_stack()
        return cast(ASGIApp, self.app)


def _with_invalid_responses(errors: ErrorTable) -> ErrorTable:
    """`errors`, called with Connexion's error for a response that breaks the contract."""

    def failure_of(error: Exception) -> ErrorResponse:
        return errors(NonConformingResponse(error.detail) if isinstance(error, ResponseInvalid) else error)

    return failure_of


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The application after the last middleware: it refuses a websocket, which the client sees as a 403. For any other
    kind of scope it raises an exception, which in ASGI means that the kind is not supported."""
    if scope["type"] != "websocket":
        raise NotImplementedError(scope["type"])
    await send({"type": "websocket.close"})
