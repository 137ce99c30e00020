"""From a contract's operations to their plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connexion.operations import AbstractOperation

from openapi.contract import Contract, Operation
from openapi.engine.endpoints import Authenticator
from openapi.server.arguments import Arguments
from openapi.server.plan import CALLER_ONLY, OperationPlan
from openapi.server.responses import Responses


@dataclass(frozen=True)
class PlanFactory:
    """What plans are made from.

    `contracts` are the published contract and then stricter ones; `authenticators` stand by HTTP scheme, in lower case
    (RFC 9110 section 11.1); `services` go to the handlers that ask for them; `max_body` is in bytes.
    """

    contracts: Sequence[Contract]
    authenticators: Mapping[str, Authenticator]
    services: Mapping[str, object]
    max_body: int

    def plan(self, bound: AbstractOperation) -> OperationPlan:
        """The plan of an operation that Connexion has bound to its function.

        ValueError says what about the operation or its handler cannot be served.
        """
        contract = self.contracts[0]
        operation = contract.operation(bound.operation_id)
        try:
            authenticate = self._authenticator(contract, operation)
            headers = CALLER_ONLY if authenticate else ()
            arguments = Arguments(operation, self.max_body)
            if arguments.ambiguous:
                raise ValueError(f"two arguments are called {arguments.ambiguous[0]!r}")
            return OperationPlan(
                operation.operation_id,
                bound.function,
                arguments=arguments,
                responses=Responses(operation, self.contracts, headers),
                authenticate=authenticate,
                services=self.services,
                headers=headers,
            )
        except ValueError as error:
            raise ValueError(
                f"{operation.operation_id} ({operation.method.upper()} {operation.path}): {error}"
            ) from None

    def _authenticator(self, contract: Contract, operation: Operation) -> Authenticator | None:
        """That of the first security requirement which one scheme meets that we have an authenticator for."""
        if operation.public:
            return None
        for requirement in operation.raw_security:
            schemes = [contract.raw_security_schemes[name] for name in requirement]
            http_scheme = schemes[0].get("scheme", "").lower() if len(schemes) == 1 else ""
            if (authenticate := self.authenticators.get(http_scheme)) is not None:
                return authenticate
        wanted = " or ".join(" and ".join(requirement) for requirement in operation.raw_security)
        raise ValueError(f"needs the security scheme {wanted}, which this server cannot check")
