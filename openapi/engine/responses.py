"""Turns the result of a handler into an answer that keeps the contract, or into an error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import orjson

from openapi.contract import Contract, DeclaredResponse, Operation
from openapi.engine.endpoints import Answer, Headers, Result
from openapi.engine.errors import ResponseInvalid
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import has_content
from openapi.schemas import Direction, SchemaValidator

JSON: Final = "application/json"


class _Response(NamedTuple):
    """One declared response; without a media type it has no body."""

    media_type: str | None
    headers: Headers
    validators: tuple[SchemaValidator, ...]


class Responses:
    """The declared responses of an operation (section "Responses Object"), with compiled validators.

    An answer must satisfy all of `contracts`: the published one, and stricter ones.
    """

    def __init__(self, operation: Operation, contracts: Sequence[Contract], headers: Headers) -> None:
        self._operation = operation
        self._headers = headers
        self._declared = {key: self._compile(key, contracts) for key in operation.responses}
        self._success = _success_status(self._declared)
        self._usual = self._find(self._success)

    def answer(self, result: Result) -> Answer:
        """The answer for a handler's result: a body, (body, status) or (body, status, headers).

        Raises ResponseInvalid if the status is not declared or the body breaks its schema.
        """
        if type(result) is not tuple:
            return self._answer(self._success, self._usual, result, ())
        body, status, *more = result
        headers = tuple((name.lower().encode(), value.encode()) for name, value in (more[0] if more else {}).items())
        return self._answer(status, self._find(status), body, headers)

    def _answer(self, status: int, declared: _Response | None, body: Any, headers: Headers) -> Answer:
        if declared is None:
            raise ResponseInvalid(f"{self._operation.operation_id} does not declare the status {status}")
        if declared.media_type is None:
            if body is not None:
                raise ResponseInvalid(f"{self._operation.operation_id} declares no body for the status {status}")
            return Answer(status, declared.headers + headers, b"")
        content = encode_json(body)
        for validator in declared.validators:
            if not validator.is_valid(body):
                violations = "; ".join(str(violation) for violation in validator.violations(body))
                raise ResponseInvalid(f"{self._operation.operation_id} answered {status} with {violations}")
        return Answer(status, declared.headers + headers, content)

    def _find(self, status: int) -> _Response | None:
        """The response for a status: the exact status first, then its range, then `default`."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if (declared := self._declared.get(key)) is not None:
                return declared
        return None

    def _compile(self, key: str, contracts: Sequence[Contract]) -> _Response:
        media_type = _json_media_type(self._operation.responses[key])
        if media_type is None:
            return _Response(None, self._headers, ())
        validators = []
        for contract in contracts:
            response = contract.operation(self._operation.operation_id).responses[key]
            schemas = {content.media_type: content.schema for content in response.contents}
            validators.append(SchemaValidator(schemas[media_type], Direction.RESPONSE))
        headers = ((b"content-type", media_type.encode()), *self._headers)
        return _Response(media_type, headers, tuple(validators))


def encode_json(body: Any) -> bytes:
    """`body` as JSON in UTF-8. Raises ResponseInvalid for a value that JSON does not have."""
    try:
        # Dates and similar values are refused: a validator would not see the form in which orjson writes them.
        return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)
    except orjson.JSONEncodeError as error:
        raise ResponseInvalid(f"the body cannot be written as JSON: {error}") from None


def _json_media_type(response: DeclaredResponse) -> str | None:
    """The JSON media type of a response; None for a response without content, such as a 204, whatever is declared for
    it. Raises ValueError if it has only other media types."""
    if response.key.isdecimal() and not has_content(int(response.key)):
        return None
    media_types = [content.media_type for content in response.contents]
    for media_type in media_types:
        if is_json(parse_media_type(media_type).name):
            return media_type
    if media_types:
        raise ValueError(f"declares {', '.join(media_types)} for {response.key}; this server answers JSON only")
    return None


def _success_status(declared: Iterable[str]) -> int:
    """The status of a result without one: the lowest declared 2xx, else 200."""
    return min((int(status) for status in declared if status.isdecimal() and status[0] == "2"), default=200)
