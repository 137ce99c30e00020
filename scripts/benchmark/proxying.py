"""The latency that a proxy adds: tether-relay's in both modes and Prism's, compared with direct access, in one run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from openapi.contract import PUBLISHED
from scripts.benchmark.candidates import ask
from scripts.benchmark.errors import LoadFailed
from scripts.benchmark.load import Load
from scripts.benchmark.measurement import Measurement
from scripts.benchmark.processes import free_port, running
from scripts.benchmark.workload import COMMAND, Workload, clean_environment

_WARM_UP: Final = 1
DIRECT: Final = "direct"


@dataclass(frozen=True)
class Proxied:
    """One way to the server, direct or through a proxy, and its measurements, one per round."""

    title: str
    rounds: Sequence[Measurement]

    @property
    def figures(self) -> dict[str, float]:
        """Medians of the rounds: requests per second, and milliseconds."""
        return {
            "requests_per_second": median(measured.requests_per_second for measured in self.rounds),
            "p50": median(measured.p50 for measured in self.rounds),
            "p99": median(measured.p99 for measured in self.rounds),
        }


def commands(port: int, upstream: int, prism: Path | None) -> dict[str, list[str]]:
    """The commands that start each proxy on `port`, with the server on the port `upstream` as upstream."""
    url = f"http://127.0.0.1:{upstream}"
    ours = [str(COMMAND), "proxy", "--upstream", url, "--port", str(port), "--mode"]
    found = {f"tether-relay proxy, {mode}": [*ours, mode] for mode in ("report", "enforce")}
    if prism is not None:
        found["Prism's proxy"] = [str(prism), "proxy", str(PUBLISHED), url, "--errors", "--port", str(port)]
    return found


def measure_proxies(
    workload: Workload, load: Load, seconds: int, rounds: int, core: int | None, prism: Path | None
) -> list[Proxied]:
    """Measure all ways to one server in turn. The proxies run on the core of the server."""
    environment = clean_environment() | {
        "TETHER_RELAY_DATABASE": str(workload.database),
        "TETHER_RELAY_JWT_SECRET": workload.secret,
    }
    token = workload.tokens[0]
    with ExitStack() as stack:

        def start(title: str, command: Sequence[str], port: int) -> int:
            log = load.folder / f"{title}.log"
            stack.enter_context(running(command, environment, log=log, core=core, ready=partial(_answers, port, token)))
            return port

        upstream = free_port()
        ours = [str(COMMAND), "serve", "--port", str(upstream), "--metrics-port", str(free_port()), "--workers", "1"]
        ports = {DIRECT: start(DIRECT, ours, upstream)}
        for title in commands(0, 0, prism):
            port = free_port()
            ports[title] = start(title, commands(port, upstream, prism)[title], port)
        measured: dict[str, list[Measurement]] = {title: [] for title in ports}
        for number in range(rounds):
            for title, port in ports.items():
                try:
                    if number == 0:
                        load.run(port, _WARM_UP)
                    measured[title].append(load.run(port, seconds))
                except LoadFailed as error:
                    raise LoadFailed(f"{title}: {error}") from None
    return [Proxied(title, taken) for title, taken in measured.items()]


def markdown(ways: Sequence[Proxied], conditions: Mapping[str, str]) -> str:
    """The table, with the latency that each way adds to the first, direct one."""
    direct = ways[0].figures
    lines = [f"- {name}: {said}" for name, said in conditions.items()]
    lines += [
        "",
        "| | requests/s | p50 ms | p99 ms | added p50 | added p99 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for way in ways:
        rate, p50, p99 = way.figures.values()
        added = f"{p50 - direct['p50']:.2f} | {p99 - direct['p99']:.2f}" if way is not ways[0] else "- | -"
        lines.append(f"| {way.title} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {added} |")
    return "\n".join(lines)


def write(ways: Sequence[Proxied], conditions: Mapping[str, str], output: Path) -> str:
    """Write the results to `output` with .md and .json, and return the table."""
    table = markdown(ways, conditions)
    data: dict[str, Any] = {"conditions": dict(conditions), "proxies": {way.title: way.figures for way in ways}}
    output.with_name(f"{output.name}.md").write_text(table + "\n")
    output.with_name(f"{output.name}.json").write_text(json.dumps(data, indent=2) + "\n")
    return table


def _answers(port: int, token: str) -> None:
    if (status := ask(port, token)[0]) != 200:
        raise OSError(f"the answer is {status}")
