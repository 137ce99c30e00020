"""`tether-relay contract pages`: a page for each operation of a contract."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from openapi.contract import PUBLISHED, load_contract
from openapi.http.foreign_text import printable_line
from scripts.cli.document_options import tell_mistakes
from scripts.cli.failures import Refused
from scripts.cli.files import replacing


@click.command()
@click.argument("path", metavar="[CONTRACT]", type=click.Path(path_type=Path, readable=False), default=PUBLISHED)
@click.option(
    "--output", "folder", type=click.Path(path_type=Path), required=True, help="The folder of the pages; it is created."
)
def pages(path: Path, folder: Path) -> None:
    """Write a Markdown page for each operation of CONTRACT, with llms.txt and README.md, which list them.

    The form is that of published pages: `contract sync` reads it. Without CONTRACT, the pages are those of the
    published contract.
    """
    from openapi.publishing.markdown import pages_of

    contract = load_contract(path, lenient=True)
    tell_mistakes(contract)
    if not contract.operations:
        raise Refused(f"{path} has no operations, so it has no pages")
    files = pages_of(contract)
    if contract.webhooks:
        click.echo(f"no pages for webhooks: {printable_line(', '.join(contract.webhooks))}", err=True)
    _check_folder(folder, files)
    _write(folder, files)
    click.echo(f"wrote {len(contract.operations)} page(s), llms.txt and README.md to {folder}")


def _check_folder(folder: Path, files: Collection[str]) -> None:
    """Refused if a page in the folder would be left over, and be read as a part of the contract."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is not a folder; name another one")
    others = sorted(each.name for each in folder.glob("*.md") if each.name not in files) if folder.exists() else []
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise Refused(f"{folder} has {others[0]}{more}, which the contract has no operation for; remove it first")


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files, each atomically."""
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = folder / name
            with replacing(path) as stream:
                stream.write(content)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None
