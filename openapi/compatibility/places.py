"""Names the places of a document, so that they stay the same when lines or positions in lists change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import pointer_to, steps_of

_METHODS: Final = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))


def name_of_place(contract: Contract, pointer: str) -> str:
    """The pointer with the names of parameters and the URLs of servers instead of their positions."""
    return "/".join(name for _, name in _steps(contract, pointer))


def _steps(contract: Contract, pointer: str) -> Iterator[tuple[str, str]]:
    """Each step of a pointer, and its name."""
    at, keyword = "", ""
    for step in steps_of(pointer):
        at += pointer_to(step)
        yield step, _named(contract, at, step) if keyword in ("parameters", "servers") else step
        keyword = step


def _named(contract: Contract, pointer: str, step: str) -> str:
    try:
        value: Any = contract.at(contract.origin_of(pointer))
    except LookupError:
        return step
    if isinstance(value, Mapping):
        if "name" in value:
            return f"{value.get('in')} {value['name']}"
        return str(value.get("url", step))
    return step


def readable_place(contract: Contract, pointer: str) -> str:
    """The part of a schema at a pointer as people name it: the component and the property, such as ``Pet.owner.name``,
    or only the property in an operation."""
    steps = [name for _, name in _steps(contract, pointer)]
    if steps[:2] == ["components", "schemas"]:
        base, steps = steps[2], steps[3:]
    else:
        at = max((index for index, step in enumerate(steps) if step == "schema"), default=len(steps) - 1)
        base, steps = "", steps[at + 1 :]
    path = base
    index = 0
    while index < len(steps):
        if steps[index] == "properties" and index + 1 < len(steps):
            path = f"{path}.{steps[index + 1]}" if path else steps[index + 1]
            index += 1
        elif steps[index] in ("items", "contains"):
            path += "[]"
        index += 1
    return path
