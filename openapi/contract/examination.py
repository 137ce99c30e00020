"""Everything that is wrong with a document, for its author."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from openapi.contract.contract import Contract, load_bundled
from openapi.contract.conversion import mistake_as_written
from openapi.documents.mending.document import located_mistakes
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer, pointer_to
from openapi.documents.references import Steps
from openapi.documents.structure import all_errors
from openapi.documents.subschemas import root_schemas, subschemas
from openapi.schemas import Direction, Schema, SchemaValidator, is_regex


def examine(path: Path, also: Callable[[Contract], Iterable[Mistake]]) -> list[Mistake]:
    """The mistakes of the document in a file, sorted by file and line: those that are mended when it is loaded, those
    that break the rules that the schema of OpenAPI cannot express, and what `also` finds, with pointers as written.

    Raises ContractError for a document that cannot be read, or of which nothing can be used.
    """
    contract, bundled = load_bundled(path, lenient=True)
    root = copy.deepcopy(contract.as_dict())
    later = [*_without_odd_patterns(root), *_rules(root), *_wrong_defaults(contract)]
    later = [mistake_as_written(contract, mistake) for mistake in later]
    known = {(mistake.source, mistake.pointer) for mistake in contract.warnings}
    located = located_mistakes([*dict.fromkeys(later), *also(contract)], bundled)
    new = [mistake for mistake in located if (mistake.source, mistake.pointer) not in known]
    return sorted([*contract.warnings, *new], key=lambda mistake: (mistake.source, mistake.line or 0))


def _rules(root: dict[str, Any]) -> Iterator[Mistake]:
    """Breaches of the rules that the schema of OpenAPI cannot express; what they need is mended by now."""
    for pointer, reason in all_errors(root):
        place = pointer or _place(reason)
        if place or reason.startswith("the document"):
            yield Mistake(place, reason)


def _place(reason: str) -> str:
    """The pointer of the operation that a sentence of openapi-spec-validator names; "" if it names none, as for a
    default value, whose place it does not tell."""
    found = re.search("for '([a-z]+)' operation in '([^']+)'", reason)
    return pointer_to("paths", found[2], found[1]) if found else ""


def _wrong_defaults(contract: Contract) -> Iterator[Mistake]:
    """The default values that break their own schemas."""
    for schema, path in _schemas(contract.root):
        if "default" not in schema:
            continue
        validator = SchemaValidator(Schema(contract, schema, join_pointer(path)), Direction.REQUEST)
        if violations := validator.violations(schema["default"]):
            reason = f"the default value breaks its schema: {violations[0].reason}"
            yield Mistake(join_pointer((*path, "default")), reason)


def _without_odd_patterns(root: dict[str, Any]) -> Iterator[Mistake]:
    """Take the patterns that cannot be compiled out of `root`, each as a mistake."""
    for schema, path in _schemas(root):
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not is_regex(pattern):
            del schema["pattern"]
            yield Mistake(
                join_pointer((*path, "pattern")), f"the pattern {pattern!r} cannot be compiled; it is not checked"
            )


def _schemas(root: Any) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Every Schema Object of a document, also those in others, with their paths."""
    pending: list[tuple[Any, Steps]] = list(root_schemas(root))
    while pending:
        schema, path = pending.pop()
        yield schema, path
        pending += [(inner, (*path, *steps)) for inner, steps in subschemas(schema) if isinstance(inner, dict)]
