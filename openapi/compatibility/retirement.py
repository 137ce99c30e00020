"""Decides whether a removal was announced: first deprecated, with a date that has passed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def is_retired(is_deprecated: bool, sunset: Any, today: date) -> bool:
    """Whether what was deprecated may be gone: the date of its `x-sunset` has passed. The date is one of ISO 8601, or
    an HTTP date as in the Sunset header (RFC 8594)."""
    day = _day(sunset)
    return is_deprecated and day is not None and day <= today


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            return datetime.fromisoformat(value).date()
        with suppress(ValueError):
            return parsedate_to_datetime(value).date()
    return None
