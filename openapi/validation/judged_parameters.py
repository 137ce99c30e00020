"""Parameter Objects, compiled, and what a request has of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote_plus

import orjson

from openapi.contract import Contract
from openapi.documents.pointer import pointer_to
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import Request, values_of
from openapi.schemas import Direction, SchemaViolation
from openapi.validation.judged_texts import TextSchema
from openapi.validation.violations import Breach

# Section "Parameter Object", `style`: what each place has when none is named.
_STYLES: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
# What stands between the items of an array that is not exploded.
_SEPARATORS: Final = {"simple": ",", "form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class Sent:
    """A request, and the texts of its parameters by place and name."""

    def __init__(self, request: Request, path_values: Mapping[str, str]) -> None:
        self.request = request
        self._path_values = path_values

    def values(self, place: str, name: str) -> Sequence[str]:
        """The values of a parameter, decoded, one for each time that it came."""
        if place == "query":
            return [unquote_plus(value) for value in self.query.get(name, ())]
        return self.raw_values(place, name)

    def raw_values(self, place: str, name: str) -> Sequence[str]:
        """As `values`, those of the query undecoded: what separates items must be told from what is in them."""
        if place == "path":
            return [self._path_values[name]] if name in self._path_values else []
        if place == "query":
            return self.query.get(name, [])
        if place == "cookie":
            return self._cookies.get(name, [])
        values = values_of(self.request.headers, name)
        return [", ".join(values)] if values else []

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The names of the query, decoded, with their values, undecoded."""
        found: dict[str, list[str]] = defaultdict(list)
        for part in self.request.query.split("&"):
            if part:
                name, _, value = part.partition("=")
                found[unquote_plus(name)].append(value)
        return found

    @cached_property
    def _cookies(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for line in values_of(self.request.headers, "cookie"):
            for pair in line.split(";"):
                name, _, value = pair.strip().partition("=")
                found[name].append(value.strip('"'))
        return found


class Parameter:
    """One Parameter Object; `pointer` says where it stands."""

    def __init__(self, contract: Contract, definition: Mapping[str, Any], pointer: str) -> None:
        self._name: str = definition["name"]
        self._place: str = definition["in"]
        self._pointer = pointer
        self._where = f"{self._place} {self._name}"
        self._required = definition.get("required") is True
        self._empty_is_allowed = definition.get("allowEmptyValue") is True
        self._style: str = definition.get("style", _STYLES[self._place])
        self._explode: bool = definition.get("explode", self._style == "form")
        schema, schema_pointer = definition.get("schema", {}), pointer + pointer_to("schema")
        self._is_json = False
        for media_type, content in definition.get("content", {}).items():
            schema = content.get("schema", {})
            schema_pointer = pointer + pointer_to("content", media_type, "schema")
            self._is_json = is_json(parse_media_type(media_type).name)
        self._is_content = "content" in definition
        self._schema = TextSchema(contract, schema, schema_pointer, Direction.REQUEST)

    def breaches(self, sent: Sent) -> Iterator[Breach]:
        """What is wrong with it in a request."""
        if self._schema.is_object and not self._is_content:
            # The properties of an exploded object stand in the query by their own names, or in brackets behind it.
            if not self._explode and self._style != "deepObject":
                yield from self._missing(sent)
            return
        values = sent.raw_values(self._place, self._name)
        if not values:
            yield from self._missing(sent)
            return
        if self._empty_is_allowed and not any(values):
            return
        for violation in self._violations(sent, values):
            yield Breach("parameter-schema", violation.rule, violation.reason, self._where)

    def _missing(self, sent: Sent) -> Iterator[Breach]:
        if self._required and not sent.raw_values(self._place, self._name):
            reason = f"the {self._place} parameter {self._name} is missing"
            yield Breach("parameter-missing", self._pointer, reason, self._where)

    def _violations(self, sent: Sent, values: Sequence[str]) -> list[SchemaViolation]:
        decoded = sent.values(self._place, self._name)
        if self._is_content:
            return [violation for text in decoded for violation in self._content_violations(text)]
        if self._style not in _SEPARATORS:
            return []
        if not self._schema.is_array:
            return [violation for text in decoded for violation in self._schema.violations(text)]
        if self._place == "header":
            return self._schema.header_violations(decoded[0])
        if self._explode and self._place in ("query", "cookie"):
            return self._schema.list_violations(decoded)
        return self._schema.list_violations(*self._lists(values[0], decoded[0]))

    def _lists(self, raw: str, decoded: str) -> tuple[list[str], list[str]]:
        """The items of an array in one text. Many clients encode the separators too, so both readings count."""
        separator = _SEPARATORS[self._style]
        if not raw:
            return [], [""]
        split = [unquote_plus(item) if self._place == "query" else item for item in raw.split(separator)]
        return split, decoded.split(separator)

    def _content_violations(self, text: str) -> list[SchemaViolation]:
        if not self._is_json:
            return []
        try:
            data = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            return [SchemaViolation("", self._pointer + pointer_to("content"), f"it is no JSON: {error.msg}")]
        return self._schema.data_violations(data)
