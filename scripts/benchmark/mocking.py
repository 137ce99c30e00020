"""The mock compared with Prism: time to the first answer, memory, and requests per second, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from openapi.contract import PUBLISHED
from scripts.benchmark.candidates import ask
from scripts.benchmark.errors import BenchmarkError
from scripts.benchmark.load import Load
from scripts.benchmark.processes import free_port, running
from scripts.benchmark.workload import COMMAND, clean_environment

OURS: Final = "tether-relay mock"
PRISM: Final = "Prism"
_PATIENCE: Final = 60.0
_PAUSE: Final = 0.005
_WARM_UP: Final = 1


@dataclass
class Mocked:
    """A mock and its measurements, one per round."""

    title: str
    first_answer: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, float]:
        """Medians: milliseconds from launch to the first answer, MiB after it, requests per second."""
        return {"first_answer": median(self.first_answer), "memory": median(self.memory), "rate": median(self.rate)}


def measure_mocks(load: Load, seconds: int, rounds: int, core: int | None, prism: Path | None) -> list[Mocked]:
    """Measure the mocks in turn; each is started anew in each round, and loaded with the same request."""
    mocks = [Mocked(OURS), *([Mocked(PRISM)] if prism is not None else [])]
    for number in range(rounds):
        for mocked in mocks if number % 2 == 0 else reversed(mocks):
            port = free_port()
            _measure(mocked, _command(mocked.title, port, prism), port, load, seconds, core)
    return mocks


def _command(title: str, port: int, prism: Path | None) -> list[str]:
    if title == OURS:
        return [str(COMMAND), "mock", "--port", str(port), "--quiet"]
    return [str(prism), "mock", "--port", str(port), str(PUBLISHED)]


def _measure(mocked: Mocked, command: Sequence[str], port: int, load: Load, seconds: int, core: int | None) -> None:
    launched = time.monotonic()
    log = load.folder / f"{mocked.title}.log"
    with running(command, clean_environment(), log=log, core=core, ready=lambda: None) as process:
        status, body = _first_answer(port)
        mocked.first_answer.append((time.monotonic() - launched) * 1000)
        if (status, body) != (200, {"provider": "sinch", "phoneNumber": "+14165550100"}):
            raise BenchmarkError(f"{mocked.title} answers {status} with {body}")
        mocked.memory.append(memory_of(process.pid))
        load.run(port, _WARM_UP)
        mocked.rate.append(load.run(port, seconds).requests_per_second)


def _first_answer(port: int) -> tuple[int, Any]:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return ask(port, "mock")
        except OSError:
            if time.monotonic() > deadline:
                raise BenchmarkError(f"no answer within {_PATIENCE:g} s") from None
            time.sleep(_PAUSE)


def memory_of(process: int) -> float:
    """The memory of a process and its children in MiB, with shared memory counted once (proc(5), `Pss`)."""
    pending, total = [process], 0
    while pending:
        one = pending.pop()
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            pending += [int(child) for child in children.read_text().split()]
    return total / 1024


def is_ahead(mocks: Sequence[Mocked]) -> bool:
    """Whether the first mock, ours, is better than the other in all three measurements."""
    ours, other = (mocked.figures for mocked in mocks)
    return (
        ours["first_answer"] < other["first_answer"]
        and ours["memory"] < other["memory"]
        and ours["rate"] > other["rate"]
    )


def write(mocks: Sequence[Mocked], conditions: Mapping[str, str], output: Path) -> str:
    """Write the results to `output` with .md and .json, and return the table."""
    table = "\n".join(
        [
            *(f"- {name}: {said}" for name, said in conditions.items()),
            "",
            "| | first answer ms | memory MiB | requests/s |",
            "| --- | ---: | ---: | ---: |",
            *(
                f"| {mocked.title} | {first:,.0f} | {memory:.0f} | {rate:,.0f} |"
                for mocked in mocks
                for first, memory, rate in (mocked.figures.values(),)
            ),
        ]
    )
    data = {"conditions": dict(conditions), "mocks": {mocked.title: mocked.figures for mocked in mocks}}
    output.with_name(f"{output.name}.md").write_text(table + "\n")
    output.with_name(f"{output.name}.json").write_text(json.dumps(data, indent=2) + "\n")
    return table
