"""The errors of the engine.

BindingError           handlers do not match their operations
ClientLeft             the client has closed the connection
HTTPException          of Starlette: an error with an HTTP status
    BodyTooLarge       413
    ResponseInvalid    500: a handler's result breaks the contract
"""

from __future__ import annotations

from starlette.exceptions import HTTPException


class BindingError(Exception):
    """Operations with no handler, several handlers, or one that cannot be called; the text lists all problems."""

    def __init__(self, problems: list[str]) -> None:
        text = problems[0] if len(problems) == 1 else "\n  ".join([f"{len(problems)} problems", *problems])
        super().__init__(text)
        self.problems = tuple(problems)


class ClientLeft(Exception):
    """The client has closed the connection, so that no answer can be sent."""


class BodyTooLarge(HTTPException):
    """A body with more bytes than the limit (RFC 9110 section 15.5.14)."""

    def __init__(self) -> None:
        super().__init__(413)


class ResponseInvalid(HTTPException):
    """A handler's result that breaks the contract. The detail has the violations, and is only for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(500, detail)
