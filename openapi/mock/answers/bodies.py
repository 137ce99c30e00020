"""The body of a selected response, an example or data generated from its schema, and its declared headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Content, Contract, DeclaredHeader, DeclaredResponse
from openapi.examples.declared import examples_of
from openapi.examples.encoding import encode, sample_file
from openapi.examples.error_bodies import Envelopes
from openapi.examples.generation import GenerationError, Generator
from openapi.http.media_types import parse_media_type
from openapi.mock.answers.declared_data import DeclaredAnswers
from openapi.mock.answers.own_headers import is_own
from openapi.mock.answers.selection import Selection
from openapi.mock.scenarios.scenarios import ABSENT, Step
from openapi.mock.settings import MockSettings
from openapi.parameters.serializing import header_text
from openapi.schemas import Direction, Schema, SchemaValidator

# Visible ASCII characters and spaces, which every client reads alike (RFC 9110 section 5.5).
_HEADER_VALUE: Final = re.compile("[ -~]*")
# Declared headers that the mock sends anyway, with a value that is left if the contract allows it.
_USUAL: Final = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class DataChoice:
    """The choice of the data: an example by name, or generated data instead of examples (`dynamic`). Requests with the
    same `key` get the same generated data."""

    example: str | None
    dynamic: bool
    key: str


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of an answer, the `reason` for them, and their `violations` of the contract."""

    content: bytes
    reason: str
    violations: tuple[str, ...] = ()


class Bodies:
    """Bodies for the responses of one contract. Data that depends only on the contract is cached."""

    def __init__(self, contract: Contract, settings: MockSettings) -> None:
        self.envelope = settings.envelope
        self._generator = Generator(contract, seed=settings.seed)
        self._envelopes = Envelopes(contract)
        self._declared = DeclaredAnswers(self._generator, settings.examples)

    def body(self, selection: Selection, step: Step, choice: DataChoice) -> Body:
        """The body of a response."""
        content = selection.content
        if content is None:
            if selection.response.contents:
                return Body(b"", f"without content: a {selection.status} never has any, whatever is declared")
            return Body(b"", "without a body, as declared")
        if step.body is not ABSENT:
            return Body(encode(step.body, selection.content_type or ""), "the body of the scenario")
        value, reason, violations = self._value(selection, content, choice)
        if isinstance(value, bytes):
            return Body(value, reason)
        return Body(encode(value, selection.content_type or "", content.schema), reason, violations)

    def error(self, selection: Selection, code: str, sentence: str) -> bytes:
        """The body of an error as it is declared: its own example, or else data of its schema with the `code` and the
        `sentence` where the schema has room for them."""
        content = selection.content
        if content is None:
            return b""
        found = self._declared.chosen(content, of_error=True, code=code)
        if found is not None:
            value = found.value
        elif envelope := self._envelopes.fitting(content.schema, selection.status, code=code, sentence=sentence):
            value = envelope.body
        else:
            value = self._made(selection, content.schema, code)[0]
        return value if isinstance(value, bytes) else encode(value, selection.content_type or "", content.schema)

    def headers(self, selection: Selection, key: str) -> dict[str, str]:
        """The declared headers of a response, except those that no value can be generated for."""
        found = {}
        for header in selection.response.headers:
            if not is_own(header.name) and (value := self._header(header, key)) is not None:
                found[header.name] = value
        return found

    def untold(self, response: DeclaredResponse) -> list[str]:
        """The names of the declared headers whose examples HTTP cannot carry (RFC 9110 section 5.5)."""
        declared = [(header, examples_of(header)) for header in response.headers if not is_own(header.name)]
        return [
            header.name
            for header, examples in declared
            if examples and not _HEADER_VALUE.fullmatch(header_text(header, examples[0].value))
        ]

    def _value(self, selection: Selection, content: Content, choice: DataChoice) -> tuple[Any, str, tuple[str, ...]]:
        is_error = selection.status >= 400
        if not choice.dynamic:
            named = None if choice.example is None else self._declared.named(content, choice.example)
            found = named or self._declared.chosen(content, of_error=is_error)
            if found is not None:
                return found.value, found.reason, found.violations
        envelope = self._envelopes.fitting(content.schema, selection.status) if is_error else None
        # A mere sentence would be the same for each request.
        if envelope is not None and not (choice.dynamic and isinstance(envelope.body, str)):
            return envelope.body, "an error body for this status", ()
        return self._made(selection, content.schema, choice.key)

    def _made(self, selection: Selection, schema: Schema, key: str) -> tuple[Any, str, tuple[str, ...]]:
        """Data that is made, the reason, and its violations. If no data satisfies the schema, the answer breaks it."""
        sample = sample_file(parse_media_type(selection.content_type or "").name, schema)
        if sample is not None:
            return sample, "the smallest valid file of its type", ()
        try:
            made = self._generator.made(schema, key=key)
        except GenerationError as error:
            return _empty(schema), "an empty value, because no data can be generated for the schema", (str(error),)
        return made.value, f"data generated from the schema{made.note}", made.violations

    def _header(self, header: DeclaredHeader, key: str) -> str | None:
        examples = examples_of(header)
        usual = _USUAL.get(header.name.lower())
        if usual is not None and not examples and SchemaValidator(header.schema, Direction.RESPONSE).is_valid(usual):
            return None
        try:
            value = examples[0].value if examples else self._generator.value(header.schema, key=key, name=header.name)
        except GenerationError:
            return None
        text = header_text(header, value)
        return text if _HEADER_VALUE.fullmatch(text) else None


def _empty(schema: Schema) -> Any:
    """The smallest value of the type of a schema."""
    kinds: dict[str, Any] = {"object": {}, "array": [], "string": "", "boolean": False, "null": None}
    kind = next((part.type for part in schema.parts if part.type is not None), "object")
    return kinds.get(kind, 0)
