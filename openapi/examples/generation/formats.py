"""Strings of the formats that OpenAPI 3.0 ("Data Types") and JSON Schema (draft 4 section 7.3 and later) name."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from uuid import UUID

from openapi.examples.generation import vocabulary as words
from openapi.examples.generation.draw import Draw, plain_letters

Text: TypeAlias = Callable[[Draw], str]

DOMAINS: Final = ("example.com", "example.org", "example.net")


def date_time(draw: Draw) -> str:
    """RFC 3339, in UTC, in the weeks before the mock's today."""
    return draw.subject.created.strftime("%Y-%m-%dT%H:%M:%SZ")


def date(draw: Draw) -> str:
    """The full-date of RFC 3339."""
    return draw.subject.created.strftime("%Y-%m-%d")


def time(draw: Draw) -> str:
    """The full-time of RFC 3339."""
    return draw.subject.created.strftime("%H:%M:%SZ")


def email(draw: Draw) -> str:
    """An address at a domain that is nobody's (RFC 2606)."""
    return f"{draw.subject.handle}@{draw.random.choice(DOMAINS)}"


def hostname(draw: Draw) -> str:
    """A host below such a domain."""
    return f"{draw.random.choice(words.NOUNS)}.{draw.random.choice(DOMAINS)}"


def uri(draw: Draw) -> str:
    """An absolute URL below such a domain."""
    return f"https://{draw.random.choice(DOMAINS)}/{plural(draw.random.choice(words.NOUNS))}/{slug(draw)}"


def uri_reference(draw: Draw) -> str:
    """A path with two segments."""
    return f"/{plural(draw.random.choice(words.NOUNS))}/{slug(draw)}"


def plural(noun: str) -> str:
    """Several of a noun."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def slug(draw: Draw) -> str:
    """Two words in small letters, hyphenated."""
    return f"{draw.random.choice(words.ADJECTIVES)}-{draw.random.choice(words.NOUNS)}"


def ipv4(draw: Draw) -> str:
    """An address of the block that is kept for documentation (RFC 5737)."""
    return f"192.0.2.{draw.random.randint(1, 254)}"


def ipv6(draw: Draw) -> str:
    """An address of the block that is kept for documentation (RFC 3849)."""
    return f"2001:db8::{draw.random.randint(1, 0xFFFF):x}"


def uuid(draw: Draw) -> str:
    """Version 4 (RFC 9562)."""
    return str(UUID(int=draw.random.getrandbits(128), version=4))


def base64_text(draw: Draw) -> str:
    """A sentence in base64 (RFC 4648)."""
    return base64.b64encode(sentence(draw).encode()).decode()


def password(draw: Draw) -> str:
    """Letters, digits and a sign."""
    return f"{draw.random.choice(words.NOUNS).capitalize()}-{token(draw, 8)}-{draw.random.randint(10, 99)}"


def duration(draw: Draw) -> str:
    """ISO 8601 (RFC 3339 appendix A)."""
    return f"PT{draw.random.randint(1, 59)}M"


def decimal(draw: Draw) -> str:
    """An amount with two decimals."""
    return f"{draw.random.randint(100, 99_999) / 100:.2f}"


def token(draw: Draw, length: int = 12) -> str:
    """Small letters and digits, as in an identifier."""
    return "".join(draw.random.choices("0123456789abcdefghjkmnpqrstvwxyz", k=length))


def sentence(draw: Draw) -> str:
    """A short sentence of plain words."""
    adjective, noun, other = (draw.random.choice(each) for each in (words.ADJECTIVES, words.NOUNS, words.NOUNS))
    return f"{draw.random.choice(words.VERBS).capitalize()} the {adjective} {noun} before the next {other}."


def words_of(draw: Draw) -> str:
    """Two words, as a title has them."""
    return f"{draw.random.choice(words.ADJECTIVES)} {draw.random.choice(words.NOUNS)}".capitalize()


def local_part(draw: Draw) -> str:
    """The name of a person in plain letters."""
    return plain_letters(draw.subject.given_name)


FORMATS: Final[Mapping[str, Text]] = {
    "date-time": date_time,
    "date": date,
    "time": time,
    "email": email,
    "idn-email": email,
    "hostname": hostname,
    "idn-hostname": hostname,
    "uri": uri,
    "url": uri,
    "iri": uri,
    "uri-reference": uri_reference,
    "iri-reference": uri_reference,
    "uri-template": lambda draw: f"{uri_reference(draw)}/{{id}}",
    "ipv4": ipv4,
    "ip": ipv4,
    "ipv6": ipv6,
    "uuid": uuid,
    "byte": base64_text,
    "binary": sentence,
    "password": password,
    "regex": lambda draw: f"^{draw.random.choice(words.NOUNS)}-[0-9]+$",
    "json-pointer": uri_reference,
    "relative-json-pointer": lambda draw: f"1/{draw.random.choice(words.NOUNS)}",
    "duration": duration,
    "decimal": decimal,
    "int64": lambda draw: str(draw.random.randint(1, 10**9)),
    "phone": lambda draw: phone(draw),
    "color": lambda draw: colour(draw),
}


def phone(draw: Draw) -> str:
    """E.164, from a range that is kept for fiction."""
    return digits_for(draw, draw.subject.place.phone)


def colour(draw: Draw) -> str:
    """Red, green and blue in hexadecimal, as in CSS."""
    return f"#{draw.random.randrange(1 << 24):06x}"


def digits_for(draw: Draw, template: str) -> str:
    """`template` with a digit for each `#`."""
    return "".join(draw.random.choice("0123456789") if sign == "#" else sign for sign in template)
