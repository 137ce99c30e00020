"""Requests, answers and endpoints, independent of the transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from openapi.engine.errors import BodyTooLarge
from openapi.engine.observation import RequestRecord

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

# The return value of a handler, as in Connexion: a body, (body, status) or (body, status, headers).
Result: TypeAlias = Any
Handler: TypeAlias = Callable[..., Awaitable[Result]]

# The values of all Authorization headers of a request -> the authenticated caller. It raises errors that `ErrorTable`
# maps to answers.
Authenticator: TypeAlias = Callable[[Sequence[bytes]], Awaitable[object]]

# Browsers must use the media type of the answer (Fetch standard, "X-Content-Type-Options header").
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_NO_VALUES: Final[Mapping[str, str]] = {}


class ErrorResponse(Protocol):
    """The answer for an error. An `expected` error is logged in one line, any other with a traceback."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def code(self) -> str:
        """The stable name of the error, for logs and metrics."""

    @property
    def body(self) -> object:
        """The body, which is sent as JSON."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of this error, in addition to those of every answer."""

    @property
    def expected(self) -> bool:
        """Whether the error can occur in a program without bugs."""


ErrorTable: TypeAlias = Callable[[Exception], ErrorResponse]


class Answer(NamedTuple):
    """A complete response; `headers` does not include those that `sent_headers` adds."""

    status: int
    headers: Headers
    body: bytes

    def sent_headers(self, request_id: str) -> list[tuple[bytes, bytes]]:
        """The headers to send, also in answer to HEAD: those of the answer, X-Content-Type-Options, X-Request-ID, and
        Content-Length, which a 204 does not have (RFC 9110 section 8.6)."""
        headers = [_NO_SNIFFING, (b"x-request-id", request_id.encode()), *self.headers]
        if self.status != 204:
            headers.append((b"content-length", b"%d" % len(self.body)))
        return headers


class Incoming:
    """A request.

    `raw_path` (below the mount point of the application) and `query` are undecoded; `headers` are as received, with
    names in lower case. `path_values` are the decoded values of the path template, set by the router. Observers get the
    `record` of the request. `chunks` starts receiving the body, and raises ClientLeft if the client closes the
    connection.
    """

    __slots__ = ("chunks", "headers", "method", "path_values", "query", "raw_path", "record")

    def __init__(
        self,
        method: str,
        raw_path: bytes,
        query: bytes,
        headers: Sequence[tuple[bytes, bytes]],
        record: RequestRecord,
        chunks: Callable[[], AsyncIterator[bytes]],
    ) -> None:
        self.method = method
        self.raw_path = raw_path
        self.query = query
        self.headers = headers
        self.record = record
        self.chunks = chunks
        self.path_values = _NO_VALUES

    async def read(self, limit: int) -> bytes:
        """The whole body. Raises BodyTooLarge if it has more than `limit` bytes, ClientLeft if the client leaves before
        its end."""
        content = bytearray()
        async for chunk in self.chunks():
            content += chunk
            if len(content) > limit:
                raise BodyTooLarge
        return bytes(content)


class Endpoint(Protocol):
    """Serves a method and path."""

    @property
    def name(self) -> str:
        """Its name in logs and metrics: an operationId, or the path of an endpoint of the server."""

    @property
    def headers(self) -> Headers:
        """Headers of every answer of this endpoint, errors included."""

    async def __call__(self, incoming: Incoming) -> Answer:
        """The answer to one request; the `ErrorTable` gives the answers for the errors that it raises."""
