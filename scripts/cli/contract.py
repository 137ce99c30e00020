"""`tether-relay contract`: the contract, from where it is published."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Final

import click

from openapi.contract import PUBLISHED
from openapi.contract.pages import read_page
from openapi.documents.errors import ContractError
from scripts.cli.files import replacing

_TIMEOUT: Final = 10.0  # seconds
_PAGES: Final = PUBLISHED.parent / "pages"


@click.group()
def contract() -> None:
    """Take the contract from its published page."""


@contract.command()
@click.argument("pages", metavar="[PAGE]...", nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 and a diff when the file differs.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=PUBLISHED, help="The contract's file. [openapi/openapi.yaml]"
)
def sync(pages: tuple[str, ...], check: bool, output: Path) -> None:
    """Write the YAML of the published PAGE, a file or a URL, to the contract's file.

    Without PAGE, the pages that are kept beside the contract. Several pages must carry the same document.
    """
    sources = pages or tuple(str(path) for path in sorted(_PAGES.glob("*.md")))
    documents = {source: read_page(_fetch(source), source).content for source in sources}
    first = next(iter(documents))
    for source, content in documents.items():
        if content != documents[first]:
            raise ContractError(
                source, "", f"it carries another document than {first}; keep the newer page and remove the other"
            )
    if check:
        _check(output, first, documents[first])
    else:
        _write(output, documents[first])
        click.echo(f"{output} is the document of {', '.join(documents)}")


def _fetch(source: str) -> bytes:
    """The bytes of a file, or of what a URL leads to; ContractError when they cannot be had."""
    if not source.startswith(("http://", "https://")):
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise ContractError(source, "", f"cannot be read: {error.strerror}") from None
    import httpx

    try:
        response = httpx.get(source, timeout=_TIMEOUT, follow_redirects=True)
        return response.raise_for_status().content
    # UnicodeError is that of a host name which no name can be.
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = str(error).partition("\n")[0]
        raise ContractError(source, "", f"cannot be fetched: {reason}") from None


def _check(output: Path, source: str, published: bytes) -> None:
    present = _fetch(str(output)) if output.exists() else b""
    if present == published:
        click.echo(f"{output} is the document of {source}")
        return
    ours, theirs = (content.decode("utf-8", "replace").splitlines(keepends=True) for content in (present, published))
    sys.stdout.writelines(difflib.unified_diff(ours, theirs, fromfile=str(output), tofile=source))
    click.echo(f"{output} differs from {source}; `tether-relay contract sync {source}` writes it anew", err=True)
    sys.exit(1)


def _write(output: Path, content: bytes) -> None:
    try:
        with replacing(output) as stream:
            stream.write(content)
    except OSError as error:
        raise ContractError(str(output), "", f"cannot be written: {error.strerror}") from None
