"""`tether-relay contract sync`: write the contract from its published page."""

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


@click.command()
@click.argument("pages", metavar="[PAGE]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; print a diff and exit with 1 if the file differs.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=PUBLISHED, help="The file to write. [openapi/openapi.yaml]"
)
def sync(pages: tuple[str, ...], check: bool, output: Path) -> None:
    """Write the OpenAPI document of the published PAGE, a file or a URL, to the contract's file.

    Without PAGE, the command reads the pages in openapi/pages. All pages must contain the same document.
    """
    sources = pages or tuple(str(path) for path in sorted(_PAGES.glob("*.md")))
    documents = {source: read_page(_fetch(source), source).content for source in sources}
    first = next(iter(documents))
    for source, content in documents.items():
        if content != documents[first]:
            raise ContractError(
                source, "", f"its document differs from that of {first}; keep the newer page and remove the other"
            )
    if check:
        _check(output, first, documents[first])
    else:
        _write(output, documents[first])
        click.echo(f"wrote {output} from {', '.join(documents)}")


def _fetch(source: str) -> bytes:
    """The bytes of a file or of a URL's final response; ContractError if they cannot be read."""
    if not source.startswith(("http://", "https://")):
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise ContractError(source, "", f"cannot be read: {error.strerror}") from None
    import httpx

    try:
        response = httpx.get(source, timeout=_TIMEOUT, follow_redirects=True)
        return response.raise_for_status().content
    # httpx raises UnicodeError for an invalid host name.
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = str(error).partition("\n")[0]
        raise ContractError(source, "", f"cannot be fetched: {reason}") from None


def _check(output: Path, source: str, published: bytes) -> None:
    present = _fetch(str(output)) if output.exists() else b""
    if present == published:
        click.echo(f"{output} is up to date with {source}")
        return
    old, new = (content.decode("utf-8", "replace").splitlines(keepends=True) for content in (present, published))
    sys.stdout.writelines(difflib.unified_diff(old, new, fromfile=str(output), tofile=source))
    click.echo(f"{output} differs from {source}; run `tether-relay contract sync {source}` to update it", err=True)
    sys.exit(1)


def _write(output: Path, content: bytes) -> None:
    try:
        with replacing(output) as stream:
            stream.write(content)
    except OSError as error:
        raise ContractError(str(output), "", f"cannot be written: {error.strerror}") from None
