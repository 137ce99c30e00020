"""The records of the store, for the server, for operators, and for files.

The exchange format is JSON, with one `Organization` or `Unattached` for each element. Its models are strict: they
refuse undeclared keys and do not convert values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

Provider = Literal["twilio", "sinch"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)

# RFC 7519 does not restrict `sub`; these ids fit a token, a URL and a terminal unchanged.
IDENTIFIER_PATTERN = r"^[\x21-\x7e]{1,128}$"
# ITU-T E.164, section 6: at most fifteen digits; a country code never starts with 0.
E164_PATTERN = r"^\+[1-9][0-9]{1,14}$"
NAME_PATTERN = r"^[^\x00-\x1f\x7f]{1,200}$"

Identifier = Annotated[str, Field(pattern=IDENTIFIER_PATTERN)]
E164 = Annotated[str, Field(pattern=E164_PATTERN)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class User(NamedTuple):
    """A user as the server needs it; `organization_id` is None for a user without an organization."""

    id: str
    organization_id: str | None
    disabled: bool


class ActiveProvider(NamedTuple):
    """The active provider of a user's organization, and the user's default number for it."""

    provider: Provider | None
    phone_number: str | None


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Account(_Record):
    """An organization's account with a provider: its identifier, never a secret."""

    provider: Provider
    account_id: Identifier


class PhoneNumber(_Record):
    """A phone number of an organization at one provider."""

    e164: E164
    provider: Provider


class Member(_Record):
    """A user of an organization, with at most one default number for each provider."""

    id: Identifier
    disabled: bool = False
    default_numbers: dict[Provider, E164] = {}


class Organization(_Record):
    """A whole organization, in the form for import, export and display."""

    id: Identifier
    name: Name
    active_provider: Provider | None = None
    accounts: list[Account] = []
    phone_numbers: list[PhoneNumber] = []
    users: list[Member] = []


class UnattachedUser(_Record):
    """A user without an organization, and so without default numbers."""

    id: Identifier
    disabled: bool = False


class Unattached(_Record):
    """All users without an organization: the element whose `id` is null."""

    id: None
    users: list[UnattachedUser] = []


class TableRows(_Record):
    """Rows of a table beside those of organizations: column -> value."""

    table: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OrganizationSummary:
    """An organization as a row of a list, with the numbers of its accounts, phone numbers and users."""

    id: str
    name: str
    active_provider: Provider | None
    accounts: int
    phone_numbers: int
    users: int


@dataclass(frozen=True, slots=True)
class UserRecord:
    """The complete record of a user.

    `active_provider` and `phone_number` are the server's answer for this user, unless the user is disabled.
    """

    id: str
    organization_id: str | None
    organization_name: str | None
    disabled: bool
    active_provider: Provider | None
    phone_number: str | None
    default_numbers: dict[Provider, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The numbers of imported records; `replaced` counts the organizations that existed before, `rows` the rows of
    other tables."""

    organizations: int
    replaced: int
    accounts: int
    phone_numbers: int
    users: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """The numbers of records in a store; `tables` has those of the other tables that have rows, by name."""

    organizations: int
    accounts: int
    phone_numbers: int
    users: int
    tables: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a store.

    `schema` is the age of the tables compared with this program; None if it cannot be read. `damage` has a sentence
    for each fault, without any stored value. `foreign` has a sentence for each trigger, view, table or index that the
    program did not create. `counts` is None if the tables are not current, damaged or foreign.
    """

    schema: Literal["current", "older", "newer"] | None
    damage: tuple[str, ...]
    counts: StoreCounts | None
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restoration:
    """The counts of a restored store, and the file with its previous content; None if there was none."""

    counts: StoreCounts
    kept: Path | None
