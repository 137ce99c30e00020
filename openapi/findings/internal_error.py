"""Errors of this program itself, described for the person who is going to report them."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
# The packages of this program; other code is named by its own file.
_PACKAGES: Final = ("openapi", "scripts", "handlers", "store")


def describe(error: BaseException) -> str:
    """The kind and the place of an error, in one line that says how to report it.

    The text of the error is left out, because it can contain credentials and text of others. In Python's development
    mode (`PYTHONDEVMODE=1`) the traceback is printed to stderr.
    """
    if sys.flags.dev_mode:
        traceback.print_exception(error)
    return (
        f"internal error: {type(error).__name__} at {_place(error)}; this is a fault of tether-relay: please report it "
        "with this line and, if you can, with the traceback that PYTHONDEVMODE=1 prints"
    )


def _place(error: BaseException) -> str:
    """The file and the line, of this program if possible."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [(_relative(file), line) for file, line in frames]
    found = [place for place in own if place[0].split("/")[0] in _PACKAGES] or own or [("an unknown place", 0)]
    return f"{found[-1][0]}:{found[-1][1]}"


def _relative(file: Path) -> str:
    return file.relative_to(_ROOT).as_posix() if file.is_relative_to(_ROOT) else file.name
