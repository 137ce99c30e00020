"""A published page of the documentation: Markdown that carries the OpenAPI document of one operation."""

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
    """What a page publishes: the bytes of the document, and which operation the page is about."""

    content: bytes
    file: str
    method: str
    path: str


def read_page(markdown: bytes, source: str) -> Page:
    """The page in `markdown`, its document validated; ContractError, which names `source`, when it carries none.

    The document stands in a fenced block whose info string is ``yaml FILE METHOD PATH``.
    """
    blocks = [
        (content, info)
        for opening in _FENCE.finditer(markdown)
        if (info := _INFO.fullmatch(opening["info"].decode("utf-8", "replace"))) is not None
        for content in (_block(markdown, opening, source),)
    ]
    if len(blocks) != 1:
        found = "no block" if not blocks else f"{len(blocks)} blocks"
        reason = f"the page has {found} of the form ```yaml FILE METHOD PATH; it must have one"
        raise ContractError(source, "", reason)
    content, info = blocks[0]
    page = Page(content, info["file"], info["method"], info["path"])
    contract = parse_contract(content, source)
    if not any((operation.method, operation.path) == (page.method, page.path) for operation in contract.operations):
        raise ContractError(source, "/paths", f"the page is about {page.method} {page.path}, which is not there")
    return page


def _block(markdown: bytes, opening: re.Match[bytes], source: str) -> bytes:
    fence = opening["fence"]
    closing = re.compile(rb"^ {0,3}" + re.escape(fence[:1]) + rb"{%d,}[ \t]*\r?$" % len(fence), re.MULTILINE)
    end = closing.search(markdown, opening.end())
    if end is None:
        raise ContractError(source, "", "the block is not closed; the page is cut off")
    return markdown[opening.end() : end.start()]
