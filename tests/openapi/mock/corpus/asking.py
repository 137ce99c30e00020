"""Asks the mock of a document for an answer of each operation, and judges the answers with other validators."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS30Validator, OAS31Validator

from openapi.contract import Contract, Operation, load_contract
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import Request, Response
from openapi.mock.mocking import Mock
from openapi.mock.sample_requests import request_for
from openapi.mock.scenarios.scenarios import mocked_operations
from openapi.mock.settings import MockSettings

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked

# What can become of the answer for an operation.
VALID, OTHER, WRONG, CRASHED, NOT_ASKED = "valid", "without schema", "wrong", "crashed", "not asked"
# The answer is the first branch of a `oneOf` whose branches do not exclude each other.
OVERLAPPING = "overlapping"


def asked_about(file: Path, asked: Callable[[Mock], Asked]) -> tuple[Counter[str], list[str]]:
    """How many operations of the document had which kind of answer, and a line for each that is wrong."""
    send = asked(Mock({"": file}, None, MockSettings(auth="presence"), None))
    contract = load_contract(file, lenient=True)
    maker = RequestMaker(contract)
    kinds: Counter[str] = Counter()
    lines = []
    for mocked in mocked_operations({"": contract}).values():
        try:
            request = request_for(mocked, maker, "presence", time.time())
        except GenerationError:
            kinds[NOT_ASKED] += 1
            continue
        answer = sent(send, request)
        kind, reason = judged(contract, mocked.operation, answer)
        kinds[kind] += 1
        if kind in (WRONG, CRASHED):
            lines.append(f"{file.stem} {mocked.operation.label}: {answer.status} {reason}")
    return kinds, lines


def sent(send: Asked, request: Request) -> Response:
    answer = send(request.target, request.method, headers=list(request.headers), content=request.body)
    return Response(answer.status_code, tuple(answer.headers.multi_items()), answer.content)


def judged(contract: Contract, operation: Operation, answer: Response) -> tuple[str, str]:
    """The kind of an answer, and what is wrong with it."""
    if answer.status >= 500 and operation.response_for(answer.status) is None:
        return CRASHED, answer.body[:200].decode("utf-8", "replace")
    declared = operation.response_for(answer.status)
    if declared is None and not any(not key.startswith("1") for key in operation.responses):
        return OTHER, ""  # the document declares no answer that a server can give
    if declared is None:
        return WRONG, f"the status is not declared: {answer.body[:200]!r}"
    media_type = parse_media_type(answer.header("content-type") or "").name
    content = next((each for each in declared.contents if each.media_type.lower().startswith(media_type)), None)
    if content is None or not is_json(media_type) or "schema" not in contract.at(content.origin):
        return OTHER, ""
    errors = errors_of(contract, content.origin, json.loads(answer.body))
    if errors and all("is valid under each of" in error for error in errors):
        return OVERLAPPING, ""
    return (WRONG, "; ".join(errors)) if errors else (VALID, "")


def errors_of(contract: Contract, origin: str, data: Any) -> list[str]:
    """The errors of the data of a Media Type Object by openapi-schema-validator, without those of formats."""
    if contract.root.get("openapi", "").startswith("3.0"):
        root = {**contract.root, "allOf": [{"$ref": f"#{origin}/schema"}]}
        return [error.message for error in OAS30Validator(root).iter_errors(data)]
    root = {**as_sent(contract.root), "$ref": f"#{origin}/schema"}
    return [error.message for error in OAS31Validator(root).iter_errors(data)]


def as_sent(value: Any) -> Any:
    """A document whose objects do not require their `writeOnly` properties, which answers do not have: the validator of
    OpenAPI 3.1 does not know the keyword."""
    if isinstance(value, list):
        return [as_sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {key: as_sent(each) for key, each in value.items()}
    properties, required = result.get("properties"), result.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        hidden = {name for name, each in properties.items() if isinstance(each, dict) and each.get("writeOnly") is True}
        result["required"] = [name for name in required if name not in hidden]
    return result
