"""The body of a selected response, an example or data generated from its schema, and its declared headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Content, Contract, DeclaredHeader, Example
from openapi.examples.declared import examples_of
from openapi.examples.encoding import encode, sample_file
from openapi.examples.error_bodies import Envelopes
from openapi.examples.generation import GenerationError, Generator
from openapi.http.media_types import parse_media_type
from openapi.mock.answers.own_headers import is_own
from openapi.mock.answers.refusals import Refusal
from openapi.mock.answers.selection import Selection
from openapi.mock.scenarios.scenarios import ABSENT, MockedOperation, Step
from openapi.parameters.serializing import header_text
from openapi.schemas import Direction, SchemaValidator

# Visible ASCII characters and spaces, which every client reads alike (RFC 9110 section 5.5).
_HEADER_VALUE: Final = re.compile("[ -~]*")


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

    def __init__(self, contract: Contract, seed: int) -> None:
        self._generator = Generator(contract, seed=seed)
        self._envelopes = Envelopes(contract)
        self._examples: dict[str, tuple[tuple[Example, SchemaValidator], ...]] = {}

    def body(self, mocked: MockedOperation, selection: Selection, step: Step, choice: DataChoice) -> Body:
        """The body of a response; Refusal if no data can be generated for it."""
        content = selection.content
        if content is None:
            return Body(b"", "without a body, as declared")
        if step.body is not ABSENT:
            return Body(encode(step.body, selection.content_type or ""), "the body of the scenario")
        value, reason, violations = self._value(mocked, selection, content, choice)
        if isinstance(value, bytes):
            return Body(value, reason)
        return Body(encode(value, selection.content_type or "", content.schema), reason, violations)

    def error(self, selection: Selection, code: str, sentence: str) -> bytes | None:
        """The body of an error in the form of the contract; None if the contract has no form for it."""
        if selection.content is None:
            return b""
        schema = selection.content.schema
        found = self._envelopes.fitting(schema, selection.status, code=code, sentence=sentence)
        return None if found is None else encode(found.body, selection.content_type or "", schema)

    def headers(self, selection: Selection, key: str) -> dict[str, str]:
        """The declared headers of a response, except those that no value can be generated for."""
        found = {}
        for header in selection.response.headers:
            if not is_own(header.name) and (value := self._header(header, key)) is not None:
                found[header.name] = value
        return found

    def _value(
        self, mocked: MockedOperation, selection: Selection, content: Content, choice: DataChoice
    ) -> tuple[Any, str, tuple[str, ...]]:
        schema = content.schema
        if not choice.dynamic:
            examples = self._checked_examples(content)
            for example, validator in examples:
                if example.name == choice.example and choice.example is not None:
                    broken = tuple(str(violation) for violation in validator.violations(example.value))
                    return example.value, f"the example {example.name!r}", broken
            usable = [example for example, validator in examples if validator.is_valid(example.value)]
            if selection.status >= 400:
                # An example of a schema is for every error; one of the content is for this status.
                usable = [example for example in usable if example.pointer.startswith(content.origin + "/example")]
            if usable:
                example = usable[0]
                return example.value, f"the example {example.name!r}" if example.name else "the contract's example", ()
        if selection.status >= 400 and (found := self._envelopes.fitting(schema, selection.status)) is not None:
            return found.body, "an error body for this status", ()
        sample = sample_file(parse_media_type(selection.content_type or "").name, schema)
        if sample is not None:
            return sample, "the smallest valid file of its type", ()
        try:
            return self._generator.value(schema, key=choice.key), "data generated from the schema", ()
        except GenerationError as error:
            sentence = f"The mock cannot generate data for the response {selection.status} of {mocked.id}: {error}"
            raise Refusal(500, "NO_DATA", sentence) from None

    def _checked_examples(self, content: Content) -> tuple[tuple[Example, SchemaValidator], ...]:
        """The examples of a content, each with the validator of its schema; cached, because operations share
        responses."""
        if content.origin not in self._examples:
            validator = SchemaValidator(content.schema, Direction.RESPONSE)
            self._examples[content.origin] = tuple((example, validator) for example in examples_of(content))
        return self._examples[content.origin]

    def _header(self, header: DeclaredHeader, key: str) -> str | None:
        examples = examples_of(header)
        try:
            value = examples[0].value if examples else self._generator.value(header.schema, key=key, name=header.name)
        except GenerationError:
            return None
        text = header_text(header, value)
        return text if _HEADER_VALUE.fullmatch(text) else None
