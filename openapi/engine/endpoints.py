"""The shapes that the parts of the server hand to one another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from starlette.types import Receive, Scope

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

# What a handler returns, as Connexion has it: a body, (body, status) or (body, status, headers).
Result: TypeAlias = Any
Handler: TypeAlias = Callable[..., Awaitable[Result]]

# The values of every Authorization header of a request -> whoever calls. It raises what `ErrorTable` knows.
Authenticator: TypeAlias = Callable[[Sequence[bytes]], Awaitable[object]]


class Failure(Protocol):
    """How an error is answered. `expected` errors are told to the log in a line, others are bugs with a traceback."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def code(self) -> str:
        """The stable name of the error, for logs and figures."""

    @property
    def body(self) -> object:
        """What is sent as JSON."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of this error, beside those of every answer."""

    @property
    def expected(self) -> bool:
        """Whether the error can happen to a program without bugs."""


ErrorTable: TypeAlias = Callable[[Exception], Failure]


class Answer(NamedTuple):
    """A whole response; `headers` without Content-Length, which follows from `body`."""

    status: int
    headers: Headers
    body: bytes


class Endpoint(Protocol):
    """What stands at a method and path."""

    @property
    def name(self) -> str:
        """What logs and figures call it: an operationId, or a path of the server's own."""

    @property
    def headers(self) -> Headers:
        """Headers of every answer of this endpoint, errors included."""

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """The answer to one request; what it raises goes through the `ErrorTable`."""
