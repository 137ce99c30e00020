"""What Hypothesis keeps in files while requests are generated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

# How it calls its folder, in the working directory, where nobody has chosen another.
_USUAL: Final = ".hypothesis"


@contextmanager
def no_files_left() -> Iterator[None]:
    """Have Hypothesis keep its tables in a folder that is gone afterwards, unless it has one already: one that was
    chosen for it, or that of a suite which uses it itself."""
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
