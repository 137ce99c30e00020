"""Everything that is wrong with a document, for its author."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from openapi.contract.contract import Contract, load_contract
from openapi.documents.lines import LineIndex
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer, pointer_to
from openapi.documents.references import Steps
from openapi.documents.structure import all_errors
from openapi.documents.subschemas import root_schemas, subschemas
from openapi.schemas import is_regex


def examine(path: Path) -> tuple[Contract, list[Mistake]]:
    """The contract in a file, mended, and its mistakes by all rules except those for examples.

    Raises ContractError for a document that cannot be read, or of which nothing can be used.
    """
    contract = load_contract(path, lenient=True)
    known = {mistake.pointer for mistake in contract.warnings}
    root = copy.deepcopy(contract.as_dict())
    later = list(_without_odd_patterns(root, contract.source))
    # The rules that the schema of OpenAPI cannot express; what they need is mended by now.
    later += [Mistake(pointer or _place(reason), reason, contract.source) for pointer, reason in all_errors(root)]
    new = [mistake for mistake in dict.fromkeys(later) if mistake.pointer not in known]
    return contract, [*contract.warnings, *with_lines(contract, new)]


def _place(reason: str) -> str:
    """The pointer of the operation that a sentence of openapi-spec-validator names; "" if it names none."""
    found = re.search("for '([a-z]+)' operation in '([^']+)'", reason)
    return pointer_to("paths", found[2], found[1]) if found else ""


def with_lines(contract: Contract, mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """The mistakes, with their lines in the first file of the contract."""
    lines = LineIndex(contract.content)
    yield from (replace(mistake, line=lines.line(mistake.pointer)) for mistake in mistakes)


def _without_odd_patterns(root: dict[str, Any], source: str) -> Iterator[Mistake]:
    """Take the patterns that cannot be compiled out of `root`, each as a mistake."""
    pending: list[tuple[Any, Steps]] = list(root_schemas(root))
    while pending:
        schema, path = pending.pop()
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not is_regex(pattern):
            del schema["pattern"]
            reason = f"the pattern {pattern!r} cannot be compiled; it is not checked"
            yield Mistake(join_pointer((*path, "pattern")), reason, source)
        pending += [(inner, (*path, *steps)) for inner, steps in subschemas(schema) if isinstance(inner, dict)]
