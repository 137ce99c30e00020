"""Error bodies in the form of a contract: its own envelope, or a problem of RFC 9457."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from openapi.contract import Contract
from openapi.examples.generation import GenerationError, Generator
from openapi.examples.generation.merged_schema import MergedSchema, is_among
from openapi.examples.generation.vocabulary import listed
from openapi.examples.leniency import blended
from openapi.http.problems import title_of
from openapi.schemas import Direction, Schema, SchemaValidator, together

SENTENCES: Final[Mapping[int, str]] = {
    400: "The request is not valid.",
    401: "The request has no valid credentials.",
    402: "A payment is needed first.",
    403: "The caller is not allowed to do this.",
    404: "There is nothing at this address.",
    405: "This method is not allowed here.",
    406: "No acceptable form of the answer is there.",
    409: "The request conflicts with the present state.",
    410: "What was here is gone.",
    413: "The request is too large.",
    415: "This media type is not read here.",
    422: "The request was understood, and its content is not valid.",
    429: "Too many requests were sent; try again later.",
    500: "Something went wrong on the server.",
    501: "This is not implemented.",
    502: "A server behind this one gave no valid answer.",
    503: "The service is not available; try again later.",
    504: "A server behind this one did not answer in time.",
}
_DEEPEST: Final = 4
_MOST_ITEMS: Final = 10


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body that satisfies its schema and describes one error."""

    body: Any


@dataclass(frozen=True, slots=True)
class _Error:
    status: int
    code: str
    sentence: str

    @property
    def title(self) -> str:
        """The phrase of the status."""
        return title_of(self.status)


class Envelopes:
    """The envelopes of a contract; what depends only on a schema is computed once, on first use."""

    def __init__(self, contract: Contract) -> None:
        self._generator = Generator(contract)
        self._validators: dict[Schema, SchemaValidator] = {}

    def fitting(
        self, schema: Schema, status: int, *, code: str | None = None, sentence: str | None = None
    ) -> Envelope | None:
        """A body for `schema` that describes the error; None if the schema has no place for that.

        The default `code` is the name of the status, as ``NOT_FOUND``; the default `sentence` is the usual one.
        """
        error = _Error(status, code or _code_of(status), sentence or _sentence_of(status))
        found = _Filling(error).fill(schema, 0)
        if found is None:
            return None
        validator = self._validator(schema)

        def valid(body: Any) -> bool:
            return validator.is_valid(body) or validator.only_overlaps(body)

        if valid(found):
            return Envelope(found)
        try:
            required = self._generator.made(schema).value
        except GenerationError:
            return None
        # Other required properties are generated; those that describe the error stay.
        whole = blended(required, found, valid)
        return Envelope(whole) if whole != required and valid(whole) else None

    def _validator(self, schema: Schema) -> SchemaValidator:
        if schema not in self._validators:
            self._validators[schema] = SchemaValidator(schema, Direction.RESPONSE)
        return self._validators[schema]


def _code_of(status: int) -> str:
    try:
        return HTTPStatus(status).name
    except ValueError:
        return "ERROR"


def _sentence_of(status: int) -> str:
    return SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])


# Names of properties, in lower case without separators -> their value for an error.
_TOLD: Final[Mapping[str, Callable[[_Error], Any]]] = {
    "success ok": lambda error: False,
    "status statuscode httpstatus httpstatuscode": lambda error: error.status,
    "code errorcode reasoncode errortype": lambda error: error.code,
    "message errormessage msg detail description errordescription reason error errors details": (
        lambda error: error.sentence
    ),
    "title": lambda error: error.title,
    "type": lambda error: error.code,
}
_BY_NAME: Final = {name: value for names, value in _TOLD.items() for name in names.split()}
# An envelope must have one of these properties, which hold the sentence or the code.
_TELLING: Final = frozenset(
    listed("code errorcode message errormessage msg detail description errordescription error errors reason title")
)


class _Filling:
    """One error, to be described by a schema."""

    def __init__(self, error: _Error) -> None:
        self._error = error

    def fill(self, schema: Schema, depth: int, name: str = "") -> Any:
        """The description of the error by a schema; None if it has no property for it."""
        merged = MergedSchema(Direction.RESPONSE)
        merged.absorb(schema)
        return self._filled(merged, depth, name)

    def _filled(self, merged: MergedSchema, depth: int, name: str) -> Any:
        if merged.choices:
            branches = (self._filled(merged.with_branch(each), depth, name) for each in merged.choices[0].branches)
            return next((value for value in branches if value is not None), None)
        if "object" in merged.types and merged.properties:
            return self._object(merged, depth)
        if not depth and set(merged.schemas[0].assertions) <= {"type"} and merged.stated_types in ([], ["object"]):
            return {"code": self._error.code, "message": self._error.sentence}
        least = max(merged.least.get("Items", 0), 1)
        if "array" in merged.types and merged.items_at(0) and least <= _MOST_ITEMS:
            item = self.fill(merged.items_at(0)[0], depth + 1, name or "message")
            return None if item is None else [item] * least
        if depth:
            return self._scalar(merged, name)
        return self._error.sentence if merged.stated_types == ["string"] and merged.enum is None else None

    def _object(self, merged: MergedSchema, depth: int) -> dict[str, Any] | None:
        if depth > _DEEPEST:
            return None
        found: dict[str, Any] = {}
        telling = False
        for name in merged.declared():
            key = _plain(name)
            schemas = merged.property(name)
            if key not in _BY_NAME or not schemas:
                continue
            # One place for the sentence is enough: lists of details are for other facts.
            if key in ("errors", "details") and telling and name not in merged.required:
                continue
            # A problem of RFC 9457, whose type has no page of its own.
            is_problem = key == "type" and {"title", "detail"} & set(merged.properties)
            value = "about:blank" if is_problem else self.fill(together(schemas), depth + 1, key)
            if value is not None:
                found[name] = value
                telling = telling or key in _TELLING
        return found if telling else None

    def _scalar(self, merged: MergedSchema, name: str) -> Any:
        if name not in _BY_NAME:
            return None
        value = _BY_NAME[name](self._error)
        candidates: list[Any] = [value, self._error.status, str(self._error.status), self._error.title]
        if merged.enum is not None:
            candidates += ["error", "fail", "failure", *([False] if name in ("success", "ok", "error") else [])]
        if name == "error" and "string" not in merged.types:
            candidates = [True]
        for candidate in candidates:
            kind = {bool: "boolean", int: "integer", str: "string"}[type(candidate)]
            if kind in merged.types and (merged.enum is None or is_among(candidate, merged.enum)):
                return candidate
        return None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
