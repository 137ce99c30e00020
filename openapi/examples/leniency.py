"""Declared examples that break their schemas: what of them is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

# The most values of an example that are tried in generated data.
_MOST_TRIED: Final = 500


def blended(made: Any, example: Any, is_valid: Callable[[Any], bool]) -> Any:
    """Valid data `made`, with the values of `example` in the places where they fit, and without what only `made` has
    and the schema does not require. `made` itself if nothing fits."""
    return _Blending().blend(made, example, is_valid)


class _Blending:
    """One blending, whose effort is limited."""

    def __init__(self) -> None:
        self._left = _MOST_TRIED

    def blend(self, made: Any, example: Any, is_valid: Callable[[Any], bool]) -> Any:
        self._left -= 1
        if self._left < 0:
            return made
        if is_valid(example):
            return example
        if isinstance(made, dict) and isinstance(example, dict):
            return self._object(made, example, is_valid)
        if isinstance(made, list) and isinstance(example, list) and made:
            items = [self.blend(made[0], item, lambda value: is_valid([value, *made[1:]])) for item in example]
            return items if is_valid(items) else made
        return made

    def _object(self, made: dict[str, Any], example: dict[str, Any], is_valid: Callable[[Any], bool]) -> dict[str, Any]:
        result = dict(made)

        def holds(name: str) -> Callable[[Any], bool]:
            return lambda value: is_valid({**result, name: value})

        for name, value in example.items():
            if name in result:
                result[name] = self.blend(result[name], value, holds(name))
            elif holds(name)(value):
                result[name] = value
        for name in made.keys() - example.keys():
            rest = {other: value for other, value in result.items() if other != name}
            if is_valid(rest):
                result = rest
        return result
