"""Suggestions for unknown names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

# The least similarity; `tll` and `ttl` reach it.
_ALIKE: Final = 0.6
# The most names that are compared, to limit the time.
_MOST: Final = 5000


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The most similar one of `names`; None if none is similar."""
    near = difflib.get_close_matches(name[:100], list(names)[:_MOST], n=1, cutoff=_ALIKE)
    return near[0] if near else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question with the most similar name, to append to a sentence; "" if none is similar."""
    near = nearest(name, names)
    return "" if near is None else f" Did you mean {near!r}?"
