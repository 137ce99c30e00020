"""Texts of Schemathesis, for the reports."""

from __future__ import annotations


def line(text: object) -> str:
    """`text` on one line, cut to 300 characters."""
    return " ".join(str(text).split())[:300]
