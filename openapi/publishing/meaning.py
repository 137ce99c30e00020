"""What a part of a document means, apart from its prose and the order of its members."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.documents.pointer import pointer_to
from openapi.documents.references import DATA, MAPS

# Members for people alone. The name of an API, `title` in `info`, is more than that.
_PROSE: Final = frozenset({"description", "example", "examples", "externalDocs", "summary", "title"})
# Lists whose order has no meaning.
_SETS: Final = frozenset({"enum", "required", "type"})


def written(value: Any) -> str:
    """A text that is equal for two values that differ only in the order of their members."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def without_prose(value: Any, *, is_map: bool = False) -> Any:
    """A part of a document without its prose, and with lists in order whose order has no meaning. The keys of a map are
    names, not keywords."""
    if isinstance(value, list):
        return [without_prose(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    result = {}
    for key, child in value.items():
        if is_map:
            result[key] = without_prose(child)
        elif key in _SETS and isinstance(child, list):
            result[key] = sorted(child, key=written)
        elif key in DATA and key not in _PROSE:
            result[key] = child
        elif key not in _PROSE:
            result[key] = without_prose(child, is_map=key in MAPS)
    return result


def first_difference(one: Any, other: Any, pointer: str = "") -> tuple[str, Any, Any]:
    """The JSON pointer of the first place where two values differ, and the values there; a missing one is MISSING."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            if key not in one or key not in other or one[key] != other[key]:
                return first_difference(one.get(key, MISSING), other.get(key, MISSING), pointer + pointer_to(key))
    if isinstance(one, list) and isinstance(other, list):
        for index, (left, right) in enumerate(_zipped(one, other)):
            if left != right:
                return first_difference(left, right, f"{pointer}/{index}")
    return pointer, one, other


class _Missing:
    """What one of two values does not have."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()


def _zipped(one: list[Any], other: list[Any]) -> Iterator[tuple[Any, Any]]:
    for index in range(max(len(one), len(other))):
        yield (
            one[index] if index < len(one) else MISSING,
            other[index] if index < len(other) else MISSING,
        )
