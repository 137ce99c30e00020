"""Good requests: one for each operation, from the examples of the contract, or as somebody has described it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from openapi.check.client.session import Session
from openapi.check.credentials import NOTHING, Carried
from openapi.check.samples import sample_of
from openapi.contract import Contract, Operation
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import Fields, Request
from openapi.parameters.serializing import fields_of, segment_of

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
    described = {(parameter["in"], parameter["name"]): parameter for parameter in operation.raw_parameters}
    for (place, name), parameter in described.items():
        ignored = place == "header" and name.lower() in _NOT_PARAMETERS
        if not ignored and (parameter.get("required") is True or place == "path"):
            values[place].setdefault(name, sample_of(contract, _holder(parameter)))
    if "body" in given:
        body, content_type = json.dumps(given["body"]).encode(), "application/json"
    else:
        body, content_type = _body(contract, operation)

    def sent(place: str) -> Iterator[tuple[str, str]]:
        for name, value in values[place].items():
            yield from fields_of(described.get((place, name), {"in": place, "name": name}), value)

    def segment(match: re.Match[str]) -> str:
        parameter = described.get(("path", match[1]), {"in": "path", "name": match[1]})
        return segment_of(parameter, values["path"].get(match[1], "a"))

    fields = list(sent("header"))
    if values["cookie"]:
        fields.append(("Cookie", "; ".join(f"{name}={text}" for name, text in sent("cookie"))))
    if content_type and not any(name.lower() == "content-type" for name, _ in fields):
        fields.append(("Content-Type", content_type))
    return Positive(
        operation.method.upper(),
        _TEMPLATE.sub(segment, operation.path),
        urlencode(list(sent("query"))),
        tuple(fields),
        body,
    )


def _holder(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    """What holds the schema: the parameter, or the media type of its `content`."""
    content = parameter.get("content")
    return next(iter(content.values())) if content else parameter


def _body(contract: Contract, operation: Operation) -> tuple[bytes, str]:
    definition = contract.resolve(operation.definition.get("requestBody", {}))
    content: Mapping[str, Any] = definition.get("content", {})
    if not content:
        return b"", ""
    name = next((name for name in content if is_json(parse_media_type(name).name)), next(iter(content)))
    value = sample_of(contract, content[name])
    if name.startswith("application/x-www-form-urlencoded") and isinstance(value, dict):
        fields = [field for key, item in value.items() for field in fields_of({"in": "query", "name": key}, item)]
        return urlencode(fields).encode(), name
    if isinstance(value, str) and not is_json(parse_media_type(name).name):
        return value.encode(), name
    return json.dumps(value).encode(), "application/json" if "*" in name else name
