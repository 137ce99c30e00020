"""All rows of the table."""

from __future__ import annotations

from typing import Final

from tests.openapi.check.table import (
    addresses,
    auth,
    bodies,
    codings,
    combined,
    discriminators,
    documents,
    formats,
    frameworks,
    framing,
    headers,
    hidden,
    interim,
    media_types,
    methods,
    operations,
    parameters,
    provoked,
    rates,
    redirects,
    refusals,
    requests,
    statuses,
    streams,
    templates,
    validated,
    writes,
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
    auth,
    combined,
    hidden,
    refusals,
    addresses,
    rates,
    documents,
    operations,
    parameters,
    provoked,
    requests,
    writes,
    validated,
    frameworks,
    streams,
)
ROWS: Final[tuple[Row, ...]] = tuple(row for theme in THEMES for row in theme.ROWS)
