"""The settings of a mock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openapi.mock.answers.authentication import Auth

# The most bytes of a body.
MAX_BODY: Final = 10 * 1024 * 1024


@dataclass(frozen=True)
class MockSettings:
    """`auth` is how the mock checks credentials, `seed` determines generated data; with `dynamic`, the mock generates
    new data for each request instead of sending examples."""

    auth: Auth = "presence"
    seed: int = 0
    dynamic: bool = False
