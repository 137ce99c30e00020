"""How a mock answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openapi.mock.answers.authentication import Auth

# Bytes of a body that are read.
MAX_BODY: Final = 10 * 1024 * 1024


@dataclass(frozen=True)
class MockSettings:
    """`auth` is how credentials are checked, `seed` what generated data depends on; with `dynamic`, data is generated
    anew for each request in place of examples."""

    auth: Auth = "presence"
    seed: int = 0
    dynamic: bool = False
