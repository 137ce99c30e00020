"""Objects and lists whose parts came one by one, under names with brackets."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any, Final

# A name with the parts of an array or object behind it: `expand[]`, `items[0][price]`.
_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
# No form has more, and every step is one on the stack of whoever walks the object.
_DEEPEST: Final = 64
_APART: Final = "it has the parts of an object that do not fit together"
_STEP: Final = re.compile(r"\[([^\[\]]*)\]")


class Misfit(ValueError):
    """Names with brackets build no object; the text says why, as the end of a sentence."""


def nested(items: Iterable[tuple[str, Any]], whole: Container[str] = ()) -> dict[str, Any]:
    """Fields by their names; one that is there several times is a list, and names with brackets build an object, unless
    the name is one of `whole`.

    Misfit when the parts of an object do not fit together.
    """
    form: dict[str, Any] = {}
    for name, value in items:
        match = None if name in whole else _NAME.fullmatch(name)
        steps = [match[1], *_STEP.findall(match[2])] if match is not None else [name]
        if len(steps) > 1 and steps[-1] == "":
            steps.pop()
        if len(steps) > _DEEPEST:
            raise Misfit("it is nested too deeply")
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
        # A value may be a list itself, written in one field.
        target[name] += value if isinstance(value, list) else [value]
    elif isinstance(target[name], dict):
        raise Misfit(_APART)
    else:
        target[name] = [target[name], value]
