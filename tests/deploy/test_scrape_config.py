"""The Prometheus configuration in deploy/README.md scrapes the address at which the server serves metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from scripts.cli.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
TEXT = (DEPLOY / "README.md").read_text()


def jobs() -> list[dict[str, Any]]:
    """The scrape job in the one YAML block of the page."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    configured: list[dict[str, Any]] = yaml.safe_load(block)["scrape_configs"]
    return configured


def test_the_target_is_where_the_server_serves_metrics() -> None:
    host: str = Settings.model_fields["metrics_host"].default
    ports = set(re.findall(r"TETHER_RELAY_METRICS_PORT=(\d+)", TEXT))
    targets = [target for job in jobs() for static in job["static_configs"] for target in static["targets"]]

    assert targets == [f"{host}:{port}" for port in ports]


def test_the_path_is_that_of_prometheus() -> None:
    """/metrics over plain HTTP, the defaults of Prometheus."""
    assert [job.keys() & {"metrics_path", "scheme"} for job in jobs()] == [set()]


def test_the_image_names_the_same_port() -> None:
    exposed = re.findall(r"^EXPOSE (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)

    assert [set(ports.split()[1:]) for ports in exposed] == [set(re.findall(r"TETHER_RELAY_METRICS_PORT=(\d+)", TEXT))]
