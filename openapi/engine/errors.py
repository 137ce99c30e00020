"""What can go wrong between a request, its operation and the program.

BindingError           operations and handlers do not fit together
ClientLeft             the client has closed the connection
HTTPException          of Starlette: an error that HTTP has a status for
    BodyTooLarge       413
    ResponseInvalid    500: a handler's result breaks the contract
"""

from __future__ import annotations

from starlette.exceptions import HTTPException


class BindingError(Exception):
    """Operations that have no handler, several, or one that cannot be called; every problem in one text."""

    def __init__(self, problems: list[str]) -> None:
        text = problems[0] if len(problems) == 1 else "\n  ".join([f"{len(problems)} problems", *problems])
        super().__init__(text)
        self.problems = tuple(problems)


class ClientLeft(Exception):
    """The client has closed the connection, so that no answer can be sent."""


class BodyTooLarge(HTTPException):
    """A body with more bytes than are read (RFC 9110 section 15.5.14)."""

    def __init__(self) -> None:
        super().__init__(413)


class ResponseInvalid(HTTPException):
    """A handler's result that breaks the contract. The detail says how and is for the log alone."""

    def __init__(self, detail: str) -> None:
        super().__init__(500, detail)
