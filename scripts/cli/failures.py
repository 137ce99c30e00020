"""Which errors are told in a line, for they are not the program's own."""

from __future__ import annotations

from typing import Final

from handlers.keys import KeyUnusable
from openapi.errors import BindingError, ContractError
from scripts.cli.settings import SettingsError
from store import StoreError


class Refused(Exception):
    """What was asked for cannot be done as things are; the text says why and how to mend it."""


EXPECTED: Final = (BindingError, ContractError, KeyUnusable, Refused, SettingsError, StoreError)
