"""Good requests: one for each operation, from the examples of the contract, or as somebody has described it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from openapi.conformance.credentials import NOTHING, Carried
from openapi.conformance.samples import sample_of
from openapi.conformance.session import Session
from openapi.contract import Contract, Operation
from openapi.judging import is_json
from openapi.messages import Fields, Request

_TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")
# Where a parameter stands -> what that is called in what is given.
_PARTS: Final = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
# Section "Parameter Object": parameters of these names are described elsewhere and ignored.
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")


@dataclass(frozen=True)
class Positive:
    """A request without credentials: `path` is filled in and escaped, `query` is escaped."""

    method: str
    path: str
    query: str = ""
    headers: Fields = ()
    body: bytes = b""

    def request(
        self,
        session: Session,
        carried: Carried = NOTHING,
        *,
        method: str | None = None,
        path: str | None = None,
        query: str = "",
    ) -> Request:
        """It, with credentials, and by another method, at another path, or with more in its query."""
        whole = "&".join(part for part in (self.query, query, carried.query) if part)
        return session.request(
            method or self.method, path or self.path, (*self.headers, *carried.headers), whole, self.body
        )


def positive_for(contract: Contract, operation: Operation, given: Mapping[str, Any] | None = None) -> Positive:
    """A request that follows the contract: required parameters and the body, with their examples.

    What is `given` as ``path``, ``query``, ``headers``, ``cookies`` (names to values) and ``body`` (JSON) comes first.
    """
    given = given or {}
    values = {place: dict(given.get(part, {})) for place, part in _PARTS.items()}
    for parameter in operation.parameters:
        place, name = str(parameter["in"]), str(parameter["name"])
        ignored = place == "header" and name.lower() in _NOT_PARAMETERS
        if not ignored and (parameter.get("required") is True or place == "path"):
            values[place].setdefault(name, sample_of(contract, _holder(parameter)))
    if "body" in given:
        body, content_type = json.dumps(given["body"]).encode(), "application/json"
    else:
        body, content_type = _body(contract, operation)
    fields = [(name, text_of(value)) for name, value in values["header"].items()]
    if values["cookie"]:
        fields.append(("Cookie", "; ".join(f"{name}={text_of(value)}" for name, value in values["cookie"].items())))
    if content_type and not any(name.lower() == "content-type" for name, _ in fields):
        fields.append(("Content-Type", content_type))
    return Positive(
        operation.method.upper(),
        _TEMPLATE.sub(lambda match: quote(text_of(values["path"].get(match[1], "a")), safe=","), operation.path),
        urlencode(list(_pairs(values["query"]))),
        tuple(fields),
        body,
    )


def text_of(value: Any) -> str:
    """A value of JSON as the text of a parameter, in the default style of its place (section "Style Values")."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(text_of(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, text_of(item)


def _holder(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    """What holds the schema: the parameter, or the media type of its `content`."""
    content = parameter.get("content")
    return next(iter(content.values())) if content else parameter


def _body(contract: Contract, operation: Operation) -> tuple[bytes, str]:
    definition = contract.resolve(operation.definition.get("requestBody", {}))
    content: Mapping[str, Any] = definition.get("content", {})
    if not content:
        return b"", ""
    name = next((name for name in content if is_json(name.partition(";")[0].strip().lower())), next(iter(content)))
    value = sample_of(contract, content[name])
    if name.startswith("application/x-www-form-urlencoded") and isinstance(value, dict):
        return urlencode(list(_pairs(value))).encode(), name
    if isinstance(value, str) and not is_json(name.partition(";")[0].strip().lower()):
        return value.encode(), name
    return json.dumps(value).encode(), "application/json" if "*" in name else name
