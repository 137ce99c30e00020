"""Names of types in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Reserved names (ECMA-262 "Keywords and Reserved Words", and types of TypeScript), and those that are generated here.
_TAKEN: Final = frozenset(
    re.findall(
        r"\w+",
        "any as async await bigint boolean break case catch class const continue debugger declare default delete do "
        "else enum export extends false finally for function if implements import in instanceof interface let never "
        "new null number object package private protected public return static string super switch symbol this throw "
        "true try type typeof undefined unknown var void while with yield Array Blob FormData Record "
        "URLSearchParams OperationId Operations ResponseBody",
    )
)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """A unique TypeScript name for each name: the same one if it is valid."""
    found: dict[str, str] = {}
    taken = set(_TAKEN)
    for name in names:
        wanted = re.sub(r"[^A-Za-z0-9_$]", "_", name)
        wanted = f"_{wanted}" if not wanted or wanted[0].isdigit() else wanted
        unique = wanted
        number = 2
        while unique in taken:
            unique = f"{wanted}{number}" if wanted not in _TAKEN else f"{wanted}_{number}"
            number += 1
        taken.add(unique)
        found[name] = unique
    return found
