"""What a schema says by itself and in its branches, all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.contract.contract import Contract

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")


def parts_of(contract: Contract, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and the branches of its `allOf`, `anyOf` and `oneOf`, references followed, each once."""
    seen: set[int] = set()
    pending = [schema]
    while pending:
        schema = contract.resolve(pending.pop(0))
        if id(schema) not in seen:
            seen.add(id(schema))
            yield schema
            pending.extend(branch for keyword in _BRANCHES for branch in schema.get(keyword, ()))


def kinds_of(contract: Contract, schema: Mapping[str, Any]) -> set[str]:
    """Every type that a schema names, in its branches too."""
    return {part["type"] for part in parts_of(contract, schema) if "type" in part}
