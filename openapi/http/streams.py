"""Sequences of items in one body: lines of JSON, JSON text sequences, and server-sent events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from openapi.http.json import read_json, write_json

_LINES: Final = frozenset({"application/jsonl", "application/ndjson", "application/x-ndjson"})
_RECORDS: Final = "application/json-seq"
_EVENTS: Final = "text/event-stream"
# RFC 7464 section 2.1: the character before each text.
_SEPARATOR: Final = b"\x1e"
# The fields of an event (HTML Standard section 9.2.6).
# HTML Standard section 9.2.6: ASCII digits; as many as no clock needs.
_RETRY: Final = re.compile("[0-9]{1,18}")
_FIELDS: Final = ("event", "id", "retry", "data")


def is_stream(media_type: str) -> bool:
    """Whether a media type is a sequence of items (OpenAPI 3.2.0 section "Sequential Media Types")."""
    return media_type in _LINES or media_type in (_RECORDS, _EVENTS)


def read_items(media_type: str, body: bytes) -> list[Any]:
    """The items of a body; an event is an object of its fields. Raises ValueError with the number of the item that
    cannot be read."""
    if media_type == _EVENTS:
        return list(_events(body.decode("utf-8-sig", "replace")))
    texts = body.split(_SEPARATOR if media_type == _RECORDS else b"\n")
    items = []
    for text in filter(None, map(bytes.strip, texts)):
        try:
            items.append(read_json(text))
        except ValueError as error:
            raise ValueError(f"item {len(items) + 1} is not valid JSON: {error}") from None
    return items


def write_items(media_type: str, items: Iterable[Any]) -> bytes:
    """A body with these items. An item that is no event becomes the data of one."""
    if media_type == _EVENTS:
        return "".join(map(_event, items)).encode()
    before = _SEPARATOR if media_type == _RECORDS else b""
    return b"".join(before + write_json(item) + b"\n" for item in items)


def _events(text: str) -> Iterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    data: list[str] = []
    # HTML Standard section 9.2.5: an empty line ends an event.
    for line in (*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                event["data"] = "\n".join(data)
            if event:
                yield event
            event, data = {}, []
        elif name == "data":
            data.append(value)
        elif name == "retry" and _RETRY.fullmatch(value):
            event["retry"] = int(value)
        elif name in ("event", "id"):
            event[name] = value


def _event(item: Any) -> str:
    fields = item if isinstance(item, dict) and item and item.keys() <= set(_FIELDS) else {"data": item}
    lines = []
    for name in _FIELDS:
        if name in fields:
            value = fields[name]
            text = value if isinstance(value, str) else write_json(value).decode()
            # A line break would end the field, and only data can go on in another line.
            parts = text.splitlines() or [""]
            lines += [f"{name}: {part}" for part in (parts if name == "data" else parts[:1])]
    return "\n".join(lines) + "\n\n"
