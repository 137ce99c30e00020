"""`tether-relay contract`: the commands for those who write the contract."""

from __future__ import annotations

import click

from scripts.cli.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "sync": ("contract.sync:sync", "Write the contract from its published pages."),
        "diff": ("contract.diff:diff", "Judge the changes between two contracts."),
        "changelog": ("contract.changelog:changelog", "Write the section of a changelog for the changes."),
        "validate": ("contract.validate:validate", "List everything that is wrong with a document."),
    },
)
def contract() -> None:
    """Write the contract from its pages, and judge its changes."""
