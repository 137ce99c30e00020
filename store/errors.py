"""The errors of a store.

StoreError
├── StoreUnavailable      the store cannot be read or written now
│   ├── SchemaMismatch    the tables were made by an older or newer program
│   └── StoreBusy         other changes took too long; the change was not made
├── NotFound              the store does not have the requested record
│   ├── UserNotFound
│   ├── OrganizationNotFound
│   └── NumberNotFound
├── Conflict              a change that would contradict the stored data
├── ImportRejected        an import file has problems; nothing was stored
├── TableUnregistered     a table of the program is in no registry, so that its rows would be lost
├── BackupFailed          a backup could not be written; no part of it is left
└── BackupRejected        a file cannot be restored; the store is unchanged

The text of each error is one sentence for the operator: what happened, and how to fix it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


class StoreError(Exception):
    """Any failure that a store reports."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written now: it is missing, locked, damaged, or not a database."""


class SchemaMismatch(StoreUnavailable):
    """The store's tables were made by an older or newer version of this program."""


class StoreBusy(StoreUnavailable):
    """Other changes took longer than a change may wait; it was not made, and can be tried again."""


class NotFound(StoreError):
    """The store does not have the requested record."""


class UserNotFound(NotFound):
    """No user has this id."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"There is no user {shown(user_id)}; check the id, or import the user's organization.")


class OrganizationNotFound(NotFound):
    """No organization has this id."""

    def __init__(self, organization_id: str) -> None:
        super().__init__(f"There is no organization {shown(organization_id)}; list them to see their ids.")


class NumberNotFound(NotFound):
    """No organization has this phone number."""

    def __init__(self, e164: str) -> None:
        super().__init__(f"There is no phone number {shown(e164)}; write it as +14165550100, or import it first.")


class Conflict(StoreError):
    """A change was refused, because it would contradict the stored data."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem of an import file.

    `line` counts from 1. `field` is a path within the organization, such as `phone_numbers[0].e164`; it is empty if
    the problem concerns the text itself.
    """

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return f"{place}: {self.message}"


class ImportRejected(StoreError):
    """A file was not imported; the store is unchanged.

    `problems` lists the first problems in the order of the file; `total` counts all problems.
    """

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = len(self.problems) if total is None else total
        noun = "problem" if self.total == 1 else "problems"
        lines = [f"Nothing was imported: the file has {self.total} {noun}; fix the file and import it again."]
        lines += [f"  {problem}" for problem in self.problems]
        if self.total > len(self.problems):
            lines.append(f"  and {self.total - len(self.problems)} more")
        super().__init__("\n".join(lines))


class TableUnregistered(StoreError):
    """A migration has made a table that export and import do not know."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The rows of the table {name} would be lost in an export or import: add Table({name!r}, owner=...) to "
            "TABLES in store/sqlite/tables.py; `owner` is its column with the id of a user, or None."
        )


class BackupFailed(StoreError):
    """A backup was not made; an existing file at its path is unchanged."""


class BackupRejected(StoreError):
    """This program cannot restore the file; the store is unchanged."""


def shown(value: object, limit: int = 60) -> str:
    """Return a JSON value as text for a message: one line of printable ASCII, cut after about `limit` characters."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    quoted = ascii(value[: limit + 1]) if isinstance(value, str) else json.dumps(value)
    return quoted if len(quoted) <= limit else f"{quoted[:limit]}..."
