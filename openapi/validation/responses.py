"""Validates responses with the declaration of one response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from openapi.contract import DeclaredResponse, Operation
from openapi.http.media_types import parse_media_type
from openapi.http.messages import Response, has_content, values_of
from openapi.schemas import Direction
from openapi.validation.bodies import ContentReaders
from openapi.validation.parameters import HeaderReader
from openapi.validation.violations import Violation

# Each line of this header is a separate value; the lines of any other header are one list (RFC 9110 section 5.3).
_NOT_A_LIST: Final = "set-cookie"
# Statuses that HTTP allows instead of a declared 200, for conditional and range requests (RFC 9110 sections 13, 14).
_OF_HTTP: Final = (206, 304)
_PARTIAL: Final = 206
# Said in X-Mock-Reason of an error that the contract does not declare.
OF_THE_MOCK: Final = "The contract does not declare this error; it is the mock's own."


def is_of_http(operation: Operation, status: int) -> bool:
    """Whether an undeclared status replaces the 200 of the operation, as HTTP allows."""
    return status in _OF_HTTP and str(status) not in operation.responses and operation.response_for(200) is not None


def is_of_a_mock(response: Response) -> bool:
    """Whether a mock of the contract says that an error is its own, because the contract declares none for the
    request: it says nothing about the contract."""
    return response.status >= 400 and OF_THE_MOCK in (response.header("x-mock-reason") or "")


class ResponseReader:
    """Validates responses with one Response Object."""

    def __init__(self, declared: DeclaredResponse) -> None:
        self._pointer = declared.pointer
        self._contents = ContentReaders(declared.contents, Direction.RESPONSE)
        self._headers = [(header, HeaderReader(header)) for header in declared.headers]

    def reads_body(self, response: Response) -> bool:
        """Whether the body is needed to judge a response with this status and these headers."""
        if response.status == _PARTIAL or not has_content(response.status):
            return False
        if not self._contents:
            # Any body is a violation.
            return True
        content_type = response.header("content-type")
        media_type = None if content_type is None else parse_media_type(content_type)
        reader = None if media_type is None else self._contents.find(media_type)
        return reader is not None and media_type is not None and reader.reads(media_type)

    def unread_body(self, response: Response) -> str:
        """Why the body of a response with this status and these headers is not judged; "" if it is, or if there is
        none."""
        if not has_content(response.status) or self.reads_body(response):
            return ""
        if response.status == _PARTIAL:
            return "the answer is partial"
        media_type = parse_media_type(response.header("content-type") or "")
        # Without a declaration of the media type, there is a violation.
        return f"the media type {media_type.name} is not read" if self._contents.find(media_type) else ""

    def header_violations(self, method: str, response: Response) -> Iterator[Violation]:
        """The violations of the headers. An answer to HEAD can omit headers that are only known with the content (RFC
        9110 section 9.3.2)."""
        for header, reader in self._headers:
            values = values_of(response.headers, header.name)
            if not values and header.required and method != "HEAD":
                reason = f"the header {header.name} is missing"
                yield Violation("header-missing", header.pointer, reason, header.name)
            if values and header.name.lower() != _NOT_A_LIST:
                values = [", ".join(values)]
            for value in values:
                yield from reader.violations(value)

    def content_violations(self, method: str, response: Response, *, with_body: bool) -> Iterator[Violation]:
        """The violations of the media type and, if `with_body`, of the body."""
        if method == "HEAD" or not has_content(response.status):
            return
        pointer = self._pointer + "/content"
        if not self._contents:
            if response.body and with_body:
                reason = "the answer has a body, though the contract declares no content"
                # A document may describe the content in words alone.
                yield Violation("body-unexpected", self._pointer, reason, is_probable=True)
            return
        if (text := response.header("content-type")) is None:
            what = "is empty" if with_body and not response.body else "has no Content-Type"
            reason = f"the answer {what}, though the contract declares {self._contents.names}"
            yield Violation("media-type-missing", pointer, reason)
            return
        media_type = parse_media_type(text)
        reader = self._contents.find(media_type)
        if reader is None:
            reason = f"the media type {media_type.name} is not declared, only {self._contents.names}"
            yield Violation("media-type-undeclared", pointer, reason)
        elif with_body and response.status != _PARTIAL:
            yield from reader.read(media_type, response.body)[1]


def as_strict(violations: Iterable[Violation]) -> Iterator[Violation]:
    """Violations by a body of the contract with the overlay, with the rule `body-strict`."""
    return (replace(violation, rule="body-strict") for violation in violations)
