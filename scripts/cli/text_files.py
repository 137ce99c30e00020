"""Texts that a command prints, or writes to the file of its option `--output`."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.cli.failures import Refused
from scripts.cli.files import replacing


def print_or_write(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file, which is replaced at once. Refused if that fails."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with replacing(output) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}; name another file with --output") from None
