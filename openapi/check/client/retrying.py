"""The wait that a server asks for with 429 or 503 and Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from openapi.http.messages import Response, values_of

# Seconds that one answer may ask for: a longer wait is a server that does not want this check now.
_LONGEST: Final = 60.0


def retry_after(response: Response, now: datetime | None = None) -> float | None:
    """The seconds after which a request may be repeated: those of Retry-After, a number or a date (RFC 9110 section
    10.2.3; RFC 6585 section 4). None for another status, without that header, and for more than a minute."""
    if response.status not in (429, 503):
        return None
    values = values_of(response.headers, "retry-after")
    if len(values) != 1:
        return None
    seconds = _seconds(values[0].strip(), now or datetime.now(UTC))
    return None if seconds is None or seconds > _LONGEST else max(0.0, seconds)


def _seconds(value: str, now: datetime) -> float | None:
    if value.isdecimal() and value.isascii() and len(value) < 10:
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
