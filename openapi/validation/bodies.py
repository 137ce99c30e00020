"""Request bodies: JSON, forms and text become values, whatever else is handed over as it came."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any, Final

import orjson
from connexion.exceptions import BadRequestProblem, UnsupportedMediaTypeProblem
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.http.media_types import MediaType, is_json, parse_media_type, ranges_of
from openapi.parameters.coercion import coerce
from openapi.parameters.nesting import Misfit, nested
from openapi.schemas import Direction, schema_validator
from openapi.schemas.keywords import kinds_of
from openapi.validation.parameters import MISSING, reasons

_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")


class RequestBody:
    """A Request Body Object (section "Request Body Object"), of at most `max_size` bytes."""

    def __init__(self, contract: Contract, operation: Operation, body: Mapping[str, Any], max_size: int) -> None:
        self.required: bool = body.get("required", False)
        self._max_size = max_size
        self._contents = {
            parse_media_type(media_type).name: _Content(
                contract, content, operation.pointer + pointer_to("requestBody", "content", media_type, "schema")
            )
            for media_type, content in body["content"].items()
        }

    async def read(self, headers: Headers, receive: Receive) -> Any:
        """The parsed body, or `MISSING` when there is none and none is needed.

        BadRequestProblem (400) for one that is missing, malformed or breaks its schema, UnsupportedMediaTypeProblem
        (415) and HTTPException (413) for one of the wrong kind or size.
        """
        content = await _received(receive, self._max_size)
        if not content:
            if self.required:
                raise BadRequestProblem("The request has no body, and this operation needs one.")
            return MISSING
        media_type = parse_media_type(headers.get("content-type", next(iter(self._contents), "")))
        declared = next((self._contents[name] for name in ranges_of(media_type.name) if name in self._contents), None)
        if declared is None:
            raise UnsupportedMediaTypeProblem(f"The body must be {' or '.join(self._contents)}.")
        return await declared.parse(media_type, headers, content)


class _Content:
    """One Media Type Object of a request."""

    def __init__(self, contract: Contract, content: Mapping[str, Any], pointer: str) -> None:
        self._contract = contract
        self._schema = content.get("schema", {})
        self._validator = schema_validator(contract, self._schema, pointer, Direction.REQUEST)
        # The data of a binary format is what the schema calls a string of octets ("Data Types").
        self._is_text = kinds_of(contract, self._schema) <= {"string"}

    async def parse(self, media_type: MediaType, headers: Headers, content: bytes) -> Any:
        name = media_type.name
        if is_json(name):
            return self._valid(_json(content))
        if name == _URLENCODED:
            form = await FormParser(headers, _stream(content)).parse()
            return self._valid(self._form(form.multi_items()))
        if name == _MULTIPART:
            return await self._multipart(headers, content)
        if name.startswith("text/") and self._is_text:
            return self._valid(_text(content, media_type.charset))
        return content

    async def _multipart(self, headers: Headers, content: bytes) -> Any:
        try:
            form = await MultiPartParser(headers, _stream(content), max_part_size=len(content)).parse()
        except MultiPartException as error:
            raise BadRequestProblem(f"The body is not multipart/form-data: {error.message}") from None
        try:
            items = [
                (name, await value.read() if isinstance(value, UploadFile) else value)
                for name, value in form.multi_items()
            ]
        finally:
            await form.close()
        return self._valid(self._form(items))

    def _form(self, items: list[tuple[str, Any]]) -> Any:
        try:
            return coerce(self._contract, self._schema, nested(items))
        except Misfit:
            raise BadRequestProblem("The form has the parts of an object that do not fit together.") from None

    def _valid(self, body: Any) -> Any:
        shown = _without_bytes(body)
        if not self._validator.is_valid(shown):
            raise BadRequestProblem(f"The body breaks the contract: {reasons(self._validator.violations(shown))}.")
        return body


def _json(content: bytes) -> Any:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadRequestProblem(f"The body is not valid JSON: {error}.") from None
    if _LONG_NUMBER.search(content) is None:
        return value
    # An integer of more than 64 bits would have become a float, which is none. One of thousands of digits stays so.
    with suppress(ValueError):
        value = json.loads(content)
    return value


def _text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        raise BadRequestProblem(f"The body is not text in {charset}.") from None


def _without_bytes(value: Any) -> Any:
    """`value` with a text in place of each file: a schema knows files as strings."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {name: _without_bytes(inner) for name, inner in value.items()}
    return [_without_bytes(inner) for inner in value] if isinstance(value, list) else value


async def _stream(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content
    yield b""


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
