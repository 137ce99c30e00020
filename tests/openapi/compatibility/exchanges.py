"""Generated requests and responses that keep a contract, to try a verdict about two contracts with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from openapi.contract import Contract, DeclaredResponse, Operation, Parameter
from openapi.examples.encoding import encode, sample_file
from openapi.examples.generation import GenerationError, Generator
from openapi.examples.requests import GIVEN, RequestMaker
from openapi.examples.sendable import sendable
from openapi.http.media_types import parse_media_type
from openapi.http.messages import Request, Response, has_content
from openapi.parameters.serializing import header_text
from openapi.schemas import Direction

# The hundreds of a range -> a status in it; 418 and 599 are never declared by themselves.
_OF_RANGES: Final = {"1XX": 199, "2XX": 299, "3XX": 399, "4XX": 418, "5XX": 599, "DEFAULT": 599}


class ExchangeMaker:
    """Makes requests and responses that keep one contract; `number` varies them."""

    def __init__(self, contract: Contract) -> None:
        self._generator = Generator(contract, seed=7)
        self._requests = RequestMaker(contract)

    def request(self, operation: Operation, number: int) -> Request | None:
        """A request, with each second of its optional parts; None if none can be generated."""
        given: dict[str, Any] = {}
        try:
            for index, parameter in enumerate(operation.parameters):
                if parameter.required or (number + index) % 2:
                    value = self._parameter(parameter, number)
                    given.setdefault(GIVEN[parameter.location], {})[parameter.name] = value
            body = operation.body
            if body is not None and body.contents and (body.required or number % 3):
                schema = body.contents[0].schema
                given["body"] = self._generator.value(schema, key=f"{number}", direction=Direction.REQUEST)
            made = self._requests.request(operation, given)
        except GenerationError:
            return None
        base = next(iter(operation.base_paths), "")
        target = base + made.path + (f"?{made.query}" if made.query else "")
        return Request(made.method, target, made.headers, made.body)

    def responses(self, operation: Operation, number: int) -> Iterator[Response]:
        """A response of each declared status and media type."""
        for key, declared in operation.responses.items():
            status = _OF_RANGES.get(key.upper()) or int(key)
            for headers, body in self._bodies(declared, number) if has_content(status) else [((), b"")]:
                yield Response(status, (*headers, *self._headers(declared, number)), body)

    def _parameter(self, parameter: Parameter, number: int) -> Any:
        for attempt in range(5):
            key = f"{number}-{attempt}"
            value = self._generator.value(parameter.schema, key=key, direction=Direction.REQUEST, name=parameter.name)
            if sendable(parameter, value):
                return value
        raise GenerationError(parameter.pointer, "no value can be sent")

    def _bodies(self, declared: DeclaredResponse, number: int) -> Iterator[tuple[tuple[tuple[str, str], ...], bytes]]:
        if not declared.contents:
            yield (), b""
        for content in declared.contents:
            name = parse_media_type(content.media_type).name.replace("/*", "/png")
            if (file := sample_file(name, content.schema)) is not None:
                yield (("Content-Type", name),), file
                continue
            with suppress(GenerationError):
                value = self._generator.value(content.schema, key=f"{number}")
                yield (("Content-Type", content.media_type),), encode(value, content.media_type, content.schema)

    def _headers(self, declared: DeclaredResponse, number: int) -> Iterator[tuple[str, str]]:
        for index, header in enumerate(declared.headers):
            if header.required or (number + index) % 2:
                yield header.name, header_text(header, self._generator.value(header.schema, key=f"{number}"))
