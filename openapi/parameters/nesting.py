"""Builds objects and lists from fields whose names have brackets."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Container, Iterable, Sequence
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
        # A list in a list has no common form.
        match = None if name in whole or "[][]" in name else _NAME.fullmatch(name)
        steps = [match[1], *_STEP.findall(match[2])] if match is not None else [name]
        if len(steps) > 1 and steps[-1] == "":
            steps.pop()
        if len(steps) > _DEEPEST:
            raise Misfit(f"its nesting is deeper than {_DEEPEST} levels")
        several = match is not None and name.endswith("[]")
        _add(_holder(form, steps, several=several), steps[-1], value, several=several)
    return form


def _holder(form: dict[str, Any], steps: Sequence[str], *, several: bool) -> dict[str, Any]:
    """The object that the last of `steps` belongs to; it is created if it is missing. With `several`, the last step is
    a list, which can already be there."""
    target = form
    rest = deque(steps)
    while len(rest) > 1:
        step = rest.popleft()
        if rest[0]:
            inner = target.setdefault(step, {})
        else:
            rest.popleft()
            inner = _element(target.setdefault(step, []), rest, several=several)
        if not isinstance(inner, dict):
            raise Misfit(_APART)
        target = inner
    return target


def _element(items: Any, rest: Sequence[str], *, several: bool) -> Any:
    """The object of a list, such as that of ``lines[][price]=1&lines[][count]=2``, that the rest of a name belongs to:
    the last one, or a new one if the last has that part already."""
    if not isinstance(items, list):
        raise Misfit(_APART)
    if not items or (_has(items[-1], rest) and not several):
        items.append({})
    return items[-1]


def _has(value: Any, steps: Sequence[str]) -> bool:
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


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
