"""`tether-relay contract validate`: list everything that is wrong with a document."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from openapi.http.foreign_text import printable_line


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of lines.")
def validate(path: Path, as_json: bool) -> None:
    """List everything that is wrong with the OpenAPI document in FILE, sorted by line.

    Exit code 0: nothing. 1: mistakes. 2: the document cannot be read, or nothing of it can be used.
    """
    from openapi.contract.examination import examine, with_lines
    from openapi.documents.mistakes import Mistake
    from openapi.examples.checks import faulty_examples

    examined, found = examine(path)
    examples = [Mistake(problem.pointer, problem.reason, examined.source) for problem in faulty_examples(examined)]
    mistakes = sorted([*found, *with_lines(examined, examples)], key=lambda each: (each.source, each.line or 0))
    if as_json:
        members = ("source", "line", "pointer", "reason")
        click.echo(json.dumps([{name: getattr(each, name) for name in members} for each in mistakes], indent=2))
    else:
        for mistake in mistakes:
            click.echo(printable_line(str(mistake)))
        count = len(mistakes)
        click.echo(f"{path}: {count} mistake(s)" if count else f"{path} is valid", err=True)
    sys.exit(1 if mistakes else 0)
