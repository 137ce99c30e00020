"""A contract as people name it: a file, a URL, or a file in a git revision."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from openapi.contract import Contract, load_contract
from openapi.extras import require_extra
from scripts.cli.contract.revisions import contract_in_revision, names_revision
from scripts.cli.failures import Refused

_TIMEOUT: Final = 30.0  # seconds, for each answer


def contract_named(text: str) -> Contract:
    """The contract at a path, at an http or https URL, or at ``REV:path`` in the repository of the current folder.

    Raises ContractError if it is invalid, Refused if it cannot be read.
    """
    if text.lower().startswith(("http://", "https://")):
        require_extra("check", "a contract at a URL")
        from scripts.cli.check.documents import contract_at

        return contract_at(text, timeout=_TIMEOUT, proxy=None, ca_bundle=None, insecure=False)
    if text.startswith("-"):
        raise Refused(f"{text!r} begins with a hyphen; write ./{text} for a file of this name")
    if names_revision(text):
        return contract_in_revision(text)
    return load_contract(Path(text), lenient=True)


def place_of(source: str) -> str:
    """The path of a contract relative to the current folder, as code hosts require; a revision without its name, and a
    URL as it is."""
    if "://" in source:
        return source
    if names_revision(source):
        return source.partition(":")[2].removeprefix("./")
    path = Path(source).resolve()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else os.path.normpath(path)
