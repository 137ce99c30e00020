"""Isolation of the check from proxies and credentials in the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from scripts.cli.settings import copied_environment, replaced_environment

# Variables that the package requests reads. The check has read them already, and options may override them.
_FOLLOWED: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle")


@contextmanager
def isolated() -> Iterator[None]:
    """Run the block with an environment in which Schemathesis finds no proxy and no `.netrc`."""
    variables = {name: value for name, value in copied_environment().items() if name.lower() not in _FOLLOWED}
    with replaced_environment({**variables, "NETRC": os.devnull}):
        yield
