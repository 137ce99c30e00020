"""The report of `scripts/bench --proxy`."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.benchmark.measurement import Measurement
from scripts.benchmark.proxying import DIRECT, Proxied, commands, markdown, write

WAYS = (
    Proxied(DIRECT, [Measurement(9000, 0.10, 0.50), Measurement(10, 9, 9), Measurement(9500, 0.05, 0.30)]),
    Proxied("ours", [Measurement(3000, 0.40, 1.00)]),
)


def test_the_added_latency_is_reported_at_both_percentiles() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown(WAYS, {}).splitlines()[3:]]

    assert rows == [
        [DIRECT, "9,000", "0.10", "0.50", "-", "-"],
        ["ours", "3,000", "0.40", "1.00", "0.30", "0.50"],
    ]


def test_results_are_written_for_people_and_for_programs(tmp_path: Path) -> None:
    table = write(WAYS, {"date": "today"}, tmp_path / "figures.v1")

    assert (tmp_path / "figures.v1.md").read_text() == table + "\n"
    assert json.loads((tmp_path / "figures.v1.json").read_text())["proxies"]["ours"]["p99"] == 1.0


def test_both_modes_are_measured_and_prism_if_it_is_installed() -> None:
    assert [list(commands(1, 2, prism)) for prism in (None, Path("prism"))] == [
        ["tether-relay proxy, report", "tether-relay proxy, enforce"],
        ["tether-relay proxy, report", "tether-relay proxy, enforce", "Prism's proxy"],
    ]
