"""Forms as lists of fields, and those of ``application/x-www-form-urlencoded``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(slots=True)
class FormField:
    """One field of a form. `content` is its text, decoded, or the bytes of a file; `is_json` says so of its part."""

    name: str
    content: str | bytes
    is_json: bool = False


def read_urlencoded(body: bytes, charset: str = "utf-8") -> list[FormField]:
    """The fields of a form in the URL Standard's ``application/x-www-form-urlencoded``."""
    text = body.decode("latin-1")
    pairs = parse_qsl(text, keep_blank_values=True, encoding=charset, errors="replace")
    return [FormField(name, value) for name, value in pairs]
