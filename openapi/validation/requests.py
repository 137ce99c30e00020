"""The parameters and the body of a request, held to the contract."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from openapi.contract import Contract, Operation
from openapi.parameters.request_parts import Sent
from openapi.validation.bodies import RequestBody
from openapi.validation.parameters import MISSING, Parameter


class Arguments:
    """What an operation takes from a request; `names` are those under which its handler gets them."""

    def __init__(self, contract: Contract, operation: Operation, max_body: int) -> None:
        self._parameters = [
            Parameter(contract, operation, definition, index)
            for index, definition in enumerate(operation.raw_parameters)
        ]
        body = contract.resolve(operation.definition.get("requestBody"))
        self._body = None if body is None else RequestBody(contract, operation, body, max_body)
        names = [parameter.argument for parameter in self._parameters] + (["body"] if self._body else [])
        self.names = frozenset(names)
        # Those that stand for more than one thing, as a name does that is in the path and in the query: a handler could
        # be given one of them only.
        self.ambiguous = tuple(name for name in dict.fromkeys(names) if names.count(name) > 1)
        # What a request may leave out: a handler takes it with a default, or not at all.
        self.optional = frozenset(parameter.argument for parameter in self._parameters if parameter.optional) | (
            {"body"} if self._body is not None and not self._body.required else frozenset()
        )
        self.empty = not self.names

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The arguments of one request by name, absent optional ones left out.

        BadRequestProblem (400) when one is missing or breaks its schema, UnsupportedMediaTypeProblem (415) and
        HTTPException (413) for a body of the wrong kind or size.
        """
        sent = Sent(scope)
        arguments = {}
        for parameter in self._parameters:
            value = parameter.value(sent)
            if value is not MISSING:
                arguments[parameter.argument] = value
        if self._body is not None:
            body = await self._body.read(Headers(scope=scope), receive)
            if body is not MISSING:
                arguments["body"] = body
        return arguments
