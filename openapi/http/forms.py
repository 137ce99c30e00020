"""The fields of forms, and the reader of ``application/x-www-form-urlencoded``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_plus


@dataclass(slots=True)
class FormField:
    """One field of a form. `content` is its decoded text or the bytes of a file; `is_json` says whether the media type
    of its part is JSON.

    `encoded` is the undecoded text of an urlencoded field, in which separators differ from the same characters in
    items.
    """

    name: str
    content: str | bytes
    is_json: bool = False
    encoded: str | None = None


def read_urlencoded(body: bytes, charset: str = "utf-8") -> list[FormField]:
    """The fields of a form in the URL Standard's ``application/x-www-form-urlencoded``."""
    fields = []
    for pair in body.decode("latin-1").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            text = unquote_plus(value, charset, "replace")
            fields.append(FormField(unquote_plus(name, charset, "replace"), text, encoded=value))
    return fields
