"""A contract as people name it: a file, a URL, or a file in a git revision."""

from __future__ import annotations

import os
from pathlib import Path

import click

from openapi.contract import Contract, load_contract, parse_contract
from openapi.http.foreign_text import printable_line
from scripts.cli.contract.revisions import contract_in_revision, names_revision
from scripts.cli.contract.sources import is_url, read_source
from scripts.cli.failures import Refused


def contract_named(text: str) -> Contract:
    """The contract at a path, at an https URL, or at ``REV:path`` in the repository of the current folder.

    Raises ContractError if it is invalid, Refused if it cannot be read.
    """
    if is_url(text):
        notes: list[str] = []
        content = read_source(text, notes)
        for note in notes:
            click.echo(f"warning: {printable_line(note)}", err=True)
        # The query may have a key, and the name of the contract is in every report.
        return parse_contract(content, text.partition("?")[0], lenient=True)
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
