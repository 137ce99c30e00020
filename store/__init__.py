"""The store: organizations, their provider accounts, phone numbers and users.

`Reader` and `Writer` are the interfaces for the server, `Administration` is the one for operators, `Maintenance` the
one for backups and verification. `SQLiteReader`, `SQLiteWriter`, `SQLiteAdministration` and `SQLiteMaintenance`
implement them for a SQLite file, which `migrate` creates.
"""

from store.errors import (
    BackupFailed,
    BackupRejected,
    Conflict,
    ImportRejected,
    NotFound,
    NumberNotFound,
    OrganizationNotFound,
    Problem,
    SchemaMismatch,
    StoreBusy,
    StoreError,
    StoreUnavailable,
    TableUnregistered,
    UserNotFound,
)
from store.interface import Administration, Maintenance, Reader, Writer
from store.records import (
    Account,
    ActiveProvider,
    ImportSummary,
    Member,
    Organization,
    OrganizationSummary,
    PhoneNumber,
    Provider,
    Restoration,
    StoreCounts,
    User,
    UserRecord,
    Verification,
)
from store.sqlite.administration import SQLiteAdministration
from store.sqlite.library import sqlite_warning
from store.sqlite.maintenance import SQLiteMaintenance
from store.sqlite.migrations import migrate
from store.sqlite.reader import SQLiteReader
from store.sqlite.writer import SQLiteWriter

__all__ = [
    "Account",
    "ActiveProvider",
    "Administration",
    "BackupFailed",
    "BackupRejected",
    "Conflict",
    "ImportRejected",
    "ImportSummary",
    "Maintenance",
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
    "Restoration",
    "SQLiteAdministration",
    "SQLiteMaintenance",
    "SQLiteReader",
    "SQLiteWriter",
    "SchemaMismatch",
    "StoreBusy",
    "StoreCounts",
    "StoreError",
    "StoreUnavailable",
    "TableUnregistered",
    "User",
    "UserNotFound",
    "UserRecord",
    "Verification",
    "Writer",
    "migrate",
    "sqlite_warning",
]
