"""The files that Hypothesis writes while it generates requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

# The default name of its folder, in the working directory.
_USUAL: Final = ".hypothesis"


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
            yield
        finally:
            set_hypothesis_home_dir(home)
