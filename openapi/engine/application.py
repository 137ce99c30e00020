"""Creates a dispatcher from a contract and its handlers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from openapi.contract import Contract
from openapi.contract.router import Router
from openapi.engine.binding import HandlerPackage
from openapi.engine.dispatcher import Dispatcher
from openapi.engine.endpoints import Authenticator, Endpoint, ErrorTable
from openapi.engine.errors import BindingError
from openapi.engine.plan import PlanFactory

DEFAULT_MAX_BODY = 1024 * 1024


def create_dispatcher(
    contracts: Sequence[Contract],
    handlers: ModuleType,
    *,
    errors: ErrorTable,
    authenticators: Mapping[str, Authenticator] | None = None,
    services: Mapping[str, object] | None = None,
    max_body: int = DEFAULT_MAX_BODY,
) -> Dispatcher:
    """Create the dispatcher that answers the operations of the first of `contracts` with the coroutines of the package
    `handlers`.

    Answers must satisfy each of `contracts`; the other arguments are as in `PlanFactory`. Raises BindingError, which
    lists all operations that cannot be served.
    """
    contract = contracts[0]
    found = HandlerPackage(handlers)
    plans = PlanFactory(contracts, authenticators or {}, services or {}, max_body)
    router: Router[Endpoint] = Router()
    problems = []
    for operation in contract.operations:
        try:
            plan = plans.plan(operation, found.handler(operation))
            router.add(operation.method, contract.base_path + operation.path, plan)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise BindingError(problems)
    return Dispatcher(router, errors)
