"""Expected errors, printed without a traceback."""

from __future__ import annotations


class Refused(Exception):
    """A command cannot do what it was called for; the text says why and how to fix it."""


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
