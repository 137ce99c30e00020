"""What one made-up value is drawn from: chance, and the person or thing that the fields of one object are about."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final

from openapi.examples.generation import vocabulary
from openapi.examples.generation.vocabulary import Place

_FIRST_DAY: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Persona:
    """Whom or what the fields of one object are about, so that its name fits its e-mail and its city its country."""

    def __init__(self, random: Random, today: datetime) -> None:
        self._random = random
        self._today = today

    @cached_property
    def given_name(self) -> str:
        """A first name."""
        return self._random.choice(vocabulary.GIVEN_NAMES)

    @cached_property
    def family_name(self) -> str:
        """A last name."""
        return self._random.choice(vocabulary.FAMILY_NAMES)

    @cached_property
    def handle(self) -> str:
        """The name in plain letters, for an e-mail or a login."""
        return plain_letters(f"{self.given_name}.{self.family_name}")

    @cached_property
    def company(self) -> str:
        """A company's name."""
        return f"{self._random.choice(vocabulary.COMPANY_NAMES)} {self._random.choice(vocabulary.COMPANY_KINDS)}"

    @cached_property
    def place(self) -> Place:
        """Where somebody is."""
        return self._random.choice(vocabulary.PLACES)

    @cached_property
    def created(self) -> datetime:
        """When it began: within two months before today."""
        return self._today - timedelta(seconds=self._random.randrange(10 * 86_400, 60 * 86_400))

    @cached_property
    def updated(self) -> datetime:
        """When it was changed last: after that, and before today."""
        return self.created + timedelta(seconds=self._random.randrange(60, 9 * 86_400))


class Draw:
    """One value in the making.

    `plain`: every optional property is there, and null is avoided. `familiar`: how often what the contract names itself
    is taken, its examples and defaults. `minimal`: what is not required is left out. `careful`: what a schema forbids
    is looked for at once, in each part; the first
    try leaves that to the check of the whole.
    """

    __slots__ = ("careful", "familiar", "minimal", "plain", "random", "subject", "today")

    def __init__(self, seed: int, key: str, attempt: int, *, minimal: bool = False) -> None:
        # A string is hashed by SHA-512: the same in every process.
        self.random = Random(f"{seed}\n{attempt}\n{key}")  # noqa: S311 - made-up data, not a secret
        self.plain = not key and not attempt
        self.minimal = minimal
        self.familiar = 1.0 if self.plain else 0.75
        self.careful = attempt > 0
        self.today = _FIRST_DAY + timedelta(days=seed % 365)
        self.subject = Persona(self.random, self.today)

    def begin_subject(self) -> Persona:
        """Somebody new, for an object that begins; the one before comes back, to be put back at its end."""
        before = self.subject
        self.subject = Persona(self.random, self.today)
        return before

    def chance(self, share: float) -> bool:
        """True in about that share of the cases, between 0 and 1."""
        return self.random.random() < share


def plain_letters(text: str) -> str:
    """`text` in small ASCII letters, accents taken off, other signs but the point turned into hyphens."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    ascii_only = folded.encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalnum() or letter == "." else "-" for letter in ascii_only)
