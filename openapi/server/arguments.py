"""The parameters and the body of a request, parsed by Connexion's parser and held to the contract."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from connexion.decorators.parameter import pythonic
from connexion.exceptions import BadRequestProblem, TypeValidationError
from connexion.operations import AbstractOperation
from connexion.uri_parsing import OpenAPIURIParser
from connexion.utils import coerce_type
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Receive, Scope

from openapi.contract import Contract, Operation
from openapi.pointer import pointer_to
from openapi.schemas import Direction, SchemaValidator
from openapi.server.bodies import MISSING, RequestBody, reasons


class Arguments:
    """What an operation takes from a request; `names` are those under which its handler gets them."""

    def __init__(self, contract: Contract, operation: Operation, parsed: AbstractOperation, max_body: int) -> None:
        resolved = _with_types(parsed.parameters)
        self._parser = OpenAPIURIParser(resolved, {})
        coerced = {(parameter["in"], parameter["name"]): parameter for parameter in resolved}
        self._parameters = [
            _Parameter(contract, operation, parameter, index, coerced[parameter["in"], parameter["name"]])
            for index, parameter in enumerate(operation.parameters)
        ]
        body = contract.resolve(operation.definition.get("requestBody"))
        self._body = None if body is None else RequestBody(contract, operation, body, max_body)
        names = [parameter.argument for parameter in self._parameters] + (["body"] if self._body else [])
        if doubled := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two arguments are called {doubled[0]!r}")
        self.names = frozenset(names)
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
        sent = self._sent(scope)
        arguments = {}
        for parameter in self._parameters:
            value = parameter.value(sent[parameter.place].get(parameter.name, MISSING))
            if value is not MISSING:
                arguments[parameter.argument] = value
        if self._body is not None:
            body = await self._body.read(Headers(scope=scope), receive)
            if body is not MISSING:
                arguments["body"] = body
        return arguments

    def _sent(self, scope: Scope) -> dict[str, Mapping[str, Any]]:
        headers = Headers(scope=scope)
        query = parse_qs(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True)
        try:
            resolved = self._parser.resolve_query(query)
        except (AttributeError, KeyError, TypeError):
            # The parser trusts the parts of a deepObject to fit together, and to have the depth of its schema.
            raise BadRequestProblem("The query has the parts of an object that do not fit together.") from None
        return {
            "path": self._parser.resolve_path(scope["path_params"]),
            "query": resolved,
            "header": headers,
            "cookie": cookie_parser(headers.get("cookie", "")),
        }


class _Parameter:
    """One Parameter Object (section "Parameter Object")."""

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        definition: Mapping[str, Any],
        index: int,
        resolved: Mapping[str, Any],
    ) -> None:
        self.name: str = definition["name"]
        self.place: str = definition["in"]
        self.argument: str = pythonic(self.name)
        self._required = definition.get("required", False)
        if "schema" not in definition:
            raise ValueError(f"the parameter {self.name!r} has no `schema`; `content` is not served")
        if (style := definition.get("style")) in ("matrix", "label"):
            raise ValueError(f"the parameter {self.name!r} has the style {style}, which is not served")
        schema = contract.resolve(definition["schema"])
        self._default = schema.get("default", MISSING)
        self.optional: bool = not self._required and self._default is MISSING
        # The parser has done this for paths and queries; headers and cookies come as they were sent.
        self._coerced_from = resolved if self.place in ("header", "cookie") else None
        pointer = operation.pointer + pointer_to("parameters", index, "schema")
        self._validator = SchemaValidator(contract, definition["schema"], pointer, Direction.REQUEST)

    def value(self, sent: Any) -> Any:
        """The value for what was `sent`, its default when nothing was; BadRequestProblem when it is not right."""
        if sent is MISSING:
            if self._required:
                raise BadRequestProblem(f"The {self.place} parameter {self.name!r} is missing.")
            return self._default
        if self._coerced_from is not None:
            if self._coerced_from["schema"]["type"] == "array":
                sent = [part.strip() for part in sent.split(",")]
            # What cannot be coerced stays as it is: the validator says better what is wrong with it.
            with suppress(TypeValidationError):
                sent = coerce_type(self._coerced_from, sent, "parameter", self.name)
        if not self._validator.is_valid(sent):
            wrong = reasons(self._validator.violations(sent))
            raise BadRequestProblem(f"The {self.place} parameter {self.name!r} is wrong: {wrong}.")
        return sent


def _with_types(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Connexion's parser looks up the `type` of every schema and of the items of an array, also where there is only an
    `allOf` or `oneOf`, or nothing at all."""
    return [
        {**parameter, "schema": _with_type(parameter["schema"])} if "schema" in parameter else parameter
        for parameter in parameters
    ]


def _with_type(schema: dict[str, Any]) -> dict[str, Any]:
    kind = next((part["type"] for part in (schema, *schema.get("allOf", ())) if "type" in part), "string")
    typed = {"type": kind, **schema}
    return {**typed, "items": _with_type(schema["items"])} if "items" in schema else typed
