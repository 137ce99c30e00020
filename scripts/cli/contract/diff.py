"""`tether-relay contract diff`: judge the changes between two contracts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from openapi.compatibility.acceptance import JudgedChanges, accept, read_acceptance
from openapi.compatibility.changes import ChangeLevel
from openapi.compatibility.comparison import compare
from openapi.compatibility.reports.subject import ComparedContracts
from openapi.compatibility.settings import ComparisonSettings, read_settings
from openapi.documents.errors import ContractError
from openapi.extras import require_extra
from scripts.cli.check.files import check_writable, write
from scripts.cli.contract.named import contract_named, place_of

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_FAILING: Final[Mapping[str, ChangeLevel | None]] = {
    "breaking": ChangeLevel.BREAKING,
    "risky": ChangeLevel.RISKY,
    "any": ChangeLevel.UNCHANGED,
    "none": None,
}


def _text(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.text import text

    return text(compared)


def _json(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.json import as_json

    return as_json(compared)


def _markdown(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.markdown import as_markdown

    return as_markdown(compared)


def _github(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.github import workflow_commands
    from openapi.compatibility.reports.text import text

    return workflow_commands(compared) + click.unstyle(text(compared))


def _sarif(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.sarif import sarif

    return sarif(compared, version("tether-relay"))


def _junit(compared: ComparedContracts) -> str:
    from openapi.compatibility.reports.junit import junit

    return junit(compared)


def _html(compared: ComparedContracts) -> str:
    require_extra("check", "an HTML page")
    from openapi.compatibility.reports.html import html

    return html(compared)


_FORMATS: Final[Mapping[str, Callable[[ComparedContracts], str]]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
    "html": _html,
}


def _print_rules(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the catalogue and end: it needs no contracts."""
    if not asked:
        return
    from openapi.compatibility.reports.rules import rules_as_text

    click.echo(rules_as_text(), nl=False)
    context.exit()


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="text",
    show_default=True,
    help="The form of the report.",
)
@click.option("--output", type=_FILE, help="Write the report to this file, and the verdict to stderr.")
@click.option(
    "--fail-on",
    type=click.Choice(list(_FAILING)),
    default="breaking",
    show_default=True,
    help="The level from which a change is exit code 1.",
)
@click.option(
    "--ignore", "acceptance", type=_FILE, help="A file of accepted changes, each with a reason and a last day."
)
@click.option("--settings", type=_FILE, help="A file of levels by rule, and the name of the extension for drafts.")
@click.option(
    "--rules", is_flag=True, is_eager=True, expose_value=False, callback=_print_rules, help="List the rules and end."
)
def diff(
    old: str, new: str, form: str, output: Path | None, fail_on: str, acceptance: Path | None, settings: Path | None
) -> None:
    """Judge the changes from the contract OLD to NEW by their meaning for clients of OLD.

    OLD and NEW are files, URLs, or REV:path in the git repository of the current folder. The exit code is 0 if no
    change fails, 1 if one does, and 2 if the contracts cannot be compared.
    """
    if output is not None:
        check_writable([output])
    judged = judge(old, new, acceptance, settings)
    compared = ComparedContracts(judged.comparison, old, new, place_of(new), _FAILING[fail_on], judged.accepted)
    report = _FORMATS[form](compared)
    if output is None:
        click.echo(report, nl=False)
    else:
        write(output, click.unstyle(report).encode())
        click.echo(compared.title, err=True)
    sys.exit(int(compared.failed))


def judge(old: str, new: str, acceptance: Path | None, settings: Path | None) -> JudgedChanges:
    """The changes between two contracts that are named as for the command, without those that a file accepts."""
    judging = ComparisonSettings() if settings is None else read_settings(_read(settings), str(settings))
    entries = () if acceptance is None else read_acceptance(_read(acceptance), str(acceptance))
    comparison = compare(contract_named(old), contract_named(new), judging)
    return accept(comparison, entries, str(acceptance), datetime.now(UTC).date())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ContractError(str(file), "", f"cannot be read: {error.strerror}") from None
