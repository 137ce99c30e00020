"""JSON pointers (RFC 6901) into a document of dicts and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

_INDEX = re.compile("0|[1-9][0-9]{0,8}")


def pointer_to(*path: str | int) -> str:
    """The pointer that walks `path`, e.g. ``("paths", "/a")`` -> ``/paths/~1a`` (RFC 6901 section 3).

    A percent sign is escaped as in a URI fragment (section 6), which `steps_of` undoes.
    """
    return join_pointer(path)


def join_pointer(path: Iterable[str | int]) -> str:
    """As `pointer_to`, from any iterable of steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1").replace("%", "%25") for step in path)


def steps_of(pointer: str) -> list[str]:
    """The steps of a pointer, unescaped; percent escapes of a URI fragment are undone first (section 6)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in unquote(pointer).split("/")[1:]]


def resolve_pointer(document: Any, pointer: str) -> Any:
    """The value at `pointer` in `document` (RFC 6901 section 4); raises LookupError if there is none."""
    value = document
    for step in steps_of(pointer):
        if isinstance(value, list):
            if not _INDEX.fullmatch(step):
                raise LookupError(step)
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value[step]
        else:
            raise LookupError(step)
    return value
