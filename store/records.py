"""The records of the store: what the server reads, an operator sees, a file exchanges.

The exchange format is JSON, one `Organization` or `Unattached` per element. Its models are strict:
no key that is not declared, no value that has to be converted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

Provider = Literal["twilio", "sinch"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)

# RFC 7519 leaves `sub` open; these are the ids that fit a token, a URL and a terminal unchanged.
IDENTIFIER_PATTERN = r"^[\x21-\x7e]{1,128}$"
# ITU-T E.164, section 6: at most fifteen digits, the first of the country code is never 0.
E164_PATTERN = r"^\+[1-9][0-9]{1,14}$"
NAME_PATTERN = r"^[^\x00-\x1f\x7f]{1,200}$"

Identifier = Annotated[str, Field(pattern=IDENTIFIER_PATTERN)]
E164 = Annotated[str, Field(pattern=E164_PATTERN)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class User(NamedTuple):
    """A caller as the server needs it; `organization_id` is None for a user of no organization."""

    id: str
    organization_id: str | None
    disabled: bool


class ActiveProvider(NamedTuple):
    """The provider in use at a user's organization, and the user's default number for it."""

    provider: Provider | None
    phone_number: str | None


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Account(_Record):
    """An organization's account with a provider: an identifier, never a secret."""

    provider: Provider
    account_id: Identifier


class PhoneNumber(_Record):
    """A number that an organization holds at one provider."""

    e164: E164
    provider: Provider


class Member(_Record):
    """A user of an organization, with at most one default number for each provider."""

    id: Identifier
    disabled: bool = False
    default_numbers: dict[Provider, E164] = {}


class Organization(_Record):
    """A whole organization, as it is imported, exported and shown."""

    id: Identifier
    name: Name
    active_provider: Provider | None = None
    accounts: list[Account] = []
    phone_numbers: list[PhoneNumber] = []
    users: list[Member] = []


class UnattachedUser(_Record):
    """A user of no organization, who can have no default number."""

    id: Identifier
    disabled: bool = False


class Unattached(_Record):
    """All users of no organization: the element whose `id` is null."""

    id: None
    users: list[UnattachedUser] = []


@dataclass(frozen=True, slots=True)
class OrganizationSummary:
    """An organization as a row of a list, with what it has counted."""

    id: str
    name: str
    active_provider: Provider | None
    accounts: int
    phone_numbers: int
    users: int


@dataclass(frozen=True, slots=True)
class UserRecord:
    """All that is known of a user.

    `active_provider` and `phone_number` are what the server answers for this user while it is not
    disabled.
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
    """What an import brought; `replaced` counts the organizations that were there before."""

    organizations: int
    replaced: int
    accounts: int
    phone_numbers: int
    users: int


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much a store holds."""

    organizations: int
    accounts: int
    phone_numbers: int
    users: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found in a store that was read through.

    `schema` tells whose tables they are: this program's, or those of an older or a newer one; None
    where that cannot be read. `damage` has a sentence for each fault in the data, without any of it.
    `counts` is None where the tables are not this program's, or damaged.
    """

    schema: Literal["current", "older", "newer"] | None
    damage: tuple[str, ...]
    counts: StoreCounts | None


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a store holds now, and the file that keeps what it held before, if it held anything."""

    counts: StoreCounts
    kept: Path | None
