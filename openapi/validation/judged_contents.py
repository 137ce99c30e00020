"""What a contract says of bodies: the Media Type Objects of a request or of a response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from openapi.contract import Contract
from openapi.documents.pointer import pointer_to
from openapi.http.media_types import MediaType, is_json, parse_media_type, ranges_of
from openapi.schemas import Direction, schema_validator
from openapi.validation.violations import Breach

# A stream of events has no end at which it could be judged.
_EVENTS: Final = "text/event-stream"


class Content:
    """One Media Type Object with its schema; `prefix` stands before the names of the rules that it judges by."""

    def __init__(
        self, contract: Contract, content: Mapping[str, Any], pointer: str, direction: Direction, prefix: str
    ) -> None:
        self._pointer = pointer + pointer_to("schema")
        self._prefix = prefix
        schema = content.get("schema", {})
        self._validator = schema_validator(contract, schema, self._pointer, direction)
        self._is_text = contract.resolve(schema).get("type") == "string"

    def reads(self, media_type: MediaType) -> bool:
        """Whether a body of this type can be judged. The contract describes data; which form most media types give
        it is not for us to know."""
        name = media_type.name
        return is_json(name) or (name.startswith("text/") and name != _EVENTS and self._is_text)

    def breaches(self, media_type: MediaType, body: bytes) -> Iterator[Breach]:
        """What is wrong with a whole body."""
        if not self.reads(media_type):
            return
        if is_json(media_type.name):
            try:
                data = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                reason = "the body is empty" if not body else f"the body is no JSON: {error.msg}"
                yield Breach(f"{self._prefix}body-malformed", self._pointer, reason)
                return
        else:
            data = body.decode(media_type.charset, "replace")
        for violation in self._validator.violations(data):
            yield Breach(f"{self._prefix}body-schema", violation.rule, violation.reason, violation.where or "the body")


class Contents:
    """Everything under a `content`."""

    def __init__(
        self,
        contract: Contract,
        definition: Mapping[str, Any],
        pointer: str,
        direction: Direction,
        prefix: str = "",
    ) -> None:
        self.pointer = pointer
        self._declared = [
            (
                parse_media_type(name),
                Content(contract, content, pointer + pointer_to(name), direction, prefix),
            )
            for name, content in definition.items()
        ]
        self.names = ", ".join(definition)

    def __bool__(self) -> bool:
        return bool(self._declared)

    def find(self, media_type: MediaType) -> Content | None:
        """What is declared for a media type: itself before its range, and one with the same parameters before one
        that does not name them ("Media Type Object")."""
        for name in ranges_of(media_type.name):
            named = [(declared, content) for declared, content in self._declared if declared.name == name]
            allowing = [pair for pair in named if pair[0].allows(media_type)]
            if allowing:
                common = media_type.parameters.items()
                return max(allowing, key=lambda pair: len(pair[0].parameters.items() & common))[1]
        return None
