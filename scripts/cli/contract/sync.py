"""`tether-relay contract sync`: write the contract from its published pages."""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from openapi.contract import PUBLISHED, Contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.http.foreign_text import printable_line
from openapi.publishing.conflicts import ConflictingPages
from openapi.publishing.merging import SourceDocument, merge
from openapi.publishing.removals import check_removals
from openapi.publishing.writing import as_yaml
from scripts.cli.contract.sources import Sources, read_sources
from scripts.cli.files import replacing

if TYPE_CHECKING:
    from openapi.compatibility.changes import Comparison

_PAGES: Final = PUBLISHED.parent / "pages"
# Sources that the last line names.
_NAMED: Final = 3


@click.command()
@click.argument("sources", metavar="[PAGE|FOLDER|INDEX]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; print a diff and exit with 1 if the file differs.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=PUBLISHED, help="The file to write. [openapi/openapi.yaml]"
)
@click.option(
    "--removed",
    multiple=True,
    metavar="OPERATION",
    help="An operation that no page has any more, on purpose; repeatable.",
)
@click.option("--strict-prose", is_flag=True, help="Refuse pages that describe one thing in different words.")
def sync(sources: tuple[str, ...], check: bool, output: Path, removed: tuple[str, ...], strict_prose: bool) -> None:
    """Write the contract that published pages have together.

    A source is a page, a folder of pages, an index such as llms.txt, or an OpenAPI document: a file or an https URL.
    Without a source, the command reads openapi/pages. Pages that contradict each other are refused, and so is the
    disappearance of an operation, unless --removed names it.
    """
    read = read_sources(sources or (str(_PAGES),))
    content, warnings = _merged(read, strict_prose)
    for note in (*read.notes, *warnings):
        click.echo(f"warning: {printable_line(note)}", err=True)
    named = _named(read.documents)
    merged = parse_contract(content, named)
    present = _present(output, check)
    if present is not None:
        check_removals(present, merged, removed)
    elif removed:
        raise ContractError(str(output), "", "it does not exist, so nothing was removed; leave out --removed")
    if check:
        _check(output, named, content, present, merged, shlex.join(["tether-relay", "contract", "sync", *sources]))
        return
    _write(output, content)
    click.echo(f"wrote {output} from {named}")


def _merged(read: Sources, strict_prose: bool) -> tuple[bytes, Sequence[str]]:
    """The bytes of the contract, those of the page if there is only one, and warnings."""
    contents = {document.content for document in read.documents}
    if len(contents) == 1:
        return contents.pop(), ()
    merged = merge(read.documents)
    if strict_prose and merged.warnings:
        raise ConflictingPages(list(merged.warnings))
    return as_yaml(merged.root), merged.warnings


def _named(documents: Sequence[SourceDocument]) -> str:
    names = sorted(document.source for document in documents)
    return ", ".join(names) if len(names) <= _NAMED else f"{len(names)} pages"


def _present(output: Path, check: bool) -> Contract | None:
    """The contract that is there; None without one. An output that cannot be a file is named when it is written."""
    try:
        content = output.read_bytes()
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError) as error:
        if not check:
            return None
        raise ContractError(str(output), "", f"cannot be read: {error.strerror}") from None
    except OSError as error:
        raise ContractError(str(output), "", f"cannot be read: {error.strerror}") from None
    try:
        return parse_contract(content, str(output), lenient=True)
    except ContractError as error:
        reason = f"the present contract is invalid ({error.reason}); restore it, or remove the file"
        raise ContractError(str(output), error.pointer, reason) from None


def _check(output: Path, source: str, content: bytes, present: Contract | None, merged: Contract, command: str) -> None:
    before = present.content if present is not None else b""
    if before == content:
        click.echo(f"{output} is up to date with {source}")
        return
    comparison = _compared(present, merged)
    for line in _operations(present, merged, comparison):
        click.echo(line)
    old, new = (each.decode("utf-8", "replace").splitlines(keepends=True) for each in (before, content))
    sys.stdout.writelines(difflib.unified_diff(old, new, fromfile=str(output), tofile=source))
    click.echo(_verdict(comparison))
    click.echo(f"{output} differs from {source}; run `{command}` to update it", err=True)
    sys.exit(1)


def _compared(present: Contract | None, merged: Contract) -> Comparison | None:
    """The changes by `contract diff`; None without a present contract."""
    if present is None:
        return None
    from openapi.compatibility.comparison import compare

    return compare(present, merged)


def _operations(present: Contract | None, merged: Contract, comparison: Comparison | None) -> list[str]:
    """A line for each operation that differs."""
    old = {operation.label for operation in present.operations} if present is not None else set()
    new = {operation.label for operation in merged.operations}
    changes = () if comparison is None else comparison.changes
    changed = {label for change in changes for label in change.operations}
    lines = {label: "added" for label in new - old} | {label: "removed" for label in old - new}
    lines |= {label: "changed" for label in changed & old & new}
    return [f"{state} {label}" for label, state in sorted(lines.items())]


def _verdict(comparison: Comparison | None) -> str:
    """The verdict of `contract diff`."""
    if comparison is None:
        return "verdict: the contract is new"
    from openapi.compatibility.reports.subject import ComparedContracts

    return f"verdict: {ComparedContracts(comparison, '', '', '').title}"


def _write(output: Path, content: bytes) -> None:
    try:
        with replacing(output) as stream:
            stream.write(content)
    except OSError as error:
        raise ContractError(str(output), "", f"cannot be written: {error.strerror}") from None
