"""Compiles Schema Objects to validators, with jsonschema-rs."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

import jsonschema_rs

from openapi.documents.dialects import Dialect
from openapi.documents.document import Document
from openapi.documents.pointer import join_pointer, resolve_pointer
from openapi.documents.references import is_data
from openapi.documents.subschemas import NAMED
from openapi.schemas.complexity import TooComplex, check_complexity
from openapi.schemas.discriminators import selections_of
from openapi.schemas.patterns import is_regex
from openapi.schemas.schema import Schema
from openapi.schemas.translation import INTEGER_BITS, SELECTED, Direction, Translation
from openapi.schemas.violation_kinds import is_nearly_none, is_overlap, reason_of, reason_within

logger = logging.getLogger(__name__)

_Validator: TypeAlias = jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator
_DRAFTS: Final[Mapping[Dialect, type[_Validator]]] = {
    Dialect.OPENAPI_3_0: jsonschema_rs.Draft4Validator,
    Dialect.DRAFT_2020_12: jsonschema_rs.Draft202012Validator,
}

# A format that draft 4 does not have (RFC 9562 section 4).
_UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BOUNDS = (jsonschema_rs.ValidationErrorKind.Minimum, jsonschema_rs.ValidationErrorKind.Maximum)
# Matching a pattern with lookaround or back references needs time without limit in the worst case; jsonschema-rs stops
# after a million steps, about 50 ms. It matches all other patterns in linear time.
_UNDECIDED = jsonschema_rs.ValidationErrorKind.BacktrackLimitExceeded
_AT_THE_LIMIT = "the value cannot be judged, because matching it with the pattern reaches the limit of steps"
# A large body with wrong items must not cause a large answer.
_MOST_VIOLATIONS = 100
_MOST_VALUES = 5000
# Base64, as usual readers take it: also with the alphabet for URLs, without padding, and in lines (RFC 4648 sections
# 3.1, 3.2 and 5, RFC 2045 section 6.8).
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?")
_FORMATS: dict[str, Callable[[str], bool]] = {
    "uuid": lambda text: _UUID.fullmatch(text) is not None,
    "byte": lambda text: _BASE64.fullmatch(re.sub(r"\r?\n", "", text)) is not None,
}


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """One violation of a schema by data.

    `where` is a JSON pointer into the data, `pointer` one into the document, and `place` the same as written. `reason`
    contains no value of the data. It `is_undecided` if matching a pattern reached the limit of the regular expressions:
    the data may be valid.
    """

    where: str
    pointer: str
    reason: str
    is_undecided: bool = False
    place: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.where or 'the body'}: {self.reason} ({self.place or self.pointer})"


class SchemaValidator:
    """Validates data in one direction against a schema.

    The schema is compiled at once, or on first use if the document is lenient: a large API has thousands of schemas,
    and a mock or a check needs only a few at a time. Raises ValueError if the schema cannot be compiled.
    """

    def __init__(self, schema: Schema, direction: Direction) -> None:
        self._schema = schema
        self._direction = direction
        if not schema.document.lenient:
            _ = self.is_valid

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Returns whether data satisfies the schema."""
        return self._compiled.validator.is_valid

    def is_nearly_valid(self, data: Any) -> bool:
        """Whether data breaks the schema at most by the `format` of texts, and by satisfying several branches of a
        `oneOf` that do not exclude each other."""
        return all(map(is_nearly_none, self._compiled.validator.iter_errors(data)))

    def only_overlaps(self, data: Any) -> bool:
        """Whether data breaks the schema at most by satisfying several branches of a `oneOf`."""
        return all(map(is_overlap, self._compiled.validator.iter_errors(data)))

    def violations(self, data: Any) -> list[SchemaViolation]:
        """The violations of the schema by `data`, at most a hundred; empty if it is valid.

        Of data with thousands of values only the first is named: to look for all of them would take seconds, and any
        client could cause that.
        """
        validator = self._compiled.validator
        if _has_more_values(data, _MOST_VALUES):
            try:
                validator.validate(data)
            except jsonschema_rs.ValidationError as error:
                return [self._violation(error)]
            return []
        errors = list(itertools.islice(validator.iter_errors(data), _MOST_VIOLATIONS))
        known = {self._place_of(error) for error in errors}
        return [self._violation(error) for error in errors if not self._repeats(error, known)]

    def _violation(self, error: jsonschema_rs.ValidationError) -> SchemaViolation:
        if isinstance(error.kind, _UNDECIDED):
            return replace(self._found(*self._place_of(error), _AT_THE_LIMIT), is_undecided=True)
        if (index := _selected(error.schema_path)) is not None:
            return self._misselected(error, self._place(error.schema_path[:index]), error.schema_path[index + 3])
        where, pointer = self._place_of(error)
        if isinstance(error.kind, _BOUNDS) and (bits := self._bits(pointer)) is not None:
            return self._found(where, f"{pointer.rpartition('/')[0]}/format", f"the value has more than {bits} bits")
        return self._found(where, pointer, reason_of(error))

    def _found(self, where: str, pointer: str, reason: str) -> SchemaViolation:
        return SchemaViolation(where, pointer, reason, place=self._schema.document.as_written(pointer))

    def _misselected(self, error: jsonschema_rs.ValidationError, holder: str, number: str | int) -> SchemaViolation:
        """The violation of the schema that the discriminator of the schema at `holder` selects, the `number`-th."""
        name, selected = "the discriminator", "a schema"
        with suppress(LookupError):
            schema = self._at(holder)
            selection = selections_of(self._schema.document, schema)[int(number)]
            name, selected = f"the discriminator {schema['discriminator']['propertyName']}", selection.name
        broken = "; ".join(reason_within(inner, len(error.instance_path)) for inner in _of_the_selected(error)[:1])
        reason = f"{name} selects {selected}, which the value does not satisfy ({broken})"
        return self._found(join_pointer(error.instance_path), f"{holder}/discriminator", reason)

    def _repeats(self, error: jsonschema_rs.ValidationError, known: set[tuple[str, str]]) -> bool:
        """Whether a violation of the schema that a discriminator selects is `known`, because the schema applies
        anyway."""
        if _selected(error.schema_path) is None or isinstance(error.kind, _UNDECIDED):
            return False
        return all(self._place_of(inner) in known for inner in _of_the_selected(error))

    def _place_of(self, error: jsonschema_rs.ValidationError) -> tuple[str, str]:
        return join_pointer(error.instance_path), self._place(error.schema_path)

    def _bits(self, pointer: str) -> int | None:
        """The bits of the integer format that caused the bound at `pointer`; None if the document itself has the
        bound."""
        place, _, keyword = pointer.rpartition("/")
        with suppress(LookupError):
            schema = self._at(place)
            bits = INTEGER_BITS.get(schema.get("format"))
            own = schema.get(keyword)
            return bits if bits is not None and (own is None or abs(own) >= 2 ** (bits - 1) - 1) else None
        return None

    def _at(self, pointer: str) -> Any:
        """The Schema Object at a pointer, which can lead through references, so that it need not resolve in the
        document. Raises LookupError if there is none."""
        within = pointer.startswith(self._schema.pointer)
        holder = self._schema.written if within else self._schema.document.root
        return resolve_pointer(holder, pointer.removeprefix(self._schema.pointer) if within else pointer)

    @cached_property
    def _compiled(self) -> _Compiled:
        return _compile(self._schema, self._direction)

    def _place(self, path: list[str | int]) -> str:
        if path[:1] == ["definitions"] and (pointer := self._compiled.pointers.get(str(path[1]))) is not None:
            return pointer + join_pointer(path[2:])
        return self._schema.pointer + join_pointer(path)


