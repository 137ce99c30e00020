"""Problem details for errors that have no other form (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import orjson

PROBLEM_JSON: Final = "application/problem+json"


def problem(status: int, detail: str, code: str) -> bytes:
    """The problem details of an error, with the extension member `code` (RFC 9457 sections 3.1 and 3.2)."""
    members = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail, "code": code}
    return orjson.dumps(members)


def title_of(status: int) -> str:
    """The phrase of a status (RFC 9110 section 15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
