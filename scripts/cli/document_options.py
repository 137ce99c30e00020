"""The option of the commands that read documents of third parties, and the lines about the mistakes in one."""

from __future__ import annotations

from typing import Final

import click

from openapi.contract import Contract
from openapi.http.foreign_text import printable_line

# The most mistakes that are printed; `tether-relay contract validate` lists all.
_MOST: Final = 20

strict_document_option = click.option(
    "--strict-document", is_flag=True, help="Refuse a contract with mistakes, instead of reading it as it is meant."
)


def tell_mistakes(contract: Contract) -> None:
    """Print the mistakes in the document of a contract to stderr."""
    for mistake in contract.warnings[:_MOST]:
        click.echo(f"  warning: {printable_line(str(mistake))}", err=True)
    if len(contract.warnings) > _MOST:
        more = len(contract.warnings) - _MOST
        click.echo(f"  and {more} more warnings; `tether-relay contract validate` lists them", err=True)
