"""Reads the sources of a contract: pages, folders of pages, indexes and published documents, as files or URLs."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from openapi.contract.contract import parse_contract
from openapi.documents.errors import ContractError
from openapi.documents.reading import read_document
from openapi.publishing.index import SourceKind, held_by, is_page_target, kind_of, targets_of
from openapi.publishing.merging import SourceDocument
from openapi.publishing.page import Page, read_page

if TYPE_CHECKING:
    import httpx

_TIMEOUT: Final = 10.0  # seconds, for a document as a whole
_LARGEST: Final = 32 * 1024 * 1024
_MOST_REDIRECTS: Final = 5
_AT_ONCE: Final = 8
_INDEX: Final = "llms.txt"


@dataclass
class Sources:
    """What was read: the documents to merge, the pages by their sources, and `notes` for people."""

    documents: list[SourceDocument] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, source: str, content: bytes) -> SourceKind:
        """Add a page or a document. Raises ContractError if it is invalid."""
        kind = kind_of(content)
        if kind is SourceKind.PAGE:
            self._add_page(source, read_page(content, source))
        elif kind is SourceKind.DOCUMENT:
            self.documents.append(SourceDocument(source, content, parse_contract(content, source).written))
        return kind

    def _add_page(self, source: str, page: Page) -> None:
        if page.is_webhook:
            self.notes.append(f"{source} is about a webhook, which no server answers; it is not merged")
            return
        for other, known in self.pages.items():
            if known == page:
                self.notes.append(f"{source} is a copy of {other}; remove one of them")
        self.pages[source] = page
        self.documents.append(SourceDocument(source, page.content, read_document(page.content, source)))


def read_sources(arguments: Sequence[str]) -> Sources:
    """Everything that some paths and URLs lead to, in an order that does not depend on theirs. Raises ContractError,
    which names the source."""
    sources = Sources()
    for argument in sorted(set(arguments)):
        if not is_url(argument) and Path(argument).is_dir():
            _add_folder(sources, Path(argument))
            continue
        content = read_source(argument, sources.notes)
        if (kind := sources.add(argument, content)) is SourceKind.INDEX:
            _add_index(sources, argument, content)
        elif kind is SourceKind.TEXT:
            _refuse_text(argument, content)
    if not sources.documents:
        raise ContractError(", ".join(arguments), "", "there is no page with an operation; give one")
    sources.notes += _differences(sources)
    return sources


def _differences(sources: Sources) -> Iterator[str]:
    """The operations that only the pages have, or only a published document, if there are both."""
    paged = {page.label: source for source, page in sources.pages.items()}
    for document in sources.documents:
        if document.source in sources.pages or not paged:
            continue
        labels = {operation.label for operation in parse_contract(document.content, document.source).operations}
        yield from (
            f"{document.source} does not have {label} of {paged[label]}" for label in sorted(paged.keys() - labels)
        )
        yield from (f"no page has {label} of {document.source}" for label in sorted(labels - paged.keys()))


def _refuse_text(source: str, content: bytes) -> None:
    # Says what is missing from a page.
    read_page(content, source)


def _add_folder(sources: Sources, folder: Path) -> None:
    """Add the pages of a folder, and hold them against the index in it."""
    # A README is for people: `contract pages` writes one.
    found = (path for path in folder.rglob("*.md") if path.is_file())
    files = sorted(path for path in found if path.name.lower() != "readme.md")
    if not files:
        raise ContractError(str(folder), "", "cannot be read: the folder has no pages; their names end with .md")
    names = {path.relative_to(folder).as_posix(): path for path in files}
    if (index := folder / _INDEX).is_file():
        _hold_against(sources, index, names)
    others = 0
    for path in files:
        if sources.add(str(path), read_source(str(path), sources.notes)) not in (SourceKind.PAGE, SourceKind.DOCUMENT):
            others += 1
    _note_others(sources, str(folder), others)


def _hold_against(sources: Sources, index: Path, names: Mapping[str, Path]) -> None:
    targets = [each for each in targets_of(read_source(str(index), sources.notes)) if is_page_target(each)]
    found = held_by(targets, names)
    for target, name in found.items():
        if name is None:
            raise ContractError(str(index), "", f"it lists {target}, which is not in the folder; add the page")
    for name in sorted(set(names) - {each for each in found.values() if each is not None}):
        sources.notes.append(f"{names[name]} is not listed in {index}")


def _add_index(sources: Sources, index: str, content: bytes) -> None:
    """Add the pages that an index leads to; those without an operation are counted."""
    targets = [urljoin(index, each) if is_url(index) else _beside(index, each) for each in targets_of(content)]
    others = []
    for target, answer in _all_read(index, targets, sources.notes):
        if sources.add(target, answer) not in (SourceKind.PAGE, SourceKind.DOCUMENT):
            others.append(target)
    folders = {PurePosixPath(urlsplit(each).path).parent for each in sources.pages}
    for target in others:
        if PurePosixPath(urlsplit(target).path).parent in folders:
            sources.notes.append(f"{target} has no operation, but pages beside it have; it may be incomplete")
    _note_others(sources, index, len(others))


def _note_others(sources: Sources, source: str, count: int) -> None:
    if count:
        pages = "1 page without an operation is" if count == 1 else f"{count} pages without an operation are"
        sources.notes.append(f"{source}: {pages} left out")


def _all_read(index: str, targets: Iterable[str], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """The content at each target. Raises ContractError, which names the index, if one cannot be read."""

    def read(target: str) -> bytes:
        try:
            return read_source(target, notes)
        except ContractError as error:
            raise ContractError(index, "", f"it lists {target}, which {error.reason}") from None

    ordered = sorted(set(targets))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from zip(ordered, pool.map(read, ordered), strict=True)


def _beside(index: str, target: str) -> str:
    return target if is_url(target) else str(Path(index).parent / target)


def is_url(source: str) -> bool:
    """Whether a source is an http or https URL."""
    return source.lower().startswith(("http://", "https://"))


def read_source(source: str, notes: list[str]) -> bytes:
    """The bytes of a file, or of a URL's final answer; a redirect to another host becomes a note. ContractError if they
    cannot be read."""
    if not is_url(source):
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise ContractError(source, "", f"cannot be read: {error.strerror}") from None
    import httpx

    try:
        with httpx.Client(timeout=_TIMEOUT) as client:
            return _fetched(client, source, notes)
    # httpx raises UnicodeError for an invalid host name.
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = str(error).partition("\n")[0]
        raise ContractError(source, "", f"cannot be fetched: {reason}") from None


def _fetched(client: httpx.Client, source: str, notes: list[str]) -> bytes:
    end = time.monotonic() + _TIMEOUT
    url = source
    for _ in range(_MOST_REDIRECTS + 1):
        _check_scheme(source, url)
        with client.stream("GET", url) as answer:
            if not answer.has_redirect_location:
                answer.raise_for_status()
                return _bounded(source, answer, end)
            there = urljoin(url, answer.headers["location"])
        if urlsplit(there).hostname != urlsplit(url).hostname:
            notes.append(f"{source} was redirected to the host {urlsplit(there).hostname}")
        url = there
    raise ContractError(source, "", f"cannot be fetched: it redirects more than {_MOST_REDIRECTS} times")


def _check_scheme(source: str, url: str) -> None:
    """Refuse a document that anybody on the way can change, unless it comes from this machine."""
    import httpx

    parts = httpx.URL(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_local(parts.host)):
        return
    raise ContractError(source, "", f"cannot be fetched: {url} is not an https URL; give one")


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bounded(source: str, answer: httpx.Response, end: float) -> bytes:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > _LARGEST:
            raise ContractError(source, "", f"cannot be fetched: it has more than {_LARGEST >> 20} MiB")
        if time.monotonic() > end:
            raise ContractError(source, "", f"cannot be fetched: it took more than {_TIMEOUT:.0f} seconds")
    return bytes(content)
