"""Interim answers (1xx), and statuses without content (RFC 9110 sections 8.6, 15.2, 15.3.5 and 15.4.5)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Answering, Reply, Site, raw, says
from tests.openapi.check.table.server import sent as bytes_of
from tests.openapi.check.table.statuses import GOOD, ONE

HINTS: Final = raw("HTTP/1.1 103 Early Hints\nLink: </style.css>; rel=preload")


def after(*interim: bytes) -> Answering:
    """A right server that sends interim answers before each answer."""
    site = Site({"GET /x": GOOD})

    def answer(request: Request) -> Answer:
        return b"".join(interim) + bytes_of(request, site(request))

    return answer


ROWS: Final = (
    Row("interim: 103 before each answer", ONE, after(HINTS)),
    Row("interim: 103 twice before each answer", ONE, after(HINTS, HINTS)),
    Row("interim: 100 without an Expect", ONE, after(raw("HTTP/1.1 100 Continue"))),
    Row("interim: 102 and then 103", ONE, after(raw("HTTP/1.1 102 Processing"), HINTS)),
    Row(
        "interim: 103 before a body that breaks its schema",
        ONE,
        lambda request: HINTS + bytes_of(request, Site({"GET /x": says({"a": "one"})})(request)),
        finds=("body-schema",),
    ),
    Row("interim: 103 and no answer", ONE, lambda request: HINTS, finds=("no-answer",)),
    Row(
        "interim: 101 that no request asked for",
        ONE,
        after(raw("HTTP/1.1 101 Switching Protocols\nUpgrade: other")),
        finds=("http-malformed|no-answer",),
    ),
    Row("no content: 204", "GET /x: {204: ~}", Site({"GET /x": Reply(204)})),
    Row(
        "no content: 204 for which the document declares content",
        "GET /x: {204: {a: string}}",
        Site({"GET /x": Reply(204)}),
    ),
    Row(
        "no content: 204 with Content-Length: 0",
        "GET /x: {204: ~}",
        Site({"GET /x": raw("HTTP/1.1 204 No Content\nContent-Length: 0")}),
        finds=("content-length|http-malformed",),
    ),
    Row(
        "no content: 204 with Content-Length and content",
        "GET /x: {204: ~}",
        Site({"GET /x": raw("HTTP/1.1 204 No Content\nContent-Length: 2", b"{}")}),
        finds=("content-length|http-malformed",),
        also=("head-body",),
    ),
    Row(
        "no content: 204 with content but no Content-Length",
        "GET /x: {204: ~}",
        Site({"GET /x": raw("HTTP/1.1 204 No Content", b"{}")}),
        finds=("content-length|http-malformed",),
        also=("head-body",),
    ),
    Row(
        "no content: 204 with Transfer-Encoding",
        "GET /x: {204: ~}",
        Site({"GET /x": raw("HTTP/1.1 204 No Content\nTransfer-Encoding: chunked", b"0\r\n\r\n")}),
        finds=("content-length|http-malformed",),
        also=("content-length", "http-malformed", "head-body"),
    ),
    Row(
        "no content: DELETE with Content-Length: 0 in its 204",
        f"{ONE}\nDELETE /x: {{204: ~}}",
        Site({"GET /x": GOOD, "DELETE /x": raw("HTTP/1.1 204 No Content\nContent-Length: 0")}),
        finds=("content-length|http-malformed",),
        options={"allow_writes": True},
    ),
    Row(
        "no content: 304 with the length of the content that it leaves out",
        f"{ONE}\nGET /y: {{304: ~}}",
        Site({"GET /x": GOOD, "GET /y": raw('HTTP/1.1 304 Not Modified\nETag: "1"\nContent-Length: 8')}),
    ),
    Row(
        "no content: 304 with content",
        f"{ONE}\nGET /y: {{304: ~}}",
        Site({"GET /x": GOOD, "GET /y": raw("HTTP/1.1 304 Not Modified\nContent-Length: 2", b"{}")}),
        finds=("content-length|http-malformed",),
        also=("head-body",),
    ),
    Row("no content: 200 with Content-Length: 0", "GET /x: {200: ~}", Site({"GET /x": Reply(200)})),
    Row(
        "no content: 200 with a body that the document does not declare",
        "GET /x: {200: ~}",
        Site({"GET /x": GOOD}),
        suspects=("body-unexpected",),
    ),
    Row(
        "no content: 205 with content",
        f"{ONE}\nGET /y: {{205: ~}}",
        Site({"GET /x": GOOD, "GET /y": says({}, 205)}),
        finds=("body-unexpected|content-length|http-malformed",),
        also=("body-unexpected",),
    ),
)
