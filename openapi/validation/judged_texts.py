"""Values that travel as text, in headers, paths, queries and cookies: as which data they may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from openapi.contract import Contract
from openapi.schemas import Direction, SchemaViolation, schema_validator
from openapi.schemas.keywords import parts_of

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,400}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


class TextSchema:
    """A Schema Object for what is sent as text, which does not say of what type it is.

    A text keeps the schema when one of the ways to read it does: the schema may well allow several types.
    """

    def __init__(self, contract: Contract, schema: Mapping[str, Any], pointer: str, direction: Direction) -> None:
        self._validator = schema_validator(contract, schema, pointer, direction)
        self.kinds = frozenset(_kinds(contract, schema))
        items = (part["items"] for part in parts_of(contract, schema) if isinstance(part.get("items"), Mapping))
        self._item_kinds = frozenset(kind for item in items for kind in _kinds(contract, item))

    @property
    def is_array(self) -> bool:
        """Whether the schema is for an array alone."""
        return bool(self.kinds) and self.kinds <= {"array", "null"}

    @property
    def is_object(self) -> bool:
        """Whether the schema allows objects, for which each place has a form of its own."""
        return "object" in self.kinds

    def violations(self, text: str) -> list[SchemaViolation]:
        """What is wrong with a single value; empty when nothing is."""
        return self._best(readings(text, self.kinds))

    def list_violations(self, *lists: Sequence[str]) -> list[SchemaViolation]:
        """What is wrong with a list, which may be meant in several ways; empty when one of them is right."""
        return self._best([[readings(text, self._item_kinds)[0] for text in texts] for texts in lists])

    def header_violations(self, value: str) -> list[SchemaViolation]:
        """What is wrong with the value of a header in the style `simple`; empty elements of a list do not count
        (RFC 9110 section 5.6.1.2)."""
        if not self.is_array:
            return self.violations(value)
        return self.list_violations([part for element in value.split(",") if (part := element.strip())])

    def data_violations(self, data: Any) -> list[SchemaViolation]:
        """What is wrong with data whose types are known."""
        return self._validator.violations(data)

    def _best(self, candidates: Sequence[Any]) -> list[SchemaViolation]:
        """No violations when one of `candidates` has none, else those of the first."""
        found = []
        for data in candidates:
            if not (violations := self._validator.violations(data)):
                return []
            found.append(violations)
        return found[0]


def readings(text: str, kinds: frozenset[str]) -> list[Any]:
    """The values that `text` may stand for where a schema allows these types, the most particular first; at the end,
    or alone, the text itself."""
    return [*_particular(text, kinds), text]


def _particular(text: str, kinds: frozenset[str]) -> Iterator[Any]:
    if kinds & {"integer", "number"} and _INTEGER.fullmatch(text):
        yield int(text)
    elif "number" in kinds and _NUMBER.fullmatch(text):
        yield float(text)
    if "boolean" in kinds and text in ("true", "false"):
        yield text == "true"
    if "null" in kinds and text in ("", "null"):
        yield None


def _kinds(contract: Contract, schema: Mapping[str, Any]) -> Iterator[str]:
    """Every type that a schema names, in its branches too, and "null" where one of them is nullable."""
    for part in parts_of(contract, schema):
        if isinstance(kind := part.get("type"), str):
            yield kind
            if part.get("nullable") is True:
                yield "null"
