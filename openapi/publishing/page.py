"""A published page of the documentation: Markdown that contains the OpenAPI document of one operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.contract.contract import parse_contract
from openapi.documents.errors import ContractError
from openapi.documents.reading import read_value

# CommonMark section "Fenced code blocks": the closing fence is at least as long as the opening one.
_FENCE: Final = re.compile(rb"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
# The file may be missing, a path or an address; some sites write the method in capitals.
_INFO: Final = re.compile(r"ya?ml +(?:(?P<file>\S+) +)?(?:(?P<method>[A-Za-z]+) +(?P<path>/\S*)|webhook +\S+)")
_FORM: Final = "```yaml FILE METHOD PATH"


@dataclass(frozen=True)
class Page:
    """The content of a page: the bytes and the file name of the document, "" without one, and the operation that the
    page describes. A page about a webhook, which no server answers, has no method and no path."""

    content: bytes
    file: str
    method: str
    path: str

    @property
    def label(self) -> str:
        """The name of its operation, such as ``GET /things``."""
        return f"{self.method.upper()} {self.path}"

    @property
    def is_webhook(self) -> bool:
        """Whether it describes a webhook."""
        return not self.path


def has_operation(markdown: bytes) -> bool:
    """Whether a page has a code block with an operation or a webhook, complete or cut off."""
    return any(_INFO.fullmatch(info) for _, info in _openings(markdown))


def read_page(markdown: bytes, source: str) -> Page:
    """The page in `markdown`, with a validated document that has its operation and no other one. Raises ContractError,
    which names `source`, if the page has no valid document.

    The document is in a fenced code block whose info string is ``yaml FILE METHOD PATH`` or ``yaml METHOD PATH``.
    """
    blocks = [
        Page(_block(markdown, opening, source), info["file"] or "", (info["method"] or "").lower(), info["path"] or "")
        for opening, text in _openings(markdown)
        if (info := _INFO.fullmatch(text)) is not None
    ]
    if len(blocks) != 1:
        found = "no block" if not blocks else f"{len(blocks)} blocks"
        reason = f"the page has {found} of the form {_FORM}; it must have exactly one"
        raise ContractError(source, "", reason)
    page = blocks[0]
    if _is_older_export(read_value(page.content, source)):
        reason = "the block describes the operation in an older form of the site, not as an OpenAPI document; export it"
        raise ContractError(source, "", f"{reason} again")
    if not page.is_webhook:
        _check_operation(page, source)
    return page


def _check_operation(page: Page, source: str) -> None:
    operations = parse_contract(page.content, source).operations
    others = [each.label for each in operations if (each.method, each.path) != (page.method, page.path)]
    if len(others) == len(operations):
        reason = f"the page describes {page.method} {page.path}, but its document does not have this operation"
        raise ContractError(source, "/paths", reason)
    if others:
        reason = f"the page describes {page.label}, but its document also has {others[0]}; a page carries one operation"
        raise ContractError(source, "/paths", reason)


def _is_older_export(document: Any) -> bool:
    """Whether a block describes one operation without being a document: `paths` has a `path` and a `method`."""
    if not isinstance(document, Mapping) or "openapi" in document or "swagger" in document:
        return False
    paths = document.get("paths")
    return isinstance(paths, Mapping) and {"path", "method"} <= paths.keys()


def _openings(markdown: bytes) -> Iterator[tuple[re.Match[bytes], str]]:
    """The opening fences that no other block contains, with their info strings."""
    start = 0
    while (opening := _FENCE.search(markdown, start)) is not None:
        info = opening["info"].decode("utf-8", "replace")
        if b"`" in opening["fence"] and "`" in info:
            start = opening.end()
            continue
        yield opening, info
        end = _closing(markdown, opening)
        start = len(markdown) if end is None else end.end()


def _closing(markdown: bytes, opening: re.Match[bytes]) -> re.Match[bytes] | None:
    fence = opening["fence"]
    closing = re.compile(rb"^ {0,3}" + re.escape(fence[:1]) + rb"{%d,}[ \t]*\r?$" % len(fence), re.MULTILINE)
    return closing.search(markdown, opening.end())


def _block(markdown: bytes, opening: re.Match[bytes], source: str) -> bytes:
    end = _closing(markdown, opening)
    if end is None:
        raise ContractError(source, "", "the code block has no closing fence; the page may be incomplete")
    return markdown[opening.end() + 1 : end.start()]
