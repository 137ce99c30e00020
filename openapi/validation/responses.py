"""One Response Object, compiled: what a response to it must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.http.media_types import parse_media_type
from openapi.http.messages import Response, values_of
from openapi.schemas import Direction
from openapi.validation.judged_contents import Contents
from openapi.validation.judged_texts import TextSchema
from openapi.validation.violations import Breach

# Section "Response Object": a header of this name is described by the media types and ignored.
_NOT_A_HEADER: Final = "content-type"
# Each line is a value of its own; all others are one list (RFC 9110 section 5.3).
_NOT_A_LIST: Final = "set-cookie"
# Answers without content whatever the contract declares (RFC 9110 sections 15.3.5 and 15.4.5).
_BODILESS: Final = (204, 304)
# What HTTP itself answers to conditional and range requests, for the 200 that is declared (RFC 9110 sections 13, 14).
_OF_HTTP: Final = (206, 304)
_PARTIAL: Final = 206


def declared_status(operation: Operation, status: int) -> str | None:
    """The key of the response that is declared for a status: an exact one before its range, and that before `default`
    (section "Responses Object")."""
    declared = operation.definition["responses"]
    return next((key for key in (str(status), f"{status // 100}XX", "default") if key in declared), None)


def is_of_http(operation: Operation, status: int) -> bool:
    """Whether a status, without being declared by itself, stands for the 200 of the operation."""
    declared = operation.definition["responses"]
    return status in _OF_HTTP and str(status) not in declared and declared_status(operation, 200) is not None


class DeclaredResponse:
    """What an operation declares under the key `status` of its responses."""

    def __init__(self, contract: Contract, operation: Operation, status: str) -> None:
        self._pointer = operation.pointer + pointer_to("responses", status)
        response = contract.resolve(operation.definition["responses"][status])
        pointer = self._pointer + pointer_to("content")
        self._contents = Contents(contract, response.get("content", {}), pointer, Direction.RESPONSE)
        self._headers = [
            _Header(contract, name, contract.resolve(header), self._pointer + pointer_to("headers", name))
            for name, header in response.get("headers", {}).items()
            if name.lower() != _NOT_A_HEADER
        ]

    def reads_body(self, response: Response) -> bool:
        """Whether it takes the body to judge a response with this status and these headers."""
        if response.status in (*_BODILESS, _PARTIAL):
            return False
        # That there is one at all may be wrong.
        return not self._contents or self._reads(response.header("content-type"))

    def header_breaches(self, method: str, response: Response) -> Iterator[Breach]:
        """What is wrong with the headers; HEAD may be answered without those that only content would tell (RFC 9110
        section 9.3.2)."""
        for header in self._headers:
            yield from header.breaches(response, may_be_missing=method == "HEAD")

    def content_breaches(self, method: str, response: Response, *, with_body: bool) -> Iterator[Breach]:
        """What is wrong with the media type and, `with_body`, with the body."""
        if method == "HEAD" or response.status in _BODILESS:
            return
        if not self._contents:
            if response.body and with_body:
                yield Breach("body-unexpected", self._pointer, "no content is declared, and a body came")
            return
        if (text := response.header("content-type")) is None:
            what = "is empty" if with_body and not response.body else "has no Content-Type"
            reason = f"the answer {what}, though the contract declares {self._contents.names}"
            yield Breach("media-type-missing", self._contents.pointer, reason)
            return
        media_type = parse_media_type(text)
        content = self._contents.find(media_type)
        if content is None:
            reason = f"the media type {media_type.name} is not declared, only {self._contents.names}"
            yield Breach("media-type-undeclared", self._contents.pointer, reason)
        elif with_body and response.status != _PARTIAL:
            yield from content.breaches(media_type, response.body)

    def _reads(self, content_type: str | None) -> bool:
        if content_type is None:
            return False
        media_type = parse_media_type(content_type)
        content = self._contents.find(media_type)
        return content is not None and content.reads(media_type)


def as_strict(breaches: Iterator[Breach]) -> Iterator[Breach]:
    """Breaches of the overlay's contract by a body, named so."""
    return (replace(breach, rule="body-strict") for breach in breaches)


class _Header:
    """One Header Object (section "Header Object")."""

    def __init__(self, contract: Contract, name: str, definition: Mapping[str, Any], pointer: str) -> None:
        self._name = name
        self._required = definition.get("required") is True
        self._pointer = pointer
        # One with `content` in place of a `schema` has a form that is not ours to know.
        self._schema = TextSchema(
            contract, definition.get("schema", {}), pointer + pointer_to("schema"), Direction.RESPONSE
        )

    def breaches(self, response: Response, *, may_be_missing: bool) -> Iterator[Breach]:
        values = values_of(response.headers, self._name)
        if not values:
            if self._required and not may_be_missing:
                yield Breach("header-missing", self._pointer, f"the header {self._name} is missing", self._name)
            return
        if self._schema.is_object:
            return
        if self._name.lower() != _NOT_A_LIST:
            values = [", ".join(values)]
        for value in values:
            for violation in self._schema.header_violations(value):
                yield Breach("header-schema", violation.rule, violation.reason, self._name)
