"""What generates requests takes nothing that the check was not given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from scripts.cli.settings import surrounded_by, surroundings

# What requests (the package) follows by itself; the check has read them, and an option may have said otherwise.
_FOLLOWED: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle")


@contextmanager
def secluded() -> Iterator[None]:
    """Run a check with an environment of its own, in which Schemathesis finds no proxy and no `.netrc`."""
    variables = {name: value for name, value in surroundings().items() if name.lower() not in _FOLLOWED}
    with surrounded_by({**variables, "NETRC": os.devnull}):
        yield
