"""A contract that does not change: the suite's own cases stand on it, so that a new operation changes none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "contracts"

# The published contract with one operation, its page, and what the server promised beyond it.
FROZEN: Final = _FOLDER / "tether.yaml"
FROZEN_PAGE: Final = _FOLDER / "get-calls-providers.md"
FROZEN_STRICT: Final = _FOLDER / "strict.yaml"
