"""How a team judges changes: the levels of rules, and the extension that marks drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from openapi.compatibility.catalogue import RULES
from openapi.compatibility.changes import ChangeLevel
from openapi.documents.errors import ContractError
from openapi.documents.lines import nearest_line
from openapi.documents.pointer import pointer_to
from openapi.documents.reading import read_value

_KEYS: Final = ("levels", "stability")
_LEVELS: Final[Mapping[str, ChangeLevel]] = {level.label: level for level in ChangeLevel}


@dataclass(frozen=True)
class ComparisonSettings:
    """`levels` replace those of rules, by their ids. `stability` is the extension of an operation whose value ``draft``
    exempts it."""

    levels: Mapping[str, ChangeLevel] = field(default_factory=lambda: MappingProxyType({}))
    stability: str = "x-stability"


def read_settings(content: bytes, source: str) -> ComparisonSettings:
    """The settings in a YAML or JSON file ``levels: {RULE: LEVEL}, stability: x-NAME``, both optional.

    Raises ContractError, with the name `source` and the line.
    """

    def invalid(reason: str, *steps: str) -> ContractError:
        pointer = pointer_to(*steps)
        return ContractError(source, pointer, f"line {nearest_line(content, pointer)}: {reason}")

    value = read_value(content, source)
    if not isinstance(value, dict) or (unknown := [key for key in value if key not in _KEYS]):
        raise invalid("write `levels` and `stability`, and nothing beside them")
    del unknown
    levels = value.get("levels", {})
    if not isinstance(levels, dict):
        raise invalid("write a level for each rule, as `response-enum-grew: risky`", "levels")
    for rule, level in levels.items():
        if rule not in RULES:
            near = get_close_matches(rule, RULES, 1)
            hint = f"; did you mean {near[0]}?" if near else "; `contract diff --rules` lists the rules"
            raise invalid(f"there is no rule {rule}{hint}", "levels", rule)
        if level not in _LEVELS:
            raise invalid(f"{level!r} is not a level; write {', '.join(_LEVELS)}", "levels", rule)
    stability = value.get("stability", ComparisonSettings.stability)
    if not isinstance(stability, str) or not stability.startswith("x-"):
        raise invalid("write the name of an extension, which begins with x-", "stability")
    return ComparisonSettings(MappingProxyType({rule: _LEVELS[level] for rule, level in levels.items()}), stability)
