"""The files that Hypothesis writes while it generates requests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Final

# The default name of its folder, in the working directory.
_USUAL: Final = ".hypothesis"
# The characters of UTF-8 and those that it does not decode to themselves: all but the surrogates, and none.
_CHARACTERS: Final[tuple[list[list[int]], list[list[int]]]] = ([[0, 0xD7FF], [0xE000, 0x10FFFF]], [])


@contextmanager
def no_files_left() -> Iterator[None]:
    """Make Hypothesis keep its files in a temporary folder, unless it has a folder already: a configured one, or that
    of a test suite that uses Hypothesis itself."""
    from hypothesis.configuration import set_hypothesis_home_dir, storage_directory

    home = storage_directory(intent_to_write=False).path
    if home.name != _USUAL or home.exists():
        yield
        return
    with TemporaryDirectory(prefix="tether-relay-check-", ignore_cleanup_errors=True) as folder:
        set_hypothesis_home_dir(folder)
        try:
            _write_characters()
            yield
        finally:
            set_hypothesis_home_dir(home)


def _write_characters() -> None:
    """Write the table of the characters of UTF-8, which Hypothesis reads if it is there.

    It would try each of the 1.1 million characters, in each thread that needs the table at the time: that takes 160 MB
    and a second for each.
    """
    from hypothesis.internal.charmap import charmap_file

    file = charmap_file("codec-v2-utf-8")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps(_CHARACTERS).encode()))
