"""`tether-relay contract validate`: list everything that is wrong with a document."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from openapi.http.foreign_text import printable_line

if TYPE_CHECKING:
    from openapi.contract import Contract
    from openapi.documents.mistakes import Mistake


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of lines.")
def validate(path: Path, as_json: bool) -> None:
    """List everything that is wrong with the OpenAPI document in FILE, sorted by line.

    Exit code 0: nothing. 1: mistakes. 2: the document cannot be read, or nothing of it can be used.
    """
    from openapi.contract.examination import examine

    # What validators log, such as patterns that cannot be compiled, is in the list.
    logging.getLogger("openapi").addHandler(logging.NullHandler())
    mistakes = examine(path, _wrong_examples)
    if as_json:
        members = ("source", "line", "pointer", "reason")
        click.echo(json.dumps([{name: getattr(each, name) for name in members} for each in mistakes], indent=2))
    else:
        for mistake in mistakes:
            click.echo(printable_line(str(mistake)))
        count = len(mistakes)
        click.echo(f"{path}: {count} mistake(s)" if count else f"{path} is valid", err=True)
    sys.exit(1 if mistakes else 0)


def _wrong_examples(contract: Contract) -> Iterator[Mistake]:
    from openapi.documents.mistakes import Mistake
    from openapi.examples.checks import faulty_examples

    return (Mistake(problem.pointer, problem.reason) for problem in faulty_examples(contract))
