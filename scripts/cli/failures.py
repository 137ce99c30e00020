"""The end of a command by an error, in one line without a traceback."""

from __future__ import annotations

import io

import click

from openapi.http.foreign_text import printable


class Refused(Exception):
    """A command cannot do what it was called for; the text says why and how to fix it."""


def failed(error: Exception) -> int:
    """Print why a command ends, and return its exit code. It is never 1, which means that a contract is broken."""
    from openapi.findings.internal_error import describe
    from scripts.cli.output import print_error

    if isinstance(error, click.ClickException):
        shown = io.StringIO()
        error.show(shown)
        click.echo(printable(shown.getvalue()), nl=False, err=True)
        return error.exit_code if error.exit_code != 1 else 2
    if isinstance(error, click.Abort):
        print_error("aborted")
    else:
        print_error(error if is_expected(error) else describe(error))
    return 2


def is_expected(error: Exception) -> bool:
    """Whether an error is caused by the user's input, settings or files, and not by a bug."""
    # Imported only after an error: the mock needs no keys, no settings and no store.
    from handlers.authentication.keys import KeyUnusable
    from openapi.documents.errors import ContractError
    from openapi.engine.errors import BindingError
    from openapi.extras import ExtraMissing
    from scripts.cli.settings import SettingsError
    from store import StoreError

    return isinstance(
        error, BindingError | ContractError | ExtraMissing | KeyUnusable | Refused | SettingsError | StoreError
    )
