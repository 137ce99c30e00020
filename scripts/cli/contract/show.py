"""`tether-relay contract show`: one operation, for people."""

from __future__ import annotations

from pathlib import Path

import click

from openapi.contract import PUBLISHED, Contract, load_contract
from openapi.contract.operations import Operation
from openapi.http.foreign_text import printable
from scripts.cli.failures import Refused


@click.command()
@click.argument("operation", metavar="OPERATION")
@click.option(
    "--contract",
    "path",
    type=click.Path(path_type=Path, readable=False),
    default=PUBLISHED,
    help="The OpenAPI document. [that of the package]",
)
def show(operation: str, path: Path) -> None:
    """Print an OPERATION: its parameters, its bodies as trees, its responses.

    OPERATION is an operationId, or a method and a path such as 'GET /things'.
    """
    from openapi.publishing.outline import outline

    contract = load_contract(path, lenient=True)
    click.echo(printable(outline(contract, _named(contract, operation))), nl=False)


def _named(contract: Contract, name: str) -> Operation:
    method, _, path = name.partition(" ")
    label = f"{method.upper()} {path.strip()}"
    for operation in contract.operations:
        if name == operation.operation_id or label == operation.label:
            return operation
    from difflib import get_close_matches

    names = [name for each in contract.operations for name in (each.operation_id, each.label)]
    near = get_close_matches(name[:100], names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "name an operationId or 'GET /path'"
    if not near and contract.operations:
        hint += f", such as {contract.operations[0].operation_id}"
    raise Refused(f"{contract.source} has no operation {name!r}; {hint}")
