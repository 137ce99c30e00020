"""The memory of an import depends on the largest element, not on the file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

IMPORT = """
import sys, store
with store.SQLiteAdministration(sys.argv[1]) as administration, open(sys.argv[2], "rb") as file:
    print(administration.import_organizations(file).users)
# On Linux a child inherits the peak of ru_maxrss from its parent; VmHWM is the peak of this program alone.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.long
def test_importing_a_million_users_needs_less_than_240_mib(tmp_path: Path, pytestconfig: pytest.Config) -> None:
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
    command = [sys.executable, "-c", IMPORT, str(tmp_path / "store.db"), str(file)]
    # Measuring coverage would need memory too.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS_")}
    output = subprocess.run(command, cwd=pytestconfig.rootpath, env=env, capture_output=True, text=True, check=True)
    imported, mebibytes = map(int, output.stdout.split())

    assert imported == 1_000_000
    assert mebibytes < 240
