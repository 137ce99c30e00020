"""`tether-relay contract types`: the types of a contract as source text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from openapi.contract import PUBLISHED, Contract, load_contract
from scripts.cli.failures import Refused
from scripts.cli.text_files import print_or_write

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("contract", type=_FILE, default=PUBLISHED)
@click.option(
    "--to",
    "language",
    type=click.Choice(["python", "typescript"]),
    required=True,
    help="python: TypedDict, Literal and aliases; typescript: as `mock export --to types`.",
)
@click.option("--output", type=_FILE, help="The file to write. [stdout]")
def types(contract: Path, language: str, output: Path | None) -> None:
    """Write the types of CONTRACT, an OpenAPI document of any version, by default the Tether API's."""
    loaded = load_contract(contract, lenient=True)
    try:
        text = _python(loaded) if language == "python" else _typescript(loaded)
    except RecursionError:
        raise Refused(f"{contract} has schemas that are nested too deeply") from None
    print_or_write(text, output)


def _python(contract: Contract) -> str:
    from openapi.scaffolding.type_modules import schema_types

    return schema_types(contract)


def _typescript(contract: Contract) -> str:
    from openapi.typescript.types import typescript_types

    return typescript_types(contract)
