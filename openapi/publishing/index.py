"""An index of pages: Markdown with a list of links, such as `llms.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from openapi.publishing.page import has_operation

# CommonMark section "Links": an inline link that is no image.
_LINK: Final = re.compile(rb"(?<!!)\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
# A document begins with its version, after comments, or is a JSON object.
_DOCUMENT: Final = re.compile(
    rb"""\A(?:\xef\xbb\xbf)?(?:#[^\n]*\n|---[ \t]*\r?\n|\s)*(?:\{|["']?(?:openapi|swagger)["']?\s*:)"""
)
_PAGES: Final = (".md", ".mdx")


class SourceKind(StrEnum):
    """What the content of a file or a URL is."""

    PAGE = "a page with an operation"
    DOCUMENT = "an OpenAPI document"
    INDEX = "an index"
    TEXT = "a text"


def kind_of(content: bytes) -> SourceKind:
    """What some content is. A text without links is no index."""
    if _DOCUMENT.match(content):
        return SourceKind.DOCUMENT
    if has_operation(content):
        return SourceKind.PAGE
    return SourceKind.INDEX if targets_of(content) else SourceKind.TEXT


def targets_of(index: bytes) -> tuple[str, ...]:
    """The targets of the links of an index, each once, without those inside a page and those of other schemes."""
    found = (match[1].decode("utf-8", "replace").partition("#")[0] for match in _LINK.finditer(index))
    return tuple(dict.fromkeys(each for each in found if each and urlsplit(each).scheme in ("", "http", "https")))


def is_page_target(target: str) -> bool:
    """Whether the target of a link is a page by its name."""
    return urlsplit(target).path.endswith(_PAGES)


def held_by(targets: Iterable[str], files: Iterable[str]) -> Mapping[str, str | None]:
    """The file for each target of an index that is in the same folder; None without one. A file is that of a target if
    its path is the end of that of the target: ``calls/get.md`` of ``https://docs.example.com/api/calls/get.md``."""
    names = sorted(files, key=len, reverse=True)
    return {target: next((name for name in names if _is_end(name, target)), None) for target in targets}


def _is_end(name: str, target: str) -> bool:
    path = unquote(urlsplit(target).path).lstrip("./")
    return path == name or path.endswith(f"/{name}")
