"""From the counts of the workers to the metrics of the catalogue."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeAlias

from prometheus_client import Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from scripts.cli.telemetry.metrics import catalogue
from scripts.cli.telemetry.metrics.recorder import SUM
from scripts.cli.telemetry.metrics.slots import Series, read_counts

# The values of a series' labels, and its numbers.
Rows: TypeAlias = Iterable[tuple[tuple[str, ...], list[float]]]

_BOUNDS: Final = (*map(str, catalogue.BUCKETS), "+Inf")


class Figures(Collector):
    """The metrics: the sums over all workers since the start, and the state of the running workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """All metrics of the catalogue."""
        counts = read_counts(self._folder)
        totals = _total([count.numbers for count in counts])
        alive = [count.numbers for count in counts if count.alive]
        for metric in (catalogue.REQUESTS, catalogue.TOKENS, catalogue.KEY_REFRESHES):
            yield _counter(metric, ((labels, value) for labels, (value,) in _of(metric, totals)))
        yield _counter(catalogue.VIOLATIONS, _violations(totals).items())
        yield _histogram(catalogue.DURATION, _of(catalogue.DURATION, totals))
        yield _summary(catalogue.STORE, _of(catalogue.STORE, totals))
        read_at = [numbers[0] for worker in alive for _, numbers in _of(catalogue.KEY_AGE, worker) if numbers[0]]
        age = time.monotonic() - min(read_at) if read_at else None
        yield GaugeMetricFamily(catalogue.KEY_AGE.name, catalogue.KEY_AGE.help, age)
        yield GaugeMetricFamily(catalogue.WORKERS.name, catalogue.WORKERS.help, len(alive))
        name = catalogue.BUILD.name.removesuffix("_info")
        yield InfoMetricFamily(name, catalogue.BUILD.help, {"version": version("tether-relay")})


def _total(counts: Iterable[Mapping[Series, list[float]]]) -> dict[Series, list[float]]:
    """The sums over all workers, without series labelled `OTHER` that are 0."""
    totals: dict[Series, list[float]] = {}
    for numbers_of in counts:
        for series, numbers in numbers_of.items():
            known = totals.get(series, [0.0] * len(numbers))
            totals[series] = [a + b for a, b in zip(known, numbers, strict=True)]
    return {series: total for series, total in totals.items() if catalogue.OTHER not in series.labels or any(total)}


def _of(metric: catalogue.Metric, totals: Mapping[Series, list[float]]) -> Rows:
    return ((series.labels, numbers) for series, numbers in totals.items() if series.name == metric.name)


def _counter(metric: catalogue.Metric, rows: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in rows:
        family.add_metric(labels, value)
    return family


def _histogram(metric: catalogue.Metric, rows: Rows) -> Metric:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, numbers in rows:
        buckets = zip(_BOUNDS, accumulate(numbers[:SUM]), strict=True)
        family.add_metric(labels, list(buckets), numbers[SUM])
    return family


def _summary(metric: catalogue.Metric, rows: Rows) -> Metric:
    family = SummaryMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, (count, total) in rows:
        family.add_metric(labels, int(count), total)
    return family


def _violations(totals: Mapping[Series, list[float]]) -> dict[tuple[str, ...], float]:
    """Violations by operation, counted with the requests; 0 without violations, so that the first is an increase."""
    found: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for (operation, _, code), (value,) in _of(catalogue.REQUESTS, totals):
        found[(operation,)] += value if code == "RESPONSE_INVALID" else 0.0
    return found
