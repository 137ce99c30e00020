"""Strings of the formats that OpenAPI 3.0 ("Data Types") and JSON Schema (draft 4 section 7.3 and later) name."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from uuid import UUID

from openapi.examples.generation import vocabulary
from openapi.examples.generation.draw import Draw, plain_letters

Text: TypeAlias = Callable[[Draw], str]

DOMAINS: Final = ("example.com", "example.org", "example.net")


def date_time(draw: Draw) -> str:
    """A date-time of RFC 3339, in UTC, in the weeks before the mock's current date."""
    return draw.subject.created.strftime("%Y-%m-%dT%H:%M:%SZ")


def date(draw: Draw) -> str:
    """The full-date of RFC 3339."""
    return draw.subject.created.strftime("%Y-%m-%d")


def time(draw: Draw) -> str:
    """The full-time of RFC 3339."""
    return draw.subject.created.strftime("%H:%M:%SZ")


def email(draw: Draw) -> str:
    """An address at a reserved domain (RFC 2606)."""
    return f"{draw.subject.handle}@{draw.random.choice(DOMAINS)}"


def hostname(draw: Draw) -> str:
    """A host of a reserved domain."""
    return f"{draw.random.choice(vocabulary.NOUNS)}.{draw.random.choice(DOMAINS)}"


def uri(draw: Draw) -> str:
    """An absolute URL at a reserved domain."""
    return f"https://{draw.random.choice(DOMAINS)}/{plural(draw.random.choice(vocabulary.NOUNS))}/{slug(draw)}"


def uri_reference(draw: Draw) -> str:
    """A path with two segments."""
    return f"/{plural(draw.random.choice(vocabulary.NOUNS))}/{slug(draw)}"


def plural(noun: str) -> str:
    """The plural of a noun."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def slug(draw: Draw) -> str:
    """Two words in lower case, with a hyphen."""
    return f"{draw.random.choice(vocabulary.ADJECTIVES)}-{draw.random.choice(vocabulary.NOUNS)}"


def ipv4(draw: Draw) -> str:
    """An address of the block that is reserved for documentation (RFC 5737)."""
    return f"192.0.2.{draw.random.randint(1, 254)}"


def ipv6(draw: Draw) -> str:
    """An address of the block that is reserved for documentation (RFC 3849)."""
    return f"2001:db8::{draw.random.randint(1, 0xFFFF):x}"


def uuid(draw: Draw) -> str:
    """Version 4 (RFC 9562)."""
    return str(UUID(int=draw.random.getrandbits(128), version=4))


def base64_text(draw: Draw) -> str:
    """A sentence in base64 (RFC 4648)."""
    return base64.b64encode(sentence(draw).encode()).decode()


def password(draw: Draw) -> str:
    """Letters, digits and a sign."""
    return f"{draw.random.choice(vocabulary.NOUNS).capitalize()}-{token(draw, 8)}-{draw.random.randint(10, 99)}"


def duration(draw: Draw) -> str:
    """ISO 8601 (RFC 3339 appendix A)."""
    return f"PT{draw.random.randint(1, 59)}M"


def decimal(draw: Draw) -> str:
    """An amount with two decimals."""
    return f"{draw.random.randint(100, 99_999) / 100:.2f}"


def token(draw: Draw, length: int = 12) -> str:
    """Lower-case letters and digits, as in an identifier."""
    return "".join(draw.random.choices("0123456789abcdefghjkmnpqrstvwxyz", k=length))


def sentence(draw: Draw) -> str:
    """A short sentence of plain words."""
    adjective, noun, other = (
        draw.random.choice(each) for each in (vocabulary.ADJECTIVES, vocabulary.NOUNS, vocabulary.NOUNS)
    )
    return f"{draw.random.choice(vocabulary.VERBS).capitalize()} the {adjective} {noun} before the next {other}."


def words_of(draw: Draw) -> str:
    """Two words, as in a title."""
    return f"{draw.random.choice(vocabulary.ADJECTIVES)} {draw.random.choice(vocabulary.NOUNS)}".capitalize()


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
    "regex": lambda draw: f"^{draw.random.choice(vocabulary.NOUNS)}-[0-9]+$",
    "json-pointer": uri_reference,
    "relative-json-pointer": lambda draw: f"1/{draw.random.choice(vocabulary.NOUNS)}",
    "duration": duration,
    "decimal": decimal,
    "int64": lambda draw: str(draw.random.randint(1, 10**9)),
    "phone": lambda draw: phone(draw),
    "color": lambda draw: colour(draw),
}


# From the longest to the shortest that a format has; domains are those of RFC 2606 as long as there is room.
_EMAILS: Final = ("ada@example.com", "a@example.com", "a@b.test", "a@b.c")
_URIS: Final = ("https://example.com", "https://a.test", "urn:a:b", "a:b")
_HOSTS: Final = ("example.com", "a.test", "a")
_SHORTER: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("email", "idn-email"), _EMAILS),
    **dict.fromkeys(("uri", "url", "iri"), _URIS),
    **dict.fromkeys(("hostname", "idn-hostname"), _HOSTS),
    **dict.fromkeys(("uri-reference", "iri-reference"), ("/a", "/")),
    "ipv4": ("192.0.2.1", "1.1.1.1"),
    "ipv6": ("2001:db8::1", "::1", "::"),
}
# Octets of the local part of an address (RFC 5321 section 4.5.3.1.1) and of a label of a domain (RFC 1035 section
# 2.3.4) at most.
_LONGEST_LOCAL_PART: Final = 64
_LONGEST_LABEL: Final = 63


def resized(form: str, text: str, low: int, high: int | None) -> str:
    """A text of a format with a length from `low` to `high` in place of `text`, where the format has one."""
    if high is not None and len(text) > high:
        return next((shorter for shorter in _SHORTER.get(form, ()) if low <= len(shorter) <= high), text)
    missing = low - len(text)
    if missing <= 0:
        return text
    if form in ("email", "idn-email"):
        local, _, domain = text.partition("@")
        more = min(missing, _LONGEST_LOCAL_PART - len(local))
        return f"{'a' * more}{local}@{_with_labels(domain, missing - more)}"
    if form in ("hostname", "idn-hostname"):
        return _with_labels(text, missing)
    return text + "a" * missing if form in _SHORTER and "ip" not in form else text


def _with_labels(domain: str, missing: int) -> str:
    """A domain with labels before it, longer by `missing`, or by one more where a label of nothing would be left."""
    while missing > 0:
        label = "a" * max(1, min(_LONGEST_LABEL, missing - 1))
        domain = f"{label}.{domain}"
        missing -= len(label) + 1
    return domain


def phone(draw: Draw) -> str:
    """A number in E.164, from a range that is reserved for fiction."""
    return digits_for(draw, draw.subject.place.phone)


def colour(draw: Draw) -> str:
    """Red, green and blue in hexadecimal, as in CSS."""
    return f"#{draw.random.randrange(1 << 24):06x}"


def digits_for(draw: Draw, template: str) -> str:
    """`template` with a digit for each `#`."""
    return "".join(draw.random.choice("0123456789") if sign == "#" else sign for sign in template)
