"""A published page of the documentation: Markdown that contains the OpenAPI document of one operation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openapi.contract.contract import parse_contract
from openapi.documents.errors import ContractError

# CommonMark section "Fenced code blocks": the closing fence is at least as long as the opening one.
_FENCE = re.compile(rb"^ {0,3}(?P<fence>`{3,}|~{3,}) *yaml +(?P<info>[^\r\n]*?) *\r?\n", re.MULTILINE)
_INFO = re.compile(r"(?P<file>\S+) +(?P<method>[a-z]+) +(?P<path>/\S*)")


@dataclass(frozen=True)
class Page:
    """The content of a page: the bytes and the file name of the document, and the operation that the page describes."""

    content: bytes
    file: str
    method: str
    path: str


def read_page(markdown: bytes, source: str) -> Page:
    """The page in `markdown`, with a validated document. Raises ContractError, which names `source`, if the page has no
    valid document.

    The document is in a fenced code block whose info string is ``yaml FILE METHOD PATH``.
    """
    blocks = [
        (content, info)
        for opening in _FENCE.finditer(markdown)
        if (info := _INFO.fullmatch(opening["info"].decode("utf-8", "replace"))) is not None
        for content in (_block(markdown, opening, source),)
    ]
    if len(blocks) != 1:
        found = "no block" if not blocks else f"{len(blocks)} blocks"
        reason = f"the page has {found} of the form ```yaml FILE METHOD PATH; it must have exactly one"
        raise ContractError(source, "", reason)
    content, info = blocks[0]
    page = Page(content, info["file"], info["method"], info["path"])
    contract = parse_contract(content, source)
    if not any((operation.method, operation.path) == (page.method, page.path) for operation in contract.operations):
        reason = f"the page describes {page.method} {page.path}, but its document does not have this operation"
        raise ContractError(source, "/paths", reason)
    return page


def _block(markdown: bytes, opening: re.Match[bytes], source: str) -> bytes:
    fence = opening["fence"]
    closing = re.compile(rb"^ {0,3}" + re.escape(fence[:1]) + rb"{%d,}[ \t]*\r?$" % len(fence), re.MULTILINE)
    end = closing.search(markdown, opening.end())
    if end is None:
        raise ContractError(source, "", "the code block has no closing fence; the page may be incomplete")
    return markdown[opening.end() : end.start()]
