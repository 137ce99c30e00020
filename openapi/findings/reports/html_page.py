"""What the HTML reports share: a template that escapes all text of others, a style, and the hash of inline text."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from openapi.http.foreign_text import printable

_FOLDER: Final = Path(__file__).with_name("page")


def page_template(folder: Path, name: str) -> Template:
    """The template of this name. It has the filter `coded`, for text with code in backticks."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters["coded"] = _coded
    return environment.get_template(name)


@cache
def page_style() -> Markup:
    """The style of the pages."""
    return Markup((_FOLDER / "page.css").read_text(encoding="utf-8").strip())  # noqa: S704 - a file of this package


def source_hash(text: str) -> str:
    """The hash of an inline text for a Content-Security-Policy (CSP3, "hash-source")."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _coded(text: str) -> Markup:
    """Text as HTML, with parts in backticks as code."""
    parts = map(escape, printable(text).split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def _printable(value: object) -> object:
    """A value of the page, without control characters and invisible characters."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
