"""The settings of a mock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from openapi.mock.answers.authentication import Auth

# What becomes of a declared example that breaks its schema: see `MockSettings`.
Leniency: TypeAlias = Literal["strict", "lenient", "always"]
# Status, code and sentence -> the JSON body of an error.
Envelope: TypeAlias = Callable[[int, str, str], object]

# The most bytes of a body.
MAX_BODY: Final = 10 * 1024 * 1024


@dataclass(frozen=True)
class MockSettings:
    """`auth` is how the mock checks credentials, `seed` determines generated data; with `dynamic`, the mock generates
    new data for each request instead of sending examples.

    `examples` says which declared examples are sent: ``strict``, those that satisfy their schemas; ``lenient``, also
    those that break them by a format or an overlap alone, and the fitting values of the others; ``always``, all.
    `envelope` is the form of errors that no contract declares; without it they are problems of RFC 9457.
    """

    auth: Auth = "presence"
    seed: int = 0
    dynamic: bool = False
    examples: Leniency = "lenient"
    envelope: Envelope | None = None
