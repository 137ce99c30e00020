"""`tether-relay contract`: the commands for those who write the contract."""

from __future__ import annotations

import click

from scripts.cli.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "init": ("contract.init:init", "Write a runnable project around a contract."),
        "sync": ("contract.sync:sync", "Write the contract from its published pages."),
        "pages": ("contract.pages:pages", "Write a page for each operation of a contract."),
        "bundle": ("contract.bundle:bundle", "Write a contract in several files as one."),
        "show": ("contract.show:show", "Print an operation, for people."),
        "diff": ("contract.diff:diff", "Judge the changes between two contracts."),
        "changelog": ("contract.changelog:changelog", "Write the section of a changelog for the changes."),
        "validate": ("contract.validate:validate", "List everything that is wrong with a document."),
        "scaffold": ("contract.scaffold:scaffold_command", "Write the types, coroutines and tests of the operations."),
        "types": ("contract.types:types", "Print the types of the contract for Python or TypeScript."),
    },
)
def contract() -> None:
    """Write the contract from its pages, show it, and judge its changes."""
