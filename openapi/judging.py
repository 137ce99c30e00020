"""Whether a response keeps its contract: pure, on values, for anybody's server.

What is judged: the status, the media type, the body, and the headers that the contract declares. What only a second
request could show, such as whether a token is really verified, is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from openapi.contract import Contract, Operation
from openapi.messages import Request, Response
from openapi.pointer import pointer_to
from openapi.router import RouteConflict, Router
from openapi.schemas import Direction, SchemaValidator

# Section "Response Object": a header of this name is described by the media types and ignored.
_NOT_A_HEADER: Final = "content-type"
# Answers without content whatever the contract declares (RFC 9110 sections 15.2, 15.3.5 and 15.4.5).
_BODILESS: Final = (204, 304)


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a message breaks its contract.

    `rule` is a stable name; `pointer` leads to what the contract says, `where` to the place in the body (a JSON
    pointer) or names the header; `reason` is a sentence that shows no value of the message.
    """

    rule: str
    pointer: str
    reason: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


class Judge:
    """Judges responses by `contract` and, where one is given, by the same contract with a stricter overlay."""

    def __init__(self, contract: Contract, strict: Contract | None = None) -> None:
        self.contract = contract
        self._strict = strict
        self._responses: dict[tuple[str, str], _Declared] = {}

    @cached_property
    def _router(self) -> Router[Operation]:
        router: Router[Operation] = Router()
        for operation in self.contract.operations:
            router.add(operation.method, operation.path, operation)
        return router

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request is for; HEAD is judged as the GET that it stands for. None when there is none.

        RouteConflict when the contract has paths that cannot be told apart.
        """
        found = self._router.find(request.path.encode("latin-1", "replace"))
        if found is None:
            return None
        endpoints = found[0].endpoints
        return endpoints.get(request.method) or (endpoints.get("GET") if request.method == "HEAD" else None)

    def path_is_known(self, request: Request) -> bool:
        """Whether the contract has the path of a request, with whatever method."""
        return self._router.find(request.path.encode("latin-1", "replace")) is not None

    def response(self, operation: Operation, method: str, response: Response) -> list[Breach]:
        """Every way in which a response to `method` breaks the contract; empty when it keeps it."""
        key = declared_status(operation, response.status)
        if key is None:
            declared = ", ".join(status for status in operation.definition["responses"] if status[0] != "x")
            reason = f"the status {response.status} is not declared, only {declared}"
            return [Breach("status-undeclared", operation.pointer + pointer_to("responses"), reason)]
        return list(self._declared(operation, key).breaches(method, response))

    def _declared(self, operation: Operation, status: str) -> _Declared:
        """What is declared for a status, its schemas compiled when it is first needed."""
        key = (operation.pointer, status)
        if key not in self._responses:
            self._responses[key] = _Declared(self.contract, self._strict, operation, status)
        return self._responses[key]


def declared_status(operation: Operation, status: int) -> str | None:
    """The key of the response that is declared for a status: an exact one before its range, and that before `default`
    (section "Responses Object")."""
    declared = operation.definition["responses"]
    return next((key for key in (str(status), f"{status // 100}XX", "default") if key in declared), None)


class _Declared:
    """One Response Object, compiled."""

    def __init__(self, contract: Contract, strict: Contract | None, operation: Operation, status: str) -> None:
        self._pointer = operation.pointer + pointer_to("responses", status)
        response = contract.resolve(operation.definition["responses"][status])
        self._content = {
            _type_of(media_type): _MediaType(contract, content, self._pointer + pointer_to("content", media_type))
            for media_type, content in response.get("content", {}).items()
        }
        self._strict = _Declared(strict, None, _same(strict, operation), status) if strict is not None else None
        self._headers = [
            _Header(contract, name, contract.resolve(header), self._pointer + pointer_to("headers", name))
            for name, header in response.get("headers", {}).items()
            if name.lower() != _NOT_A_HEADER
        ]

    def breaches(self, method: str, response: Response) -> Iterator[Breach]:
        for header in self._headers:
            yield from header.breaches(response)
        if method == "HEAD" or response.status in _BODILESS:
            return
        plain = list(self._body(response))
        yield from plain
        # What the published contract forbids already, the overlay need not repeat.
        if self._strict is not None and not plain:
            yield from (
                Breach("body-strict", breach.pointer, breach.reason, breach.where)
                for breach in self._strict._body(response)
            )

    def _body(self, response: Response) -> Iterator[Breach]:
        if not self._content:
            if response.body:
                yield Breach("body-unexpected", self._pointer, "no content is declared, and a body came")
            return
        pointer = self._pointer + pointer_to("content")
        if (media_type := response.media_type) is None:
            what = "has no Content-Type" if response.body else "is empty"
            reason = f"the answer {what}, though the contract declares {', '.join(self._content)}"
            yield Breach("media-type-missing", pointer, reason)
            return
        found = next((self._content[name] for name in ranges_of(media_type) if name in self._content), None)
        if found is None:
            reason = f"the media type {media_type} is not declared, only {', '.join(self._content)}"
            yield Breach("media-type-undeclared", pointer, reason)
            return
        yield from found.breaches(media_type, response.body)


class _MediaType:
    """One Media Type Object with its schema."""

    def __init__(self, contract: Contract, content: Mapping[str, Any], pointer: str) -> None:
        self._pointer = pointer + pointer_to("schema")
        schema = content.get("schema", {})
        self._validator = SchemaValidator(contract, schema, self._pointer, Direction.RESPONSE)
        self._is_text = contract.resolve(schema).get("type") == "string"

    def breaches(self, media_type: str, body: bytes) -> Iterator[Breach]:
        if is_json(media_type):
            try:
                data = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                reason = "the body is empty" if not body else f"the body is no JSON: {error.msg}"
                yield Breach("body-malformed", self._pointer, reason)
                return
        elif media_type.startswith("text/") and self._is_text:
            data = body.decode("utf-8", "replace")
        else:
            # The contract describes data; what form this media type gives it is not ours to know.
            return
        for violation in self._validator.violations(data):
            yield Breach("body-schema", violation.rule, violation.reason, violation.where or "the body")


class _Header:
    """One Header Object (section "Header Object")."""

    def __init__(self, contract: Contract, name: str, definition: Mapping[str, Any], pointer: str) -> None:
        self._name = name
        self._required = definition.get("required") is True
        self._pointer = pointer
        schema = definition.get("schema", {})
        self._validator = SchemaValidator(contract, schema, pointer + pointer_to("schema"), Direction.RESPONSE)
        resolved = contract.resolve(schema)
        self._kind = resolved.get("type")
        self._item_kind = contract.resolve(resolved.get("items", {})).get("type")

    def breaches(self, response: Response) -> Iterator[Breach]:
        value = response.header(self._name)
        if value is None:
            if self._required:
                yield Breach("header-missing", self._pointer, f"the header {self._name} is missing", self._name)
            return
        if self._kind == "object":
            return
        data = [_typed(part.strip(), self._item_kind) for part in value.split(",")] if self._kind == "array" else value
        for violation in self._validator.violations(_typed(data, self._kind) if isinstance(data, str) else data):
            yield Breach("header-schema", violation.rule, violation.reason, self._name)


def is_json(media_type: str) -> bool:
    """Whether a media type, without parameters, is JSON (RFC 6839 section 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def ranges_of(media_type: str) -> tuple[str, str, str]:
    """A media type and the ranges that it is in, the most specific first (RFC 9110 section 12.5.1)."""
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"


def _type_of(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _typed(text: str, kind: str | None) -> Any:
    """A header's text as the type that its schema names; as it is when it has no such form."""
    if kind in ("integer", "number", "boolean"):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
        return text if isinstance(value, str) else value
    return text


def _same(contract: Contract, operation: Operation) -> Operation:
    return contract.operation(operation.operation_id)


__all__ = ["Breach", "Judge", "RouteConflict", "declared_status", "is_json", "ranges_of"]
