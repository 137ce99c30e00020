"""Answers for the operations of a document, judged by a validator that is not this project's."""

from __future__ import annotations

import json
from typing import Any

from openapi_schema_validator import OAS30Validator, OAS31Validator

from openapi.contract import Contract, Operation
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import Response

# What can become of the answer for an operation.
VALID, OTHER, WRONG, CRASHED, NOT_ASKED = "valid", "without schema", "wrong", "crashed", "not asked"
# The answer is the first branch of a `oneOf` whose branches do not exclude each other.
OVERLAPPING = "overlapping"


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
