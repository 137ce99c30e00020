"""What is sent for a selected response: an example or data made from its schema, as bytes, and its declared headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import pointer_to
from openapi.examples.declared import Example, examples_of
from openapi.examples.encoding import encode, sample_of
from openapi.examples.error_bodies import Envelopes
from openapi.examples.generation import GenerationError, Generator
from openapi.mock.answers.own_headers import is_own
from openapi.mock.answers.refusals import Refusal
from openapi.mock.answers.selection import Selection
from openapi.mock.scenarios.scenarios import ABSENT, MockedOperation, Step
from openapi.parameters.serializing import fields_of
from openapi.schemas import Direction, SchemaValidator, schema_validator

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
        self._contract = contract
        self._generator = Generator(contract, seed=seed)
        self._envelopes = Envelopes(contract)
        self._examples: dict[str, tuple[tuple[Example, SchemaValidator], ...]] = {}

    def body(self, mocked: MockedOperation, selection: Selection, step: Step, wish: Wish) -> Body:
        """The body of a response; Refusal when there is no data for it."""
        if selection.media_type is None:
            return Body(b"", "no body is declared")
        if step.body is not ABSENT:
            return Body(encode(step.body, selection.content_type or ""), "the body of the scenario")
        media_type, pointer = self._media_type(mocked, selection)
        value, reason, violations = self._value(mocked, selection, media_type, pointer, wish)
        if isinstance(value, bytes):
            return Body(value, reason)
        schema = media_type.get("schema", {})
        return Body(encode(value, selection.content_type or "", self._contract, schema), reason, violations)

    def error(self, mocked: MockedOperation, selection: Selection, code: str, sentence: str) -> bytes | None:
        """A body that tells of an error in the form that the contract has for it; None when it has none."""
        if selection.media_type is None:
            return b""
        media_type, _ = self._media_type(mocked, selection)
        schema = media_type.get("schema", {})
        found = self._envelopes.fitting(schema, selection.status, code=code, sentence=sentence)
        return None if found is None else encode(found.body, selection.content_type or "", self._contract, schema)

    def headers(self, mocked: MockedOperation, selection: Selection, key: str) -> dict[str, str]:
        """The headers that the contract declares for a response, with a value for each that one can be made for."""
        response = self._contract.resolve(mocked.operation.definition["responses"][selection.key])
        found = {}
        for name, reference in response.get("headers", {}).items():
            if not is_own(name) and (value := self._header(name, reference, key)) is not None:
                found[name] = value
        return found

    def _media_type(self, mocked: MockedOperation, selection: Selection) -> tuple[Mapping[str, Any], str]:
        responses = mocked.operation.definition["responses"]
        response = self._contract.resolve(responses[selection.key])
        pointer = str(responses[selection.key].get("$ref", "")).removeprefix("#") or (
            mocked.operation.pointer + pointer_to("responses", selection.key)
        )
        assert selection.media_type is not None  # noqa: S101 - asked for by callers
        content: Mapping[str, Any] = response["content"][selection.media_type]
        return content, pointer + pointer_to("content", selection.media_type)

    def _value(
        self, mocked: MockedOperation, selection: Selection, content: Mapping[str, Any], pointer: str, wish: Wish
    ) -> tuple[Any, str, tuple[str, ...]]:
        schema = content.get("schema", {})
        if not wish.dynamic:
            examples = self._valid_examples(content, pointer)
            for example, validator in examples:
                if example.name == wish.example and wish.example is not None:
                    broken = tuple(str(violation) for violation in validator.violations(example.value))
                    return example.value, f"the example {example.name!r}", broken
            usable = [example for example, validator in examples if validator.is_valid(example.value)]
            if selection.status >= 400:
                # That of a schema is for every error; this one is for this status.
                usable = [example for example in usable if example.pointer.startswith(pointer + "/example")]
            if usable:
                example = usable[0]
                return example.value, f"the example {example.name!r}" if example.name else "the contract's example", ()
        if selection.status >= 400 and (found := self._envelopes.fitting(schema, selection.status)) is not None:
            return found.body, "an error that fits the status", ()
        sample = sample_of(_plain(selection.content_type), self._kinds(schema))
        if sample is not None:
            return sample, "the smallest file of its kind", ()
        try:
            return self._generator.value(schema, key=wish.key), "data made from the schema", ()
        except GenerationError as error:
            sentence = f"No data can be made for the answer {selection.status} of {mocked.id}: {error}"
            raise Refusal(500, "NO_DATA", sentence) from None

    def _valid_examples(self, content: Mapping[str, Any], pointer: str) -> tuple[tuple[Example, SchemaValidator], ...]:
        if pointer not in self._examples:
            schema = content.get("schema", {})
            validator = schema_validator(self._contract, schema, pointer + "/schema", Direction.RESPONSE)
            found = examples_of(self._contract, content, pointer)
            self._examples[pointer] = tuple((example, validator) for example in found)
        return self._examples[pointer]

    def _kinds(self, schema: Mapping[str, Any]) -> set[str]:
        kind = self._contract.resolve(schema).get("type")
        return {kind} if isinstance(kind, str) else set(self._contract.resolve(schema)) & {"allOf", "anyOf", "oneOf"}

    def _header(self, name: str, reference: Mapping[str, Any], key: str) -> str | None:
        header = self._contract.resolve(reference)
        examples = examples_of(self._contract, header, "")
        try:
            schema = header.get("schema", {})
            value = examples[0].value if examples else self._generator.value(schema, key=key, name=name)
        except GenerationError:
            return None
        ((_, text),) = fields_of({"in": "header", "name": name}, value)
        return text if _HEADER_VALUE.fullmatch(text) else None


def _plain(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
