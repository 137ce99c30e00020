"""The contract's envelope of an error, apart from the table: the mock needs it without what the handlers need."""

from __future__ import annotations


def envelope(status: int, code: str, message: str) -> dict[str, object]:
    """``{"success": false, "error": "<sentence>", "code": "<STABLE_CODE>"}``, the same for every `status`."""
    return {"success": False, "error": message, "code": code}
