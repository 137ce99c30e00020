"""What is sent for a selected response: an example or data made from its schema, as bytes, and its declared headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Content, Contract, DeclaredHeader, Example
from openapi.examples.declared import examples_of
from openapi.examples.encoding import encode, sample_file
from openapi.examples.error_bodies import Envelopes
from openapi.examples.generation import GenerationError, Generator
from openapi.mock.answers.own_headers import is_own
from openapi.mock.answers.refusals import Refusal
from openapi.mock.answers.selection import Selection
from openapi.mock.scenarios.scenarios import ABSENT, MockedOperation, Step
from openapi.parameters.serializing import header_text
from openapi.schemas import Direction, SchemaValidator

# Visible characters and spaces: what any client reads as it was meant (RFC 9110 section 5.5).
_HEADER_VALUE: Final = re.compile("[ -~]*")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the data is to be: that of the example of a name, made anew instead of an example (`dynamic`), and by which
    `key`, which is the same for requests that are to get the same."""

    example: str | None
    dynamic: bool
    key: str


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of an answer; `reason` says where they come from, `violations` how they break the contract."""

    content: bytes
    reason: str
    violations: tuple[str, ...] = ()


class Bodies:
    """Bodies for the responses of one contract. What depends on the contract alone is kept once it was needed."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self._generator = Generator(contract, seed=seed)
        self._envelopes = Envelopes(contract)
        self._examples: dict[str, tuple[tuple[Example, SchemaValidator], ...]] = {}

    def body(self, mocked: MockedOperation, selection: Selection, step: Step, wish: Wish) -> Body:
        """The body of a response; Refusal when there is no data for it."""
        content = selection.content
        if content is None:
            return Body(b"", "without a body, as declared")
        if step.body is not ABSENT:
            return Body(encode(step.body, selection.content_type or ""), "the body of the scenario")
        value, reason, violations = self._value(mocked, selection, content, wish)
        if isinstance(value, bytes):
            return Body(value, reason)
        return Body(encode(value, selection.content_type or "", content.schema), reason, violations)

    def error(self, selection: Selection, code: str, sentence: str) -> bytes | None:
        """A body that tells of an error in the form that the contract has for it; None when it has none."""
        if selection.content is None:
            return b""
        schema = selection.content.schema
        found = self._envelopes.fitting(schema, selection.status, code=code, sentence=sentence)
        return None if found is None else encode(found.body, selection.content_type or "", schema)

    def headers(self, selection: Selection, key: str) -> dict[str, str]:
        """The headers that the contract declares for a response, with a value for each that one can be made for."""
        found = {}
        for header in selection.response.headers:
            if not is_own(header.name) and (value := self._header(header, key)) is not None:
                found[header.name] = value
        return found

    def _value(
        self, mocked: MockedOperation, selection: Selection, content: Content, wish: Wish
    ) -> tuple[Any, str, tuple[str, ...]]:
        schema = content.schema
        if not wish.dynamic:
            examples = self._checked_examples(content)
            for example, validator in examples:
                if example.name == wish.example and wish.example is not None:
                    broken = tuple(str(violation) for violation in validator.violations(example.value))
                    return example.value, f"the example {example.name!r}", broken
            usable = [example for example, validator in examples if validator.is_valid(example.value)]
            if selection.status >= 400:
                # That of a schema is for every error; this one is for this status.
                usable = [example for example in usable if example.pointer.startswith(content.origin + "/example")]
            if usable:
                example = usable[0]
                return example.value, f"the example {example.name!r}" if example.name else "the contract's example", ()
        if selection.status >= 400 and (found := self._envelopes.fitting(schema, selection.status)) is not None:
            return found.body, "an error body for this status", ()
        sample = sample_file(_plain(selection.content_type), schema)
        if sample is not None:
            return sample, "the smallest valid file of its type", ()
        try:
            return self._generator.value(schema, key=wish.key), "data generated from the schema", ()
        except GenerationError as error:
            sentence = f"The mock cannot generate data for the response {selection.status} of {mocked.id}: {error}"
            raise Refusal(500, "NO_DATA", sentence) from None

    def _checked_examples(self, content: Content) -> tuple[tuple[Example, SchemaValidator], ...]:
        """The examples of a content, with the validator of its schema; operations share many a response."""
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


def _plain(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
