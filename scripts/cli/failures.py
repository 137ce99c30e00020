"""Which errors are told in a line, for they are not the program's own."""

from __future__ import annotations

from typing import Final

from handlers.keys import KeyUnusable
from openapi.errors import BindingError, ContractError
from scripts.cli.settings import SettingsError
from store import StoreError


class CannotServe(Exception):
    """The server cannot start as things are; the text says why and how to mend it."""


EXPECTED: Final = (BindingError, CannotServe, ContractError, KeyUnusable, SettingsError, StoreError)
