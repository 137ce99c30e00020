"""What somebody may have meant by a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

# `tll` is so much like `ttl`.
_ALIKE: Final = 0.6
# Names beyond which nobody is made to wait for the nearest.
_MOST: Final = 5000


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that is most like `name`; None when none is."""
    near = difflib.get_close_matches(name[:100], list(names)[:_MOST], n=1, cutoff=_ALIKE)
    return near[0] if near else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question to stand behind a sentence, or ""."""
    near = nearest(name, names)
    return "" if near is None else f" Did you mean {near!r}?"
