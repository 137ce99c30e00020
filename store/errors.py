"""What can go wrong in a store.

StoreError
├── StoreUnavailable      the store cannot be read or written now
│   └── SchemaMismatch    its tables are older or newer than this program
├── NotFound              what was asked for is not in the store
│   ├── UserNotFound
│   ├── OrganizationNotFound
│   └── NumberNotFound
├── Conflict              a change that would contradict what is stored
├── ImportRejected        a file that holds problems; nothing of it was stored
├── BackupFailed          a backup that could not be written; no part of it is left
└── BackupRejected        a file that cannot be restored; the store is as it was

The text of each error is one sentence for the person at the terminal: what happened, and how to
mend it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


class StoreError(Exception):
    """Any failure that a store reports."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written now: missing, locked, corrupt, no database."""


class SchemaMismatch(StoreUnavailable):
    """The store's tables were made by an older or a newer program."""


class NotFound(StoreError):
    """What was asked for is not in the store."""


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
    """A change was refused, because it would contradict what is stored."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with an imported file.

    `line` counts from 1; `field` is a path within the organization, such as
    `phone_numbers[0].e164`, and is empty when the problem is with the text itself.
    """

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return f"{place}: {self.message}"


class ImportRejected(StoreError):
    """A file was not imported, and the store is as it was.

    `problems` holds the first ones in the order of the file; `total` counts all.
    """

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = len(self.problems) if total is None else total
        noun = "problem" if self.total == 1 else "problems"
        lines = [f"Nothing was imported: the file has {self.total} {noun}; mend it and import again."]
        lines += [f"  {problem}" for problem in self.problems]
        if self.total > len(self.problems):
            lines.append(f"  and {self.total - len(self.problems)} more")
        super().__init__("\n".join(lines))


class BackupFailed(StoreError):
    """A backup was not made; what its path named is as it was."""


class BackupRejected(StoreError):
    """A file is no backup that this program can restore; the store is as it was."""


def shown(value: object, limit: int = 60) -> str:
    """Return a JSON value as a message names it: on one line, in printable ASCII.

    Cut after about `limit` characters.
    """
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    quoted = ascii(value[: limit + 1]) if isinstance(value, str) else json.dumps(value)
    return quoted if len(quoted) <= limit else f"{quoted[:limit]}..."
