"""Builds objects and lists from fields whose names have brackets."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any, Final

# A name followed by the path in an array or object: `expand[]`, `items[0][price]`.
_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
# More than any form has. Code that walks the object recursively needs a stack frame for each step.
_DEEPEST: Final = 64
_APART: Final = "it has parts of an object that contradict each other"
_STEP: Final = re.compile(r"\[([^\[\]]*)\]")


class Misfit(ValueError):
    """Fields whose names with brackets do not build an object; the text says why, as the end of a sentence."""


def nested(items: Iterable[tuple[str, Any]], whole: Container[str] = ()) -> dict[str, Any]:
    """Fields by name. A repeated field is a list, and names with brackets build an object, unless the name is in
    `whole`.

    Raises Misfit if the parts of an object contradict each other or are nested too deeply.
    """
    form: dict[str, Any] = {}
    for name, value in items:
        match = None if name in whole else _NAME.fullmatch(name)
        steps = [match[1], *_STEP.findall(match[2])] if match is not None else [name]
        if len(steps) > 1 and steps[-1] == "":
            steps.pop()
        if len(steps) > _DEEPEST:
            raise Misfit(f"its nesting is deeper than {_DEEPEST} levels")
        target = form
        for step in steps[:-1]:
            inner = target.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Misfit(_APART)
            target = inner
        _add(target, steps[-1], value, several=match is not None and name.endswith("[]"))
    return form


def _add(target: dict[str, Any], name: str, value: Any, *, several: bool) -> None:
    if name not in target:
        target[name] = [value] if several else value
    elif isinstance(target[name], list):
        # A single field can contain a whole list.
        target[name] += value if isinstance(value, list) else [value]
    elif isinstance(target[name], dict):
        raise Misfit(_APART)
    else:
        target[name] = [target[name], value]
