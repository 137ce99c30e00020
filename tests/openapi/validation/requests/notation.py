"""The notation of the table of requests: a group has the requests of one operation, each with its verdict.

A verdict is `OK`, or the rule that the request breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from openapi.http.messages import Fields, Request

OK: Final = "accepted"
MISSING: Final = "parameter-missing"
WRONG: Final = "parameter-schema"
NO_BODY: Final = "request-body-missing"
MALFORMED: Final = "request-body-malformed"
BAD_BODY: Final = "request-body-schema"
UNDECLARED: Final = "request-media-type-undeclared"

URLENCODED: Final = "application/x-www-form-urlencoded"
BOUNDARY: Final = "frontier"
MULTIPART: Final = f"multipart/form-data; boundary={BOUNDARY}"

# A description of the request; the text that is sent; the verdict.
Written: TypeAlias = tuple[str, str, str]
# As `Written`, for a header or the cookies, which can have several lines.
WrittenLines: TypeAlias = tuple[str, Sequence[str], str]
# As `Written`, with the Content-Type or None before the body.
WrittenBody: TypeAlias = tuple[str, str | None, bytes, str]


@dataclass(frozen=True)
class Row:
    """One request; its target is relative to the path of its group."""

    name: str
    request: Request
    verdict: str


@dataclass(frozen=True)
class Group:
    """Requests for one operation: `item` is its Path Item Object, `tail` the end of its path."""

    item: Mapping[str, Any]
    rows: Sequence[Row]
    tail: str = ""

    def document(self, start: str) -> tuple[str, Mapping[str, Any]]:
        """The path and the Path Item Object; the operationId is the start of the path."""
        method, operation = next((key, self.item[key]) for key in ("get", "post") if key in self.item)
        responses = {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}}
        responses |= {status: {"description": "refused"} for status in ("400", "415")}
        named = {**operation, "operationId": start.strip("/"), "responses": responses}
        return start + self.tail, {**self.item, method: named}

    def requests(self, start: str) -> Iterator[Row]:
        """The rows with complete targets."""
        for row in self.rows:
            sent = row.request
            yield Row(row.name, Request(sent.method, start + sent.target, sent.headers, sent.body), row.verdict)


def path(name: str, definition: str, *rows: Written, tail: str = "/{p}") -> Group:
    """A group for the path parameter `p`; `definition` completes its Parameter Object. A row has the path after the
    start of the group."""
    item = {"get": {"parameters": [_parameter("path", "p", f"required: true, {definition}")]}}
    return Group(item, [_row(name, row, f"/{row[1]}") for row in rows], tail)


def query(name: str, definition: str, *rows: Written, parameter: str = "p") -> Group:
    """A group for a query parameter; a row has the query."""
    item = {"get": {"parameters": [_parameter("query", parameter, definition)]}}
    return Group(item, [_row(name, row, f"?{row[1]}") for row in rows])


def header(name: str, definition: str, *rows: WrittenLines, parameter: str = "X-P") -> Group:
    """A group for a header parameter; a row has the lines of the header."""
    item = {"get": {"parameters": [_parameter("header", parameter, definition)]}}
    return Group(item, [_row(name, row, headers=_lines(parameter, row[1])) for row in rows])


def cookie(name: str, definition: str, *rows: WrittenLines) -> Group:
    """A group for the cookie parameter `p`; a row has the lines of the Cookie headers."""
    item = {"get": {"parameters": [_parameter("cookie", "p", definition)]}}
    return Group(item, [_row(name, row, headers=_lines("cookie", row[1])) for row in rows])


def body(name: str, content: str, *rows: WrittenBody, required: bool = True) -> Group:
    """A group for a request body; `content` maps media types to Media Type Objects, in YAML."""
    item = {"post": {"requestBody": {"required": required, "content": yaml.safe_load(content)}}}
    return Group(item, [_body_row(name, row) for row in rows])


def form(name: str, media_type_object: str, *rows: tuple[str, str, str]) -> Group:
    """A group for a required form body; a row has the urlencoded form."""
    bodies = [(what, URLENCODED, sent.encode(), verdict) for what, sent, verdict in rows]
    return body(name, f"{URLENCODED}: {{{media_type_object}}}", *bodies)


def multipart(name: str, media_type_object: str, *rows: tuple[str, Sequence[bytes], str]) -> Group:
    """A group for a required multipart body; a row has the parts."""
    bodies = [(what, MULTIPART, joined(*parts), verdict) for what, parts, verdict in rows]
    return body(name, f"multipart/form-data: {{{media_type_object}}}", *bodies)


def operation(item: str, *rows: Row, tail: str = "") -> Group:
    """A group for a Path Item Object in YAML, with complete requests."""
    return Group(yaml.safe_load(item), rows, tail)


def part(name: str, content: str | bytes, media_type: str = "", filename: str = "") -> bytes:
    """One part of a multipart body (RFC 7578 section 4)."""
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    lines = [f"Content-Disposition: {disposition}", *([f"Content-Type: {media_type}"] if media_type else [])]
    content = content.encode() if isinstance(content, str) else content
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def file(name: str, content: bytes = b"\x89PNG\xff") -> bytes:
    """A part that is a file."""
    return part(name, content, "image/png", "one.png")


def joined(*parts: bytes) -> bytes:
    """The multipart body of these parts (RFC 2046 section 5.1.1)."""
    delimiter = f"--{BOUNDARY}".encode()
    return b"".join(delimiter + b"\r\n" + content + b"\r\n" for content in parts) + delimiter + b"--\r\n"


def row_of(name: str, verdict: str, request: Request) -> Row:
    """A row whose name includes the verdict."""
    return Row(f"{name}, {OK if verdict == OK else f'refused by {verdict}'}", request, verdict)


def _row(name: str, row: tuple[str, Any, str], target: str = "", headers: Fields = ()) -> Row:
    return row_of(f"{name}: {row[0]}", row[2], Request("GET", target, headers))


def _body_row(name: str, row: WrittenBody) -> Row:
    what, content_type, content, verdict = row
    headers = () if content_type is None else (("content-type", content_type),)
    return row_of(f"{name}: {what}", verdict, Request("POST", "", headers, content))


def _lines(name: str, lines: Sequence[str]) -> Fields:
    return tuple((name.lower(), line) for line in lines)


def _parameter(place: str, name: str, definition: str) -> dict[str, Any]:
    return {"in": place, "name": name, **yaml.safe_load(f"{{{definition}}}")}
