"""The output of commands: tables for people, JSON for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click
from tabulate import tabulate

from openapi.http.foreign_text import printable, printable_json, printable_line

F = TypeVar("F", bound=Callable[..., Any])


def with_json(command: F) -> F:
    """Add the option `--json` to a command, as the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


class PrintableFormatter(logging.Formatter):
    """Formats a record of a log that can have text of a server, which must not control the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of the record."""
        return printable(super().format(record))


def print_error(message: object) -> None:
    """Print why a command ends; the message can have text of a server or a document."""
    click.echo(f"tether-relay: {printable(str(message))}", err=True)


def print_json(value: object) -> None:
    """Print `value` as indented JSON."""
    click.echo(printable_json(json.dumps(value, indent=2, ensure_ascii=False)))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; None is printed as a dash."""
    shown = [[_cell(value) for value in row] for row in rows]
    # Parsed as a number, `+14165550100` would lose its plus.
    click.echo(tabulate(shown, headers, tablefmt="simple", disable_numparse=True))


def print_fields(fields: Mapping[str, object]) -> None:
    """Print names and values, one pair per line."""
    click.echo(
        tabulate([(name, _cell(value)) for name, value in fields.items()], tablefmt="plain", disable_numparse=True)
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable_line(str(value))
