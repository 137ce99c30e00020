"""Requests, answers and endpoints, whatever transports them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from openapi.engine.errors import BodyTooLarge
from openapi.engine.observation import RequestRecord

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

# What a handler returns, as Connexion has it: a body, (body, status) or (body, status, headers).
Result: TypeAlias = Any
Handler: TypeAlias = Callable[..., Awaitable[Result]]

# The values of every Authorization header of a request -> the authenticated caller. It raises what `ErrorTable` knows.
Authenticator: TypeAlias = Callable[[Sequence[bytes]], Awaitable[object]]

# Browsers must take the media type as it is sent (Fetch standard, "X-Content-Type-Options header").
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_NO_VALUES: Final[Mapping[str, str]] = {}


class ErrorResponse(Protocol):
    """How an error is answered. The log has one line for an `expected` error, a traceback for any other."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def code(self) -> str:
        """The stable name of the error, for logs and metrics."""

    @property
    def body(self) -> object:
        """What is sent as JSON."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of this error, beside those of every answer."""

    @property
    def expected(self) -> bool:
        """Whether the error can happen to a program without bugs."""


ErrorTable: TypeAlias = Callable[[Exception], ErrorResponse]


class Answer(NamedTuple):
    """A whole response; `headers` without those that `sent_headers` adds."""

    status: int
    headers: Headers
    body: bytes

    def sent_headers(self, request_id: str) -> list[tuple[bytes, bytes]]:
        """The headers to send with it, in an answer to HEAD too: its own, X-Request-ID, and Content-Length, which a
        204 does not have (RFC 9110 section 8.6)."""
        headers = [_NO_SNIFFING, (b"x-request-id", request_id.encode()), *self.headers]
        if self.status != 204:
            headers.append((b"content-length", b"%d" % len(self.body)))
        return headers


class Incoming:
    """A request.

    `raw_path` (below the place where the application is mounted) and `query` are undecoded; `headers` are as they came,
    their names in lower case. `path_values` are the decoded values of the path template, once there is a route.
    `record` is what observers are told of the request. `chunks` begins to receive the body, which ends with ClientLeft
    when the client closes the connection.
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
        """The whole body; BodyTooLarge when it has more than `limit` bytes, ClientLeft when it does not arrive."""
        content = bytearray()
        async for chunk in self.chunks():
            content += chunk
            if len(content) > limit:
                raise BodyTooLarge
        return bytes(content)


class Endpoint(Protocol):
    """What serves a method and path."""

    @property
    def name(self) -> str:
        """Its name in logs and metrics: an operationId, or a path of the server's own."""

    @property
    def headers(self) -> Headers:
        """Headers of every answer of this endpoint, errors included."""

    async def __call__(self, incoming: Incoming) -> Answer:
        """The answer to one request; what it raises goes through the `ErrorTable`."""
