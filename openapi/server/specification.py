"""The last middleware of Connexion, which makes plans for the operations of a specification and serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import AbstractRoutingAPI, SpecMiddleware
from connexion.operations import AbstractOperation
from starlette.types import ASGIApp

from openapi.contract.router import RouteConflict, Router
from openapi.engine.dispatcher import Dispatcher
from openapi.engine.endpoints import Endpoint, ErrorTable
from openapi.engine.errors import BindingError
from openapi.engine.plan import OperationPlan, PlanFactory
from openapi.server.asgi import ASGIEntry


class SpecificationEntry(ASGIEntry, SpecMiddleware):  # type: ignore[misc]  # Connexion is untyped
    """Gets the specification from Connexion, makes a plan for each operation, and serves the plans and the `extra`
    endpoints."""

    def __init__(
        self, app: ASGIApp, *, plans: PlanFactory, errors: ErrorTable, extra: Mapping[str, Endpoint] | None = None
    ) -> None:
        self._plans = plans
        self._endpoints: Router[Endpoint] = Router()
        self._extra = extra or {}
        super().__init__(app, Dispatcher(self._endpoints, errors))

    def add_api(self, specification: Any, **options: Any) -> None:
        """Add every operation of a specification. Raises BindingError, which lists all operations that cannot be
        served."""
        api = _PlanAPI(specification, self._plans, self._endpoints, **options)
        for path, endpoint in self._extra.items():
            try:
                self._endpoints.add("GET", path, endpoint)
            except RouteConflict as error:
                reason = "the server has its own endpoint there; switch it off, or rename the path in the contract"
                api.problems.append(f"{error}: {reason}")
        if api.problems:
            raise BindingError(api.problems)


class _PlanAPI(AbstractRoutingAPI):  # type: ignore[misc]  # Connexion is untyped
    """Makes a plan for each operation while Connexion walks over the specification and binds it to its function."""

    def __init__(self, specification: Any, plans: PlanFactory, router: Router[Endpoint], **options: Any) -> None:
        self.problems: list[str] = []
        self._plans = plans
        self._router = router
        super().__init__(specification, **options)

    def make_operation(self, operation: AbstractOperation) -> OperationPlan:
        """The plan of one operation."""
        return self._plans.plan(self._plans.contracts[0].operation(operation.operation_id), operation.function)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: OperationPlan, name: str | None = None
    ) -> None:
        self._router.add(method, self.base_path + path, operation)

    def _handle_add_operation_error(self, path: str, method: str, exc: Exception) -> None:
        self.problems.append(str(exc))
