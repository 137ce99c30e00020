"""What is known: organizations, their provider accounts, numbers and users.

`Reader` is what a server asks, `Administration` what an operator does; `SQLiteReader` and
`SQLiteAdministration` keep both in a SQLite file that `migrate` creates.
"""

from store.errors import (
    Conflict,
    ImportRejected,
    NotFound,
    NumberNotFound,
    OrganizationNotFound,
    Problem,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
    UserNotFound,
)
from store.interface import Administration, Reader
from store.records import (
    Account,
    ActiveProvider,
    ImportSummary,
    Member,
    Organization,
    OrganizationSummary,
    PhoneNumber,
    Provider,
    User,
    UserRecord,
)
from store.sqlite.administration import SQLiteAdministration
from store.sqlite.library import sqlite_warning
from store.sqlite.migrations import migrate
from store.sqlite.reader import SQLiteReader

__all__ = [
    "Account",
    "ActiveProvider",
    "Administration",
    "Conflict",
    "ImportRejected",
    "ImportSummary",
    "Member",
    "NotFound",
    "NumberNotFound",
    "Organization",
    "OrganizationNotFound",
    "OrganizationSummary",
    "PhoneNumber",
    "Problem",
    "Provider",
    "Reader",
    "SQLiteAdministration",
    "SQLiteReader",
    "SchemaMismatch",
    "StoreError",
    "StoreUnavailable",
    "User",
    "UserNotFound",
    "UserRecord",
    "migrate",
    "sqlite_warning",
]
