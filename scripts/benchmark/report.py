"""From measurements to a verdict, a table and files."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tabulate import tabulate

from scripts.benchmark.candidates import CONNEXION, FASTAPI, OURS
from scripts.benchmark.measurement import Measurement
from scripts.benchmark.scaling import Scaling

# The ratios that the project promises (docs/benchmarks.md).
TIMES_CONNEXION: Final = 4.0
TIMES_FASTAPI: Final = 1.0
TIMES_FIRST_OPERATION: Final = 1.1


@dataclass(frozen=True)
class Result:
    """All rounds of one server; the properties are medians of the rounds, with latencies in milliseconds."""

    name: str
    title: str
    rounds: Sequence[Measurement]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self._median(lambda measurement: measurement.requests_per_second)

    @property
    def p50(self) -> float:
        """The median latency."""
        return self._median(lambda measurement: measurement.p50)

    @property
    def p99(self) -> float:
        """The latency that one request in a hundred exceeds."""
        return self._median(lambda measurement: measurement.p99)

    @property
    def cpu(self) -> float | None:
        """Processor time of a request in microseconds; None if no round has it."""
        known = [measurement.cpu for measurement in self.rounds if measurement.cpu is not None]
        return statistics.median(known) if known else None

    @property
    def spread(self) -> tuple[float, float]:
        """Requests per second of the slowest and of the fastest round."""
        rates = [measurement.requests_per_second for measurement in self.rounds]
        return min(rates), max(rates)

    def ratio_to(self, other: Result) -> float:
        """The rate divided by the rate of `other`."""
        return self.rate / other.rate

    def ratios_to(self, other: Result) -> tuple[float, float]:
        """The lowest and the highest of these ratios in one round."""
        ratios = [
            mine.requests_per_second / theirs.requests_per_second
            for mine, theirs in zip(self.rounds, other.rounds, strict=True)
        ]
        return min(ratios), max(ratios)

    def _median(self, figure: Callable[[Measurement], float]) -> float:
        return statistics.median(map(figure, self.rounds))


@dataclass(frozen=True)
class Bar:
    """A promised ratio, and whether this run met it."""

    promise: str
    found: float
    met: bool

    def __str__(self) -> str:
        return f"{'met' if self.met else 'MISSED'}: {self.promise}; found {self.found:.2f}"


@dataclass(frozen=True)
class Report:
    """One run; `conditions` maps names to the facts about the run that a reader must know."""

    conditions: Mapping[str, str]
    results: Sequence[Result]
    scaling: Sequence[Scaling]

    @property
    def bars(self) -> list[Bar]:
        """All promises that the results of this run can prove."""
        by_name = {result.name: result for result in self.results}
        ours, connexion, fastapi = map(by_name.get, (OURS, CONNEXION, FASTAPI))
        judged = []
        if ours and connexion:
            found = ours.ratio_to(connexion)
            promise = f"at least {TIMES_CONNEXION:.1f} times the requests of stock Connexion"
            judged.append(Bar(promise, found, found >= TIMES_CONNEXION))
        if ours and fastapi:
            found = ours.ratio_to(fastapi)
            judged.append(Bar("more requests than FastAPI", found, found > TIMES_FASTAPI))
        for scaling in self.scaling:
            promise = f"the last operation ({scaling.kind}) costs at most {TIMES_FIRST_OPERATION} times the first"
            judged.append(Bar(promise, scaling.ratio, scaling.ratio <= TIMES_FIRST_OPERATION))
        return judged

    @property
    def markdown(self) -> str:
        """The report for people, also printed to the terminal."""
        parts = ["# Benchmark"]
        if self.results:
            parts.append(_rates(self.results))
        if self.scaling:
            parts.append(_scaling(self.scaling))
        parts.append("\n".join(f"- {bar}" for bar in self.bars) or "- this run cannot judge any promise")
        parts.append("\n".join(f"- {name}: {value}" for name, value in self.conditions.items()))
        return "\n\n".join(parts) + "\n"

    @property
    def data(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "conditions": dict(self.conditions),
            "results": {
                result.name: {
                    "title": result.title,
                    "requests_per_second": result.rate,
                    "p50_ms": result.p50,
                    "p99_ms": result.p99,
                    "cpu_us": result.cpu,
                    "rounds": [asdict(measurement) for measurement in result.rounds],
                }
                for result in self.results
            },
            "scaling": [{**asdict(scaling), "ratio": scaling.ratio} for scaling in self.scaling],
            "bars": [asdict(bar) for bar in self.bars],
        }

    def write(self, output: Path) -> None:
        """Write ``output.md`` and ``output.json``; create their folder if it is missing."""
        output.parent.mkdir(parents=True, exist_ok=True)
        output.with_name(output.name + ".md").write_text(self.markdown)
        output.with_name(output.name + ".json").write_text(json.dumps(self.data, indent=2) + "\n")


def _rates(results: Sequence[Result]) -> str:
    base = next((result for result in results if result.name == CONNEXION), None)
    rows = []
    for result in results:
        slowest, fastest = result.spread
        row = [result.title, f"{result.rate:,.0f}", f"{slowest:,.0f}-{fastest:,.0f}"]
        row += [f"{result.p50:.2f}", f"{result.p99:.2f}", "-" if result.cpu is None else f"{result.cpu:.0f}"]
        if base is not None:
            least, most = result.ratios_to(base)
            row += [f"{result.ratio_to(base):.2f}", f"{least:.2f}-{most:.2f}"]
        rows.append(row)
    headers = ["server", "requests/s", "all rounds", "p50 ms", "p99 ms", "CPU µs"]
    if base is not None:
        headers += ["x Connexion", "all rounds"]
    return _table(rows, headers)


def _scaling(scaling: Sequence[Scaling]) -> str:
    rows = [[one.kind, f"{one.first:.1f}", f"{one.last:.1f}", f"{one.ratio:.2f}"] for one in scaling]
    return _table(rows, ["in process, µs per request", "first operation", "last operation", "last / first"])


def _table(rows: list[list[str]], headers: list[str]) -> str:
    # The numbers are formatted already, with their significant digits.
    alignment = ["left", *["right"] * (len(headers) - 1)]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True, colalign=alignment)
