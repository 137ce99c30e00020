"""The systemd unit: its restrictions, and its settings for the server."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.cli.commands import cli
from scripts.cli.serve.command import STOP_TIMEOUT
from scripts.cli.settings import VARIABLES

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "tether-relay.service"
# The required hardening, directive -> value, checked even without systemd.
HARDENING = {
    "User": {"tether-relay"},
    "StateDirectory": {"tether-relay"},
    "StateDirectoryMode": {"0700"},
    "UMask": {"0077"},
    "ProtectSystem": {"strict"},
    "ProtectHome": {"yes"},
    "PrivateTmp": {"yes"},
    "PrivateDevices": {"yes"},
    "NoNewPrivileges": {"yes"},
    "CapabilityBoundingSet": {""},
    "AmbientCapabilities": {""},
    "MemoryDenyWriteExecute": {"yes"},
    "SystemCallFilter": {"@system-service", "~@privileged @resources"},
    "RestrictAddressFamilies": {"AF_INET AF_INET6"},
    "IPAddressDeny": {"any"},
    "IPAddressAllow": {"localhost"},
}


@pytest.fixture(scope="module")
def service() -> dict[str, list[str]]:
    """The directives of the section [Service], each with all values."""
    lines = UNIT.read_text().partition("[Service]")[2].partition("[Install]")[0].splitlines()
    values: dict[str, list[str]] = {}
    for name, found, value in (line.partition("=") for line in lines if not line.startswith("#")):
        if found:
            values.setdefault(name, []).append(value)
    return values


@pytest.mark.parametrize("name", HARDENING)
def test_the_service_has_each_required_restriction(service: dict[str, list[str]], name: str) -> None:
    assert set(service[name]) == HARDENING[name]


def test_the_exposure_level_is_that_of_the_readme(tool: Callable[[str], str]) -> None:
    claimed = re.search(r"exposure level of ([0-9.]+)", (ROOT / "deploy" / "README.md").read_text())
    assert claimed is not None
    command = [tool("systemd-analyze"), "security", "--offline=true", "--no-pager", str(UNIT)]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert f"Overall exposure level for tether-relay.service: {claimed[1]}" in judged.stdout


def test_systemd_accepts_every_line(tmp_path: Path, tool: Callable[[str], str]) -> None:
    # The program need not be installed where the unit expects it.
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"/opt/tether-relay/bin/[\w-]+", "/bin/true", UNIT.read_text()))
    command = [tool("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert verified.stderr == ""


def test_the_command_exists(service: dict[str, list[str]]) -> None:
    assert service["ExecStart"] == ["/opt/tether-relay/bin/tether-relay serve"]
    assert "serve" in cli.list_commands(cli.make_context("tether-relay", ["--help"], resilient_parsing=True))


def test_the_settings_exist(service: dict[str, list[str]]) -> None:
    names = {setting.partition("=")[0] for setting in service["Environment"]}

    assert names - VARIABLES == set()


def test_the_stop_timeout_of_systemd_is_longer_than_that_of_the_server(
    service: dict[str, list[str]],
) -> None:
    assert (service["KillMode"], service["KillSignal"]) == (["mixed"], ["SIGTERM"])
    assert int(service["TimeoutStopSec"][0]) > STOP_TIMEOUT


def test_the_database_is_in_the_state_directory(service: dict[str, list[str]]) -> None:
    folder = f"/var/lib/{service['StateDirectory'][0]}/"

    assert [setting.startswith(f"TETHER_RELAY_DATABASE={folder}") for setting in service["Environment"]] == [True]
