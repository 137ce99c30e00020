"""The framing and the grammar of HTTP/1.1 messages (RFC 9112)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Site, raw, says
from tests.openapi.check.table.statuses import GOOD, ONE

BODY: Final = b'{"a": 1}'
HEAD: Final = "HTTP/1.1 200 OK\nContent-Type: application/json"


def framed(name: str, answer: bytes, *finds: str, also: tuple[str, ...] = ()) -> Row:
    """An operation whose GET and HEAD are answered with these bytes; HEAD without what follows the empty line."""

    def answered(request: Request) -> Answer:
        head, _, _ = answer.partition(b"\r\n\r\n")
        return head + b"\r\n\r\n" if request.method == "HEAD" else answer

    return Row(f"framing: {name}", ONE, Site({"GET /x": answered}), finds, also=also)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Content in chunks (RFC 9112 section 7.1)."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


CHUNKED: Final = HEAD + "\nTransfer-Encoding: chunked"

ROWS: Final = (
    framed("chunks", raw(CHUNKED, chunked(b'{"a"', b": 1}"))),
    framed("chunks with trailers", raw(CHUNKED + "\nTrailer: X-Sum", chunked(BODY, end=b"0\r\nX-Sum: 8\r\n\r\n"))),
    framed("chunk extensions", raw(CHUNKED, b"8;name=value\r\n" + BODY + b"\r\n0\r\n\r\n")),
    framed("content that ends with the connection", raw(HEAD, BODY)),
    framed("HTTP/1.0", raw("HTTP/1.0 200 OK\nContent-Type: application/json\nContent-Length: 8", BODY)),
    framed("an empty reason phrase", raw("HTTP/1.1 200 \nContent-Type: application/json\nContent-Length: 8", BODY)),
    framed("a header of eight kilobytes", raw(f"{HEAD}\nContent-Length: 8\nX-Long: {'x' * 8000}", BODY)),
    framed("white space around the values of headers", raw(f"{HEAD}\nContent-Length:   8  \nX-A:\tb", BODY)),
    framed("a header without a value", raw(f"{HEAD}\nContent-Length: 8\nX-Empty:", BODY)),
    framed("a Content-Length that is too small", raw(f"{HEAD}\nContent-Length: 7", BODY), "content-length"),
    framed("a Content-Length that is too large", raw(f"{HEAD}\nContent-Length: 9", BODY), "content-length"),
    framed(
        "two different values of Content-Length",
        raw(f"{HEAD}\nContent-Length: 8\nContent-Length: 9", BODY),
        "http-malformed|content-length",
    ),
    framed("a negative Content-Length", raw(f"{HEAD}\nContent-Length: -8", BODY), "http-malformed|content-length"),
    # A sender MUST NOT send both (RFC 9112 section 6.2).
    framed(
        "Content-Length beside Transfer-Encoding",
        raw(f"{CHUNKED}\nContent-Length: 8", chunked(BODY)),
        "http-malformed|content-length",
    ),
    framed("the size of a chunk is no number", raw(CHUNKED, b"eight\r\n" + BODY + b"\r\n0\r\n\r\n"), "http-malformed"),
    framed(
        "the last chunk is missing", raw(CHUNKED, chunked(BODY, end=b"")), "content-length|http-malformed|no-answer"
    ),
    framed("bytes after the last chunk", raw(CHUNKED, chunked(BODY) + b"more"), "content-length|http-malformed"),
    framed("a space before the colon", raw(f"{HEAD}\nContent-Length : 8", BODY), "http-malformed"),
    framed("a space in the name of a header", raw(f"{HEAD}\nContent-Length: 8\nX Y: 1", BODY), "http-malformed"),
    # A server MUST NOT generate it (RFC 9112 section 5.2).
    framed("a folded header", raw(f"{HEAD}\nContent-Length: 8\nX-Long: a\n b", BODY), "http-malformed"),
    framed("a NUL in a header", raw(f"{HEAD}\nContent-Length: 8\nX-A: a\0b", BODY), "http-malformed"),
    framed("a status that is no number", raw("HTTP/1.1 OK\nContent-Length: 8", BODY), "http-malformed"),
    framed("a status of two digits", raw("HTTP/1.1 20 OK\nContent-Length: 8", BODY), "http-malformed"),
    framed("no status line", BODY + b"\r\n\r\n", "http-malformed"),
    framed("nothing", b"", "no-answer"),
    framed("half a head", b"HTTP/1.1 200 OK\r\nContent-Ty", "no-answer|http-malformed"),
    Row(
        "framing: content after HEAD",
        ONE,
        Site({"GET /x": raw(f"{HEAD}\nContent-Length: 8", BODY)}),
        finds=("head-body",),
    ),
    Row(
        "framing: one of two operations closes the connection",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Site({"GET /x": GOOD, "GET /y": b""}),
        finds=("no-answer",),
    ),
    Row(
        "framing: one of two operations breaks its schema while the other is right",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Site({"GET /x": says({"a": "one"}), "GET /y": GOOD}),
        finds=("body-schema",),
    ),
)
