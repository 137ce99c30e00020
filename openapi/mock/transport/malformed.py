"""The answers to requests that cannot be parsed."""

from __future__ import annotations

from typing import Final, NamedTuple

from openapi.http.problems import title_of
from openapi.mock.answers.decision import undeclared_body
from openapi.mock.answers.refusals import MockFailure
from openapi.mock.settings import Envelope

# The beginnings of other protocols: a ClientHello (RFC 8446 section 5.1), the preface of HTTP/2 (RFC 9113 section 3.4).
# The preface may arrive in parts; then the error of the parser mentions it.
_TLS: Final = b"\x16\x03"
_HTTP2: Final = b"PRI * HTTP/2"
_HTTP2_ERROR: Final = "PRI/Upgrade"


class Unreadable(NamedTuple):
    """The answer to a request that cannot be read; it ends the connection (RFC 9112 section 9.6)."""

    status: int
    code: str
    sentence: str

    def answer(self, envelope: Envelope | None) -> bytes:
        """The bytes of the answer, in the form of `envelope`; without one, a problem of RFC 9457."""
        content_type, body = undeclared_body(MockFailure(self.status, self.code, self.sentence), envelope)
        return (
            b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n"
            b"access-control-allow-origin: *\r\nx-mock-reason: %s\r\n\r\n%s"
        ) % (
            self.status,
            title_of(self.status).encode(),
            content_type.encode(),
            len(body),
            self.sentence.encode("ascii", "replace"),
            body,
        )


def malformed(error: Exception, data: bytes, *, in_body: bool) -> Unreadable:
    """The answer to `data` that the parser rejects with `error`."""
    if not in_body and data.startswith(_TLS):
        return Unreadable(
            400, "HTTP_MALFORMED", "This is TLS, and the mock speaks plain HTTP: write http://, not https://."
        )
    if data.startswith(_HTTP2) or _HTTP2_ERROR in str(error):
        sentence = "This is HTTP/2, and the mock speaks HTTP/1.1: set the client to HTTP/1.1, as in curl --http1.1."
        return Unreadable(400, "HTTP_MALFORMED", sentence)
    what = "The body of the request is malformed" if in_body else "This is not an HTTP request"
    return Unreadable(400, "HTTP_MALFORMED", f"{what}: {_reason(error)}.")


def _reason(error: Exception) -> str:
    # For an error of a callback, the parser reports only its class.
    inner = error.__context__
    if isinstance(inner, UnicodeError):
        return "its target has bytes that are not ASCII"
    if inner is not None:
        return "its target is malformed"
    text = str(error).strip().rstrip(".") or "It is malformed"
    if text.startswith("Invalid char in url"):
        return "its target has a character that must be percent-encoded"
    # Names of headers keep their case.
    return text if "-" in text.partition(" ")[0] else text[0].lower() + text[1:]
