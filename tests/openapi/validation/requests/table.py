"""The table of requests, and the contract that declares their operations."""

from __future__ import annotations

from typing import Any, Final

from tests.openapi.validation.requests.body_rows import BODY_GROUPS
from tests.openapi.validation.requests.form_rows import FORM_GROUPS
from tests.openapi.validation.requests.header_rows import HEADER_GROUPS
from tests.openapi.validation.requests.path_rows import PATH_GROUPS
from tests.openapi.validation.requests.query_rows import QUERY_GROUPS
from tests.openapi.validation.requests.value_rows import VALUE_GROUPS

# Each group has its own path.
_GROUPS: Final = {
    f"/operation{number}": group
    for number, group in enumerate(
        (*PATH_GROUPS, *QUERY_GROUPS, *VALUE_GROUPS, *HEADER_GROUPS, *BODY_GROUPS, *FORM_GROUPS)
    )
}
ROWS: Final = [row for start, group in _GROUPS.items() for row in group.requests(start)]
DOCUMENT: Final[dict[str, Any]] = {
    "openapi": "3.0.3",
    "info": {"title": "Requests", "version": "1"},
    "paths": dict(group.document(start) for start, group in _GROUPS.items()),
    "components": {"schemas": {"Count": {"type": "integer", "minimum": 1}}},
}
