"""The declared examples that the mock answers with, and what it does with those that break their schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from openapi.contract import Content, Example
from openapi.examples.declared import examples_of, travelling
from openapi.examples.generation import GenerationError, Generator
from openapi.examples.leniency import blended
from openapi.mock.settings import Leniency
from openapi.schemas import Direction, SchemaValidator

_NEARLY: Final = "which breaks its schema by a format or an overlap alone"


@dataclass(frozen=True, slots=True)
class DeclaredData:
    """The value of an example, the `reason` for it, and its `violations` of the schema."""

    value: Any
    reason: str
    violations: tuple[str, ...] = ()


class DeclaredAnswers:
    """Chooses from the examples of each content; each choice is made once, because operations share responses."""

    def __init__(self, generator: Generator, leniency: Leniency) -> None:
        self._generator = generator
        self._leniency = leniency
        self._examples: dict[str, tuple[tuple[Example, ...], SchemaValidator]] = {}
        self._chosen: dict[tuple[str, bool, str], DeclaredData | None] = {}

    def named(self, content: Content, name: str) -> DeclaredData | None:
        """The example with a name, also one that breaks its schema; None without one."""
        examples, validator = self._of(content)
        example = next((example for example in examples if example.name == name), None)
        if example is None:
            return None
        return DeclaredData(example.value, f"the example {name!r}", _violations(validator, example.value))

    def chosen(self, content: Content, *, of_error: bool, code: str = "") -> DeclaredData | None:
        """The example to answer with, or data with its values; None without one. For an error, the examples of the
        schema do not count, because they are for every error; one that contains `code` comes first."""
        key = (content.origin, of_error, code)
        if key not in self._chosen:
            self._chosen[key] = self._choose(content, of_error=of_error, code=code)
        return self._chosen[key]

    def _choose(self, content: Content, *, of_error: bool, code: str) -> DeclaredData | None:
        examples, validator = self._of(content)
        if of_error:
            examples = tuple(each for each in examples if each.pointer.startswith(content.origin + "/example"))
            examples = tuple(sorted(examples, key=lambda each: not _contains(each.value, code)))
        if not examples:
            return None
        for example in examples:
            if validator.is_valid(example.value):
                return DeclaredData(example.value, _name(example))
        if self._leniency == "strict":
            return None
        nearly = next((each for each in examples if validator.is_nearly_valid(each.value)), None)
        if nearly is not None or self._leniency == "always":
            return _broken(nearly or examples[0], validator)
        return self._mended(content, examples[0], validator)

    def _mended(self, content: Content, example: Example, validator: SchemaValidator) -> DeclaredData | None:
        try:
            made = self._generator.value(content.schema)
        except GenerationError:
            return None
        if not validator.is_valid(made):
            return None
        value = blended(made, example.value, validator.is_valid)
        reason = f"data generated from the schema, with the values of {_name(example)} that fit"
        return None if value == made else DeclaredData(value, reason)

    def _of(self, content: Content) -> tuple[tuple[Example, ...], SchemaValidator]:
        """The examples of a content, without what does not travel in a response, and the validator of its schema."""
        if content.origin not in self._examples:
            examples = tuple(
                Example(each.name, travelling(content.schema, each.value, Direction.RESPONSE), each.pointer)
                for each in examples_of(content)
            )
            self._examples[content.origin] = examples, SchemaValidator(content.schema, Direction.RESPONSE)
        return self._examples[content.origin]


def _broken(example: Example, validator: SchemaValidator) -> DeclaredData:
    """An example that breaks its schema, with what it breaks."""
    words = _NEARLY if validator.is_nearly_valid(example.value) else "which breaks its schema"
    return DeclaredData(example.value, f"{_name(example)}, {words}", _violations(validator, example.value))


def _violations(validator: SchemaValidator, value: Any) -> tuple[str, ...]:
    return tuple(str(violation) for violation in validator.violations(value))


def _name(example: Example) -> str:
    return f"the example {example.name!r}" if example.name else "the contract's example"


def _contains(value: Any, code: str) -> bool:
    return isinstance(value, dict) and code != "" and code in [each for each in value.values() if isinstance(each, str)]
