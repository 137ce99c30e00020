"""`tether-relay contract bundle`: one file of a contract in several."""

from __future__ import annotations

from pathlib import Path

import click

from openapi.documents.errors import ContractError
from scripts.cli.check.files import check_writable, write


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="-",
    help="Write to this file, as JSON if its name ends with .json, else as YAML. [standard output]",
)
def bundle(path: Path, output: Path) -> None:
    """Write the OpenAPI document in FILE, and all that it refers to in other files, as one document."""
    from openapi.contract.contract import parse_contract
    from openapi.publishing.bundled import bundled

    check_writable([output])
    try:
        content = bundled(path, as_json=output.suffix.lower() == ".json")
    except OSError as error:
        raise ContractError(str(path), "", f"cannot be read: {error.strerror}") from None
    # What was written must be a contract by itself.
    parse_contract(content, str(path), lenient=True, mended=False)
    write(output, content)
