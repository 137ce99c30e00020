"""Tables that tests fill row by row, from any process, and that the test run prints at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from tabulate import tabulate

# The title of a table, the key of a row, and its cells by column name.
Row: TypeAlias = tuple[str, str, dict[str, str]]
Record: TypeAlias = Callable[[str, object], None]

_PROPERTY = "row of a table"


def record_row(record_property: Record, table: str, key: str, **cells: str) -> None:
    """Put cells into the row `key`; other tests may add cells to the same row."""
    record_property(_PROPERTY, [table, key, cells])


def tables_of(reports: Iterable[Any]) -> dict[str, str]:
    """Title -> the table, filled by the tests of these reports."""
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == _PROPERTY:
                title, key, cells = value
                rows.setdefault(title, {}).setdefault(key, {}).update(cells)
    return {
        title: tabulate([{"": key, **cells} for key, cells in sorted(found.items())], headers="keys", tablefmt="simple")
        for title, found in rows.items()
    }
