"""What generates requests is kept to itself: it leaves no files, and takes nothing that the check was not given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

from scripts.cli.settings import surrounded_by, surroundings

# What requests (the package) follows by itself; the check has read them, and an option may have said otherwise.
_FOLLOWED: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle")


@contextmanager
def secluded() -> Iterator[None]:
    """Run a check with an environment of its own, in which Schemathesis finds no proxy and no `.netrc`, and Hypothesis
    a folder for its tables that is gone afterwards. Whoever has chosen such a folder keeps it."""
    variables = {name: value for name, value in surroundings().items() if name.lower() not in _FOLLOWED}
    with TemporaryDirectory(prefix="tether-relay-check-", ignore_cleanup_errors=True) as folder:
        own = {"HYPOTHESIS_STORAGE_DIRECTORY": folder, **variables, "NETRC": os.devnull}
        with surrounded_by(own):
            yield
