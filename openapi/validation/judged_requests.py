"""What an operation declares of its requests, compiled: parameters, body and credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.http.media_types import parse_media_type
from openapi.http.messages import Request, values_of
from openapi.schemas import Direction
from openapi.validation.judged_contents import Contents
from openapi.validation.judged_parameters import Parameter, Sent
from openapi.validation.violations import Breach

# Section "Parameter Object": header parameters of these names are described elsewhere and ignored.
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")


class DeclaredRequest:
    """Everything that a request of one operation must be."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._parameters = [
            Parameter(contract, definition, _pointer_of(contract, operation, definition))
            for definition in operation.raw_parameters
            if definition["in"] != "header" or definition["name"].lower() not in _NOT_PARAMETERS
        ]
        body = contract.resolve(operation.definition.get("requestBody"))
        self._body = None if body is None else _Body(contract, body, operation.pointer + pointer_to("requestBody"))
        self._credentials = None if operation.public else _Credentials(contract, operation)

    def breaches(self, request: Request, path_values: Mapping[str, str], *, with_body: bool) -> Iterator[Breach]:
        """What is wrong with a request whose path has these values."""
        sent = Sent(request, path_values)
        if self._credentials is not None:
            yield from self._credentials.breaches(sent)
        for parameter in self._parameters:
            yield from parameter.breaches(sent)
        if self._body is not None and with_body:
            yield from self._body.breaches(request)


class _Body:
    """A Request Body Object."""

    def __init__(self, contract: Contract, definition: Mapping[str, Any], pointer: str) -> None:
        self._required = definition.get("required") is True
        self._pointer = pointer
        self._contents = Contents(
            contract, definition["content"], pointer + pointer_to("content"), Direction.REQUEST, "request-"
        )

    def breaches(self, request: Request) -> Iterator[Breach]:
        if not request.body:
            if self._required:
                yield Breach("request-body-missing", self._pointer, "the request has no body, and one is required")
            return
        if (text := request.header("content-type")) is None:
            reason = f"the body has no Content-Type, though the contract declares {self._contents.names}"
            yield Breach("request-media-type-undeclared", self._contents.pointer, reason)
            return
        media_type = parse_media_type(text)
        if (content := self._contents.find(media_type)) is None:
            reason = f"the media type {media_type.name} is not declared, only {self._contents.names}"
            yield Breach("request-media-type-undeclared", self._contents.pointer, reason)
            return
        yield from content.breaches(media_type, request.body)


class _Credentials:
    """The Security Requirement Objects of an operation: one of them must be met, as far as a request shows. Whether
    credentials are good, only the server knows."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._requirements = [
            [contract.raw_security_schemes[name] for name in requirement] for requirement in operation.raw_security
        ]
        own = "security" in operation.definition
        self._pointer = operation.pointer + pointer_to("security") if own else pointer_to("security")
        names = " or ".join(" and ".join(requirement) for requirement in operation.raw_security)
        self._reason = f"no credentials came for {names}"

    def breaches(self, sent: Sent) -> Iterator[Breach]:
        if not any(all(_came(scheme, sent) for scheme in schemes) for schemes in self._requirements):
            yield Breach("credentials-missing", self._pointer, self._reason)


def _came(scheme: Mapping[str, Any], sent: Sent) -> bool:
    """Whether credentials of a Security Scheme Object came."""
    if scheme["type"] == "apiKey":
        return any(sent.values(scheme["in"], scheme["name"]))
    # OAuth 2.0 and OpenID Connect end in a bearer token (RFC 6750 section 2.1).
    wanted = scheme["scheme"].lower() if scheme["type"] == "http" else "bearer"
    for value in values_of(sent.request.headers, "authorization"):
        found, _, credentials = value.strip().partition(" ")
        if found.lower() == wanted and credentials.strip():
            return True
    return False


def _pointer_of(contract: Contract, operation: Operation, definition: Mapping[str, Any]) -> str:
    """Where a parameter is declared: in its operation or for the whole path."""
    path = contract.resolve(contract.document["paths"][operation.path])
    for holder, pointer in ((operation.definition, operation.pointer), (path, pointer_to("paths", operation.path))):
        for index, parameter in enumerate(holder.get("parameters", ())):
            if contract.resolve(parameter) is definition:
                return pointer + pointer_to("parameters", index)
    return operation.pointer