def _selected(path: list[str | int]) -> int | None:
    """The index of the keyword for discriminators in the path of a schema; None if it does not lead through one."""
    for index in range(len(path) - 4):
        keyword, _, every, number, either = path[index : index + 5]
        if (every, either) == ("allOf", "anyOf") and isinstance(number, int) and keyword in SELECTED.values():
            return index
    return None


def _of_the_selected(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """The violations of the schema that a discriminator selects."""
    kind = error.kind
    return kind.context[1] if isinstance(kind, jsonschema_rs.ValidationErrorKind.AnyOf) else []


def _has_more_values(data: Any, limit: int) -> bool:
    """Whether there are more than `limit` values in `data`, at all levels together."""
    pending, count = [data], 1
    while pending:
        value = pending.pop()
        children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(children)
        if count > limit:
            return True
        pending.extend(child for child in children if isinstance(child, dict | list))
    return False


class _Compiled(NamedTuple):
    validator: _Validator
    pointers: Mapping[str, str]
    """Definition name -> JSON pointer of the schema in the contract."""


def _compile(schema: Schema, direction: Direction) -> _Compiled:
    """Compile a schema. One that is written as a reference is compiled once per direction, because operations share
    schemas, such as those of errors."""
    document = schema.document
    key = (_Compiled, schema.reference, schema.scope, direction)
    if schema.reference is not None and key in document.cache:
        found: _Compiled = document.cache[key]
        return found
    translation = document.cache.setdefault((Translation, direction), Translation(document, direction))
    validator = _validator(_translated(translation, schema), document, schema.pointer)
    compiled = _Compiled(validator, translation.pointers)
    if schema.reference is not None:
        document.cache[key] = compiled
    return compiled


def _translated(translation: Translation, schema: Schema) -> dict[str, Any]:
    """The JSON Schema of a schema; one that any value satisfies if it is too complex and the document is lenient."""
    document, place = schema.document, schema.place
    try:
        root = translation.root(schema.written, schema.pointer, schema.scope)
        check_complexity(root)
    except TooComplex as error:
        if not document.lenient:
            raise ValueError(f"the schema at {place} is too complex: it {error}") from None
        logger.warning("%s#%s: the schema is too complex and is not checked: it %s", document.source, place, error)
        return {}
    return root


def _validator(root: dict[str, Any], document: Document, pointer: str) -> _Validator:
    try:
        return _DRAFTS[document.dialect](root, validate_formats=True, formats=_FORMATS, mask="the value")
    except ValueError as error:
        reason = " ".join(error.message.split()) if isinstance(error, jsonschema_rs.ValidationError) else str(error)
    usable, patterns = _without_odd_patterns(root)
    place = document.as_written(pointer)
    if not patterns:
        raise ValueError(f"the schema at {place} cannot be compiled: {reason}")
    text = ", ".join(sorted(repr(pattern) for pattern in patterns))
    if not document.lenient:
        raise ValueError(f"the schema at {place} has a pattern that cannot be compiled: {text}")
    logger.warning("%s#%s: a pattern cannot be compiled and is not checked: %s", document.source, place, text)
    return _validator(usable, document, pointer)


def _without_odd_patterns(schema: Any) -> tuple[Any, set[str]]:
    """A copy of a translated schema without the patterns that jsonschema-rs cannot compile, and these patterns: ECMA
    262 (section "Schema Object") has forms that only browsers support."""
    odd: set[str] = set()

    def copied(value: Any, named: bool) -> Any:
        if isinstance(value, list):
            return [copied(item, False) for item in value]
        if not isinstance(value, dict):
            return value
        result = {}
        for key, child in value.items():
            if key == "pattern" and not named and isinstance(child, str) and not is_regex(child):
                odd.add(child)
                continue
            data = not named and is_data(key, child)
            result[key] = child if data else copied(child, not named and key in NAMED)
        return result

    return copied(schema, False), odd
