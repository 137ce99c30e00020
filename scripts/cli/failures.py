"""Which errors are told in a line, for they are not the program's own."""

from __future__ import annotations


class Refused(Exception):
    """What was asked for cannot be done as things are; the text says why and how to mend it."""


def is_expected(error: Exception) -> bool:
    """Whether an error is a mistake of the person at the terminal, or of what the program was given."""
    # Imported when something went wrong: the mock needs no keys, no settings and no store.
    from handlers.authentication.keys import KeyUnusable
    from openapi.documents.errors import ContractError
    from openapi.engine.errors import BindingError
    from openapi.extras import ExtraMissing
    from scripts.cli.settings import SettingsError
    from store import StoreError

    return isinstance(
        error, BindingError | ContractError | ExtraMissing | KeyUnusable | Refused | SettingsError | StoreError
    )
