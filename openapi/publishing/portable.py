"""A document whose parts can be taken apart: whatever a reference leads to is a component."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Mapping
from typing import Any, Final

from openapi.documents.dialects import Dialect, dialect_of
from openapi.documents.identifiers import DYNAMIC, drop_identifiers
from openapi.documents.pointer import join_pointer, pointer_to, resolve_pointer, steps_of
from openapi.documents.references import KINDS, references
from openapi.documents.subschemas import root_schemas, subschemas

# "Components Object": the names that are allowed there.
_UNNAMABLE: Final = re.compile("[^A-Za-z0-9._-]+")
# The places of operations, which a document of one operation has not.
_APART: Final = ("paths", "webhooks")


def portable(root: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document in which no reference leads to a part of an operation: such a part becomes a component, with
    a name that is made of its pointer."""
    result = with_identifiers(root)
    wanted = {found.target[1:]: found for found in references(result) if _leads_into_operations(found.target)}
    placed: dict[str, str] = {}
    # A part goes before the parts in it, which are then parts of a component.
    for pointer, found in sorted(wanted.items(), key=lambda item: (len(steps_of(item[0])), item[0])):
        if _moved(pointer, placed) is None and (kind := KINDS.get(found.keyword)) not in (None, "paths"):
            placed[pointer] = _placed(result, pointer, str(kind))
    for found in list(references(result)):
        if (moved := _moved(found.target[1:], placed)) is not None and found.target.startswith("#"):
            found.holder[found.key] = "#" + moved
    for pointer, place in placed.items():
        _replace(result, pointer, {"$ref": "#" + place})
    return result


def with_identifiers(root: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document whose references are resolved (`resolve_identifiers`), for readers that resolve them again.

    Dynamic references are written as the specification does. A document with `$id`, against which such a reader would
    resolve references, has no identifiers any more.
    """
    result: dict[str, Any] = copy.deepcopy(dict(root))
    if dialect_of(result) is Dialect.DRAFT_2020_12:
        _restore_identifiers(result)
    return result


def _leads_into_operations(target: str) -> bool:
    return target.startswith(tuple(f"#/{name}/" for name in _APART))


def _moved(pointer: str, placed: Mapping[str, str]) -> str | None:
    """The place of a part that is a component now, or is in one; None for any other."""
    head, tail = pointer, ""
    while head:
        if head in placed:
            return placed[head] + tail
        head, _, step = head.rpartition("/")
        tail = f"/{step}{tail}"
    return None


def _placed(root: dict[str, Any], pointer: str, kind: str) -> str:
    """Add the part at a pointer to the components, and return its pointer there."""
    parts = root.setdefault("components", {}).setdefault(kind, {})
    wanted = _UNNAMABLE.sub("_", "_".join(steps_of(pointer)[1:])).strip("_")
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in itertools.count(1))
    name = next(name for name in names if name not in parts)
    parts[name] = resolve_pointer(root, pointer)
    return pointer_to("components", kind, name)


def _replace(root: dict[str, Any], pointer: str, value: Any) -> None:
    *above, last = steps_of(pointer)
    holder = resolve_pointer(root, join_pointer(above))
    holder[int(last) if isinstance(holder, list) else last] = value


def _restore_identifiers(root: dict[str, Any]) -> None:
    pending = [schema for schema, _ in root_schemas(root)]
    dynamic = []
    while pending:
        schema = pending.pop()
        if isinstance(schema.get("$id"), str):
            drop_identifiers(root)
            return
        if isinstance(schema.get(DYNAMIC), str):
            dynamic.append(schema)
        pending.extend(inner for inner, _ in subschemas(schema) if isinstance(inner, dict))
    for schema in dynamic:
        if not schema[DYNAMIC].startswith("#"):
            schema[DYNAMIC] = "#" + schema[DYNAMIC]
            del schema["$ref"]
