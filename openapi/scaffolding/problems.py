"""The error of scaffolding."""

from __future__ import annotations


class ScaffoldError(Exception):
    """Source text cannot be made for a contract, or added to the present one; the text says why and how to fix it."""
