"""What a handler returned becomes an answer that keeps the contract, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from connexion.exceptions import NonConformingResponse

from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.engine.endpoints import Answer, Headers, Result
from openapi.http.media_types import is_json, parse_media_type
from openapi.schemas import Direction, SchemaValidator, schema_validator

JSON = "application/json"


class ResponseInvalid(NonConformingResponse):  # type: ignore[misc]  # Connexion is untyped
    """A handler's result that breaks the contract. The detail says how and is for the log alone."""


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
        self._declared = {
            status: self._compile(status, contracts) for status in operation.definition["responses"] if status[0] != "x"
        }
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

    def _compile(self, status: str, contracts: Sequence[Contract]) -> _Response:
        media_type = _json_media_type(contracts[0], self._operation, status)
        if media_type is None:
            return _Response(None, self._headers, ())
        pointer = self._operation.pointer + pointer_to("responses", status, "content", media_type, "schema")
        validators = []
        for contract in contracts:
            operation = contract.operation(self._operation.operation_id)
            response = contract.resolve(operation.definition["responses"][status])
            schema = response["content"][media_type].get("schema", {})
            validators.append(schema_validator(contract, schema, pointer, Direction.RESPONSE))
        headers = ((b"content-type", media_type.encode()), *self._headers)
        return _Response(media_type, headers, tuple(validators))


def encode_json(body: Any) -> bytes:
    """`body` as JSON in UTF-8; ResponseInvalid for what JSON has no form for."""
    try:
        # Dates and the like are refused, rather than written in a form that no validator has seen.
        return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)
    except orjson.JSONEncodeError as error:
        raise ResponseInvalid(f"the body is no JSON: {error}") from None


def _json_media_type(contract: Contract, operation: Operation, status: str) -> str | None:
    """The JSON media type of a response; None for one without content, ValueError when there is only other content."""
    content: Mapping[str, Any] = contract.resolve(operation.definition["responses"][status]).get("content", {})
    for media_type in content:
        if is_json(parse_media_type(media_type).name):
            return media_type
    if content:
        raise ValueError(f"answers {status} with {', '.join(content)}; only JSON is served")
    return None


def _success_status(declared: Mapping[str, _Response]) -> int:
    """The status of a result that names none: the lowest 2xx that is declared, else 200."""
    return min((int(status) for status in declared if status.isdecimal() and status[0] == "2"), default=200)
