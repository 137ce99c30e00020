"""The parameters and the body of a request, held to the contract."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from connexion.decorators.parameter import pythonic
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from openapi.contract import Operation
from openapi.http.messages import fields_from
from openapi.parameters.request_parts import RequestParts
from openapi.validation import MISSING, RequestReader, refusal_of


class Arguments:
    """What an operation takes from a request; `names` are those under which its handler gets them."""

    def __init__(self, operation: Operation, max_body: int) -> None:
        self._max_body = max_body
        self._reader = RequestReader(operation)
        self._names = {parameter: pythonic(parameter.name) for parameter in operation.parameters}
        names = [*self._names.values(), *(["body"] if operation.body is not None else [])]
        self.names = frozenset(names)
        # Those that stand for more than one thing, as a name does that is in the path and in the query: a handler could
        # be given one of them only.
        self.ambiguous = tuple(name for name in dict.fromkeys(names) if names.count(name) > 1)
        # What a request may leave out: a handler takes it with a default, or not at all.
        self.optional = frozenset(
            name for parameter, name in self._names.items() if not parameter.required and not parameter.has_default
        ) | ({"body"} if operation.body is not None and not operation.body.required else frozenset())
        self.empty = self._reader.is_empty

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The arguments of one request by name, absent optional ones left out.

        HTTPException: 400 when one is missing or breaks its schema, 415 and 413 for a body of the wrong kind or size.
        """
        headers = fields_from(scope["headers"])
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        query = scope["query_string"].decode("utf-8", "replace")
        parts = RequestParts(raw.decode("latin-1"), scope["path_params"], query, headers)
        body = await _received(receive, self._max_body) if self._reader.takes_body else None
        reading = self._reader.read(parts, body)
        if reading.violations:
            raise HTTPException(*refusal_of(reading.violations))
        arguments = {self._names[parameter]: value for parameter, value in reading.values.items()}
        if reading.body is not MISSING:
            arguments["body"] = reading.body
        return arguments


async def _received(receive: Receive, max_size: int) -> bytes:
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        content += message.get("body", b"")
        if len(content) > max_size:
            raise HTTPException(413)
        if not message.get("more_body", False):
            return bytes(content)
