"""Data that fits the name of a property or parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from openapi.examples.generation import formats, vocabulary
from openapi.examples.generation.draw import Draw
from openapi.examples.generation.formats import Text, digits_for

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PERSONS: Final = frozenset(
    vocabulary.listed(
        "actor agent assignee attendee author caller candidate contact customer employee guest lead manager member "
        "organizer owner patient person profile recipient sender subscriber student user"
    )
)
_COMPANIES: Final = frozenset(
    vocabulary.listed(
        "account business client company employer merchant org organisation organization supplier tenant vendor"
    )
)

# Words in the name of a schema that do not describe its subject.
_QUALIFIERS: Final = frozenset(vocabulary.listed("base basic full minimal nullable optional private public simple"))


def words_in(name: str) -> list[str]:
    """The words of a name in any usual spelling, in lower case: ``billingCity`` -> billing, city."""
    return [word.lower() for word in _WORDS.findall(name)]


def _pick(*choices: str) -> Text:
    return lambda draw: draw.random.choice(choices)


def _updated(draw: Draw) -> str:
    return draw.subject.updated.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(draw: Draw) -> str:
    place = draw.subject.place
    return f"{draw.random.randint(1, 240)} {place.street}, {place.city}"


_NAMED: Final[Mapping[str, Text]] = {
    "firstname givenname forename": lambda draw: draw.subject.given_name,
    "lastname familyname surname": lambda draw: draw.subject.family_name,
    "fullname displayname realname": lambda draw: f"{draw.subject.given_name} {draw.subject.family_name}",
    "username login handle nickname screenname": formats.local_part,
    "company companyname organization organizationname organisation": lambda draw: draw.subject.company,
    "orgname employer businessname legalname": lambda draw: draw.subject.company,
    "email emailaddress mail": formats.email,
    "phone phonenumber mobile mobilenumber telephone tel fax cell msisdn callerid callernumber e164 from to "
    "fromnumber tonumber": formats.phone,
    "city town locality": lambda draw: draw.subject.place.city,
    "state province region": lambda draw: draw.subject.place.region,
    "statecode regioncode provincecode": lambda draw: draw.subject.place.region_code,
    "country countryname": lambda draw: draw.subject.place.country,
    "countrycode": lambda draw: draw.subject.place.country_code,
    "postalcode zip zipcode postcode": lambda draw: digits_for(draw, draw.subject.place.postal_code),
    "street streetaddress addressline1 line1 address1": lambda draw: (
        f"{draw.random.randint(1, 240)} {draw.subject.place.street}"
    ),
    "address location": _address,
    "addressline2 line2 address2": lambda draw: f"Suite {draw.random.randint(1, 40)}",
    "timezone tz": lambda draw: draw.subject.place.timezone,
    "locale": lambda draw: draw.subject.place.locale,
    "language lang languagecode": _pick(*vocabulary.LANGUAGES),
    "currency currencycode": lambda draw: draw.subject.place.currency,
    "price amount cost total subtotal balance": formats.decimal,
    "url uri link href website homepage webhook endpoint callback": formats.uri,
    "avatar avatarurl picture photo image imageurl thumbnail logo icon": lambda draw: (
        f"https://example.com/images/{formats.slug(draw)}.png"
    ),
    "path": formats.uri_reference,
    "host hostname domain": formats.hostname,
    "ip ipaddress ipv4": formats.ipv4,
    "ipv6": formats.ipv6,
    "useragent browser": _pick(*vocabulary.USER_AGENTS),
    "slug key": formats.slug,
    "description summary notes note comment body text content message bio about detail details reason": (
        formats.sentence
    ),
    "title subject headline label caption": formats.words_of,
    "jobtitle job role position occupation": _pick(*vocabulary.JOBS),
    "department team": _pick(*vocabulary.DEPARTMENTS),
    "status": _pick(*vocabulary.STATUSES),
    "color colour": formats.colour,
    "colorname colourname": _pick(*vocabulary.COLOURS),
    "uuid guid uid": formats.uuid,
    "port": lambda draw: str(draw.random.randint(1024, 9999)),
    "apiversion": _pick("v1"),
    "token accesstoken refreshtoken secret apikey cursor nextcursor etag": lambda draw: formats.token(draw, 24),
    "sha hash digest checksum": lambda draw: f"{draw.random.getrandbits(160):040x}",
    "version": lambda draw: f"{draw.random.randint(1, 4)}.{draw.random.randint(0, 12)}.{draw.random.randint(0, 9)}",
    "mimetype contenttype mediatype": _pick(*vocabulary.MIME_TYPES),
    "file filename": lambda draw: f"{formats.slug(draw)}.{draw.random.choice(vocabulary.FILE_ENDINGS)}",
    "tag tags category": _pick(*vocabulary.NOUNS),
    "gender": _pick("female", "male", "non-binary"),
    "date day birthday birthdate dateofbirth dob": formats.date,
    "time": lambda draw: draw.subject.created.strftime("%H:%M"),
    "timestamp datetime createdat created createdon createddate startedat startat joinedat": formats.date_time,
    "updatedat updated modifiedat lastmodified endedat endat completedat closedat deletedat lastseenat": _updated,
}
_BY_NAME: Final = {name: text for names, text in _NAMED.items() for name in names.split()}


@cache
def text_for(name: str, parent: str) -> Text:
    """The generator of likely strings for a property `name` of `parent`; two words if neither is known."""
    parts = words_in(name)
    if parts[-2:] == ["display", "name"] and (owner := words_in(parent)[-1:]):
        return _name_of(owner) or formats.words_of
    if parts[-1:] == ["name"] and (text := _name_of(parts[-2:-1] or words_in(parent)[-1:] or [""])) is not None:
        return text
    for start in range(len(parts)):
        if (text := _BY_NAME.get("".join(parts[start:]))) is not None:
            return text
    if parts and parts[-1] in ("id", "ids", "sid", "identifier"):
        owners = [word for word in words_in(parent) if word not in _QUALIFIERS]
        return _identifier((parts[-2:-1] or owners[:1] or ["id"])[0])
    if len(parts) > 1 and parts[-1] in ("at", "on"):
        return formats.date_time
    if parts and parts[-1].endswith("s") and (text := _BY_NAME.get(parts[-1][:-1])) is not None:
        return text
    return formats.words_of


def moment_for(name: str, form: str) -> Text:
    """A `date` or `date-time` that fits the name: the time of a change or an end is after that of the creation."""
    later = text_for(name, "") is _updated
    return (lambda draw: _updated(draw)[: 10 if form == "date" else None]) if later else formats.FORMATS[form]


def keys_for(name: str) -> tuple[str, ...]:
    """Likely keys of a map with this name."""
    parts = words_in(name)
    if {"locale", "locales", "translations", "languages"} & set(parts):
        return vocabulary.LANGUAGES
    return vocabulary.KEYS


def _name_of(owner: list[str]) -> Text | None:
    word = owner[0].removesuffix("s")
    if word in _PERSONS:
        return _BY_NAME["fullname"]
    if word in _COMPANIES:
        return _BY_NAME["company"]
    return _BY_NAME.get(f"{word}name")


def _identifier(owner: str) -> Text:
    prefix = owner if len(owner) <= 4 else owner[:4].rstrip("aeiou") or owner[:4]
    return lambda draw: f"{prefix}_{formats.token(draw)}"


_INTEGERS: Final[Mapping[str, tuple[int, int]]] = {
    "page pagenumber": (1, 3),
    "limit perpage pagesize": (10, 50),
    "offset skip index position": (0, 20),
    "total count size length quantity": (1, 40),
    "age": (21, 70),
    "year": (2024, 2026),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "minute second": (0, 59),
    "port": (1024, 9999),
    "status statuscode": (200, 200),
    "duration seconds": (5, 900),
    "percent percentage progress": (0, 100),
    "rating score": (1, 5),
    "width height": (120, 1920),
    "timestamp created createdat updated updatedat expires expiresat": (1_767_600_000, 1_770_000_000),
}
_NUMBERS: Final[Mapping[str, tuple[float, float]]] = {
    "latitude lat": (-60, 70),
    "longitude lng lon long": (-170, 170),
    "percent percentage": (0, 100),
    "rate ratio probability confidence": (0, 1),
    "rating": (1, 5),
}
_INTEGER_BY_NAME: Final = {name: bounds for names, bounds in _INTEGERS.items() for name in names.split()}
_NUMBER_BY_NAME: Final = {name: bounds for names, bounds in _NUMBERS.items() for name in names.split()}


@cache
def range_for(name: str, *, whole: bool) -> tuple[float, float]:
    """The range of likely numbers for a property with this name."""
    parts = words_in(name)
    for start in range(len(parts)):
        joined = "".join(parts[start:])
        if not whole and joined in _NUMBER_BY_NAME:
            return _NUMBER_BY_NAME[joined]
        for known in (joined, joined.removesuffix("s")):
            if known in _INTEGER_BY_NAME:
                return _INTEGER_BY_NAME[known]
    return (1, 1000) if parts[-1:] == ["id"] else (1, 100)
