"""The state of one generation: the random source, and the subject of the fields of one object."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final

from openapi.examples.generation import vocabulary
from openapi.examples.generation.vocabulary import Place

# The values of nested lists multiply: three times a thousand required items are a billion.
MOST_VALUES: Final = 200_000
_FIRST_DAY: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Persona:
    """The subject of the fields of one object, so that its name fits its e-mail and its city its country."""

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
        """The place of the subject."""
        return self._random.choice(vocabulary.PLACES)

    @cached_property
    def created(self) -> datetime:
        """The time of creation: within two months before today."""
        return self._today - timedelta(seconds=self._random.randrange(10 * 86_400, 60 * 86_400))

    @cached_property
    def updated(self) -> datetime:
        """The time of the last change: after the creation, and before today."""
        return self.created + timedelta(seconds=self._random.randrange(60, 9 * 86_400))


class Draw:
    """The generation of one value.

    `plain`: all optional properties are present, and null is avoided. `familiar`: the probability (0 to 1) of taking
    an example or default of the contract. `minimal`: optional parts are left out. `careful`: each part is validated at
    once, whereas the first attempt validates only the whole. `tells_apart`: a value can have an odd property only to be
    valid in one branch of a `oneOf`. `first`: the first branch of each choice is taken, and nothing is validated.
    `left` is how many values may still be made.
    """

    __slots__ = (
        *("careful", "familiar", "first", "left", "minimal", "plain", "random", "subject", "tells_apart", "today"),
    )

    def __init__(
        self, seed: int, key: str, attempt: int, *, minimal: bool = False, tells_apart: bool = True, first: bool = False
    ) -> None:
        # A string is hashed by SHA-512, so that the seed is the same in every process.
        self.random = Random(f"{seed}\n{attempt}\n{key}")  # noqa: S311 - made-up data, not a secret
        self.plain = not key and not attempt
        self.minimal = minimal
        self.familiar = 1.0 if self.plain else 0.75
        self.careful = attempt > 0 and not first
        self.tells_apart = tells_apart
        self.first = first
        self.left = MOST_VALUES
        self.today = _FIRST_DAY + timedelta(days=seed % 365)
        self.subject = Persona(self.random, self.today)

    def begin_subject(self) -> Persona:
        """Choose a new subject at the start of an object, and return the previous one, to be restored at its end."""
        before = self.subject
        self.subject = Persona(self.random, self.today)
        return before

    def chance(self, share: float) -> bool:
        """True with this probability, from 0 to 1."""
        return self.random.random() < share


def plain_letters(text: str) -> str:
    """`text` in lower-case ASCII without accents; other characters except the dot become hyphens."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    ascii_only = folded.encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalnum() or letter == "." else "-" for letter in ascii_only)
