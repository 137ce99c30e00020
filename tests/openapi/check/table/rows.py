"""All rows of the table."""

from __future__ import annotations

from typing import Final

from tests.openapi.check.table import (
    bodies,
    codings,
    discriminators,
    formats,
    framing,
    headers,
    interim,
    media_types,
    methods,
    redirects,
    statuses,
    templates,
)
from tests.openapi.check.table.row import Row

THEMES: Final = (
    statuses,
    interim,
    bodies,
    discriminators,
    formats,
    headers,
    media_types,
    framing,
    codings,
    methods,
    templates,
    redirects,
)
ROWS: Final[tuple[Row, ...]] = tuple(row for theme in THEMES for row in theme.ROWS)
