"""The memory of an import depends on the largest element, not on the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.memory import measured

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.long
def test_importing_a_million_users_needs_less_than_240_mib(tmp_path: Path) -> None:
    """Parsing the whole file at once would need more."""
    file = tmp_path / "big.json"
    with file.open("w") as stream:
        for place in range(10_000):
            number = f"+1416{place:07}"
            users = [{"id": f"user_{place}_{user}", "default_numbers": {"sinch": number}} for user in range(100)]
            numbers = [{"e164": number, "provider": "sinch"}]
            element: dict[str, object] = {
                "id": f"org_{place}",
                "name": "N",
                "phone_numbers": numbers,
                "users": users,
            }
            stream.write(("," if place else "[") + json.dumps(element, indent=4))
        stream.write("]")
    imported = measured("data", "import", "--database", str(tmp_path / "store.db"), str(file))

    assert (imported.status, imported.stderr) == (0, "")
    assert "1,000,000 users" in imported.stdout or "1000000" in imported.stdout
    assert imported.peak < 240
