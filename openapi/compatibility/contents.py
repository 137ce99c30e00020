"""Compares the media types of a body, and the schema of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openapi.compatibility.changes import ChangeDirection, ChangeLevel
from openapi.compatibility.flow import OperationPair
from openapi.contract import Content, Encoding
from openapi.http.media_types import MediaType, is_json, parse_media_type, ranges_of

_REQUEST: Final = ChangeDirection.REQUEST
_USUAL: Final = Encoding(None, "form", True)


def compare_contents(
    pair: OperationPair,
    message: ChangeDirection,
    old: Sequence[Content],
    new: Sequence[Content],
    places: tuple[str, str],
    subject: str,
) -> None:
    """Compare the media types of the bodies at two `places`; `subject` names the body."""
    matched = set()
    for before in old:
        after = _counterpart(before, new)
        if after is None:
            parts = [each for each in new if _counterpart(each, [before]) is not None]
            for part in parts:
                matched.add(id(part))
                _compare(pair, message, before, part, subject)
            if parts:
                _resized(pair, message, before, parts[0], "narrowed", subject)
            else:
                _removed(pair, message, before, places[1], subject)
            continue
        if not _same(*(parse_media_type(each.media_type) for each in (before, after))):
            _resized(pair, message, before, after, "widened", subject)
        matched.add(id(after))
        _compare(pair, message, before, after, subject)
    for after in new:
        if id(after) not in matched and (not old or _counterpart(after, old) is None):
            _added(pair, message, after, places[0], subject, has_other=bool(old))


def _resized(
    pair: OperationPair, message: ChangeDirection, old: Content, new: Content, word: str, subject: str
) -> None:
    """Record that a range of media types became narrower or wider; the parameters of a media type are one too."""
    text = f"{subject} can be {new.media_type}, not {old.media_type}"
    harm = ("narrowed" if pair.is_from_client(message) else "widened") == word
    level = ChangeLevel.BREAKING if harm else ChangeLevel.COMPATIBLE
    rule = f"{message.value}-media-types-{word}"
    pair.add(rule, text, old=old.pointer, new=new.pointer, level=level, direction=message)


def _removed(pair: OperationPair, message: ChangeDirection, content: Content, place: str, subject: str) -> None:
    text = f"{subject} has no {content.media_type} any more"
    if message is _REQUEST and not pair.is_from_client(message):
        pair.add("response-media-type-added", text, old=content.pointer, new=place, direction=message)
    else:
        pair.add(f"{message.value}-media-type-removed", text, old=content.pointer, new=place, direction=message)


def _added(
    pair: OperationPair, message: ChangeDirection, content: Content, place: str, subject: str, *, has_other: bool
) -> None:
    text = f"{subject} can be {content.media_type}"
    if message is _REQUEST and not pair.is_from_client(message) and has_other:
        pair.add("response-media-type-removed", text, old=place, new=content.pointer, direction=message)
    else:
        pair.add(f"{message.value}-media-type-added", text, old=place, new=content.pointer, direction=message)


def _counterpart(content: Content, others: Sequence[Content]) -> Content | None:
    """The declaration for the same media type, else one that contains it."""
    wanted = parse_media_type(content.media_type)
    equal = next((each for each in others if _same(parse_media_type(each.media_type), wanted)), None)
    return equal or next((each for each in others if _contains(parse_media_type(each.media_type), wanted)), None)


def _parameters(media_type: MediaType) -> dict[str, str]:
    return {name: value.lower() for name, value in media_type.parameters.items() if name != "charset"}


def _same(one: MediaType, other: MediaType) -> bool:
    return one.name == other.name and _parameters(one) == _parameters(other)


def _contains(wider: MediaType, media_type: MediaType) -> bool:
    """Whether a media type or range contains another one; without parameters, it contains all with parameters."""
    own = _parameters(wider)
    return wider.name in ranges_of(media_type.name) and own.items() <= _parameters(media_type).items()


def _compare(pair: OperationPair, message: ChangeDirection, old: Content, new: Content, subject: str) -> None:
    if not (_is_binary(old) and _is_binary(new)):
        pair.compare_schemas(message, (old.schema,), (new.schema,), subject)
    for name in dict.fromkeys([*old.encodings, *new.encodings]):
        before, after = old.encodings.get(name, _USUAL), new.encodings.get(name, _USUAL)
        if _is_encoded_otherwise(before, after):
            text = f"the form field {name} is encoded otherwise"
            pair.add("request-encoding-changed", text, old=old.pointer, new=new.pointer, key=name, direction=message)
        elif before.content_type != after.content_type:
            text = f"the form field {name} can have more media types"
            pair.add("request-encoding-widened", text, old=old.pointer, new=new.pointer, key=name, direction=message)


def _is_binary(content: Content) -> bool:
    """Whether a body is any bytes, as OpenAPI 3.0 and 3.1 each write it ("Considerations for File Uploads")."""
    name = parse_media_type(content.media_type).name
    if is_json(name) or name.startswith(("text/", "multipart/")) or name.endswith(("xml", "urlencoded")):
        return False
    schema = content.schema
    return not schema.assertions or (schema.type == "string" and {*schema.assertions} <= {"type", "format"})


def _is_encoded_otherwise(old: Encoding, new: Encoding) -> bool:
    if (old.style, old.explode) != (new.style, new.explode):
        return True
    before, after = ({part.strip().lower() for part in (each.content_type or "").split(",")} for each in (old, new))
    return not before <= after and after != {""}
