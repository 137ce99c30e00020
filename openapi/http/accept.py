"""Content negotiation: the media type that a request accepts (RFC 9110 section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from openapi.http.grammar import TCHARS
from openapi.http.media_types import MediaType, parse_media_type

# Possessive (`*+`), as in `TCHARS`.
_PARAMETER: Final = rf'[ \t]*+;[ \t]*+(?:({TCHARS})=({TCHARS}|"(?:[^"\\]|\\.)*+"))?+'
_ELEMENT: Final = re.compile(rf"[ \t]*+(?:({TCHARS})/({TCHARS})((?:{_PARAMETER})*+))?+[ \t]*+(?:,|$)")
_WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


class MalformedAccept(ValueError):
    """An invalid Accept header; the text is a sentence for the client."""


class _Range(NamedTuple):
    kind: str
    subkind: str
    # With the parameters of the range, except the weight.
    media_type: MediaType
    weight: float

    def specificity(self, media_type: MediaType) -> int:
        """How closely the range matches a media type: 1 to 3, and more if parameters match; 0 if it does not match."""
        kind, _, subkind = media_type.name.partition("/")
        if not self.media_type.allows(media_type):
            return 0
        if (self.kind, self.subkind) == (kind, subkind):
            return 3 + len(self.media_type.parameters.keys() & media_type.parameters.keys())
        if self.kind == kind and self.subkind == "*":
            return 2
        return 1 if (self.kind, self.subkind) == ("*", "*") else 0


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type of `offered` that an Accept header prefers; the first of several with the same weight. None
    if it accepts none of them. Raises MalformedAccept for an invalid header.

    A range with parameters does not match a media type with other values for them (RFC 9110 section 12.5.1).
    """
    if accept is None or accept == "*/*":
        return offered[0] if offered else None
    ranges = _ranges(accept)
    if not ranges:
        return offered[0] if offered else None
    best, weight = None, 0.0
    for offer in offered:
        media_type = parse_media_type(offer)
        fitting = max(ranges, key=lambda accepted: accepted.specificity(media_type))
        if fitting.specificity(media_type) and fitting.weight > weight:
            best, weight = offer, fitting.weight
    return best


def _ranges(accept: str) -> list[_Range]:
    ranges = []
    position = 0
    while position < len(accept):
        match = _ELEMENT.match(accept, position)
        if match is None or (match[1] == "*" and match[2] != "*"):
            raise MalformedAccept("The Accept header is not valid; write for example Accept: application/json.")
        position = match.end()
        if match[1] is not None:
            ranges.append(_range(match[1].lower(), match[2].lower(), match[3]))
    return ranges


def _range(kind: str, subkind: str, parameters: str) -> _Range:
    media_type = parse_media_type(f"{kind}/{subkind}{parameters}")
    others = {name: value for name, value in media_type.parameters.items() if name != "q"}
    return _Range(kind, subkind, MediaType(media_type.name, others), _weight(parameters))


def _weight(parameters: str) -> float:
    for name, value in re.findall(_PARAMETER, parameters):
        if name.lower() == "q":
            if not _WEIGHT.fullmatch(value):
                raise MalformedAccept("A weight in the Accept header must be from 0 to 1.")
            return float(value)
    return 1.0
