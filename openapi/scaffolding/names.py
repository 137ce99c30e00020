"""Names of Python for the names of a contract."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from typing import Final

# The names that the generated modules import.
IMPORTED: Final = frozenset(
    {"Literal", "Mapping", "Never", "NotRequired", "Protocol", "TypeAlias", "TypedDict", "TypeVar"}
)
RESERVED: Final = IMPORTED | {*vars(builtins), *keyword.kwlist, *keyword.softkwlist, "annotations"}

_WORD: Final = re.compile(r"[^\W_]+")
_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Names:
    """Hands out names, each only once."""

    def __init__(self, reserved: frozenset[str] = RESERVED) -> None:
        self._taken = set(reserved)

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def unique(self, wanted: str, *, endings: tuple[str, ...] = ("",)) -> str:
        """`wanted`, with a number if it or one of it with `endings` is taken."""
        name, number = wanted, 2
        while any(name + ending in self._taken for ending in endings):
            name, number = f"{wanted}{number}" if wanted not in RESERVED else f"{wanted}_{number - 1}", number + 1
        self._taken.update(name + ending for ending in endings)
        return name


def identifier(text: str) -> str:
    """A public Python name for a name of the contract: the same if it is one."""
    name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", text))
    return name if name[:1].isalpha() and name.isidentifier() else f"X{name}"


def pascal(text: str) -> str:
    """A text as the name of a class: ``get_widget`` is ``GetWidget``."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text))
    return "".join(word[0].upper() + word[1:] for word in words)


def module_name(tag: str) -> str:
    """The name of the module of a tag: ``Voice Calls`` is ``voice_calls``; "" is ``default``."""
    words = _WORD.findall(_START.sub("_", unicodedata.normalize("NFKC", tag)))
    name = "_".join(words).lower() or "default"
    name = f"tag_{name}" if name[0].isdigit() or not name.isidentifier() else name
    return f"{name}_" if keyword.iskeyword(name) else name
