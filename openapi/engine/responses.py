"""What a handler returned becomes an answer that keeps the contract, or an error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import orjson

from openapi.contract import Contract, DeclaredResponse, Operation
from openapi.engine.endpoints import Answer, Headers, Result
from openapi.engine.errors import ResponseInvalid
from openapi.http.media_types import is_json, parse_media_type
from openapi.schemas import Direction, SchemaValidator

JSON: Final = "application/json"


class _Response(NamedTuple):
    """One declared response; without validators it has no JSON body."""

    media_type: str | None
    headers: Headers
    validators: tuple[SchemaValidator, ...]


class Responses:
    """The responses that an operation declares (section "Responses Object"), their validators compiled.

    `contracts` are the documents that an answer must satisfy, all of them: the published one, and stricter ones.
    """

    def __init__(self, operation: Operation, contracts: Sequence[Contract], headers: Headers) -> None:
        self._operation = operation
        self._headers = headers
        self._declared = {key: self._compile(key, contracts) for key in operation.responses}
        self._success = _success_status(self._declared)
        self._usual = self._find(self._success)

    def answer(self, result: Result) -> Answer:
        """The answer for a handler's result: its body alone, (body, status) or (body, status, headers).

        ResponseInvalid when the status is not declared or the body breaks its schema.
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
        """An exact status comes before its range, and that before `default`."""
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
    """`body` as JSON in UTF-8; ResponseInvalid for what JSON has no form for."""
    try:
        # Dates and the like are refused, rather than written in a form that no validator has seen.
        return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)
    except orjson.JSONEncodeError as error:
        raise ResponseInvalid(f"the body is no JSON: {error}") from None


def _json_media_type(response: DeclaredResponse) -> str | None:
    """The JSON media type of a response; None for one without content, ValueError when there is only other content."""
    media_types = [content.media_type for content in response.contents]
    for media_type in media_types:
        if is_json(parse_media_type(media_type).name):
            return media_type
    if media_types:
        raise ValueError(f"answers {response.key} with {', '.join(media_types)}; only JSON is served")
    return None


def _success_status(declared: Iterable[str]) -> int:
    """The status of a result that names none: the lowest 2xx that is declared, else 200."""
    return min((int(status) for status in declared if status.isdecimal() and status[0] == "2"), default=200)
