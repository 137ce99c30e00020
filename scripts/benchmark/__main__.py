"""`scripts/bench`: start all servers, load them in turn, and compare the results with the promises."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from scripts.benchmark.candidates import CANDIDATES, Candidate, ask, check_answers
from scripts.benchmark.errors import BenchmarkError, LoadFailed, PeerMissing
from scripts.benchmark.load import Load, find_wrk
from scripts.benchmark.measurement import Measurement
from scripts.benchmark.processes import cores, cpu_seconds, free_port, pinned, running
from scripts.benchmark.workload import Workload, clean_environment, make_workload

_OUTPUT: Final = Path(__file__).parents[2] / "bench-results"
_ORGANIZATIONS: Final = 1000
_OPERATIONS: Final = 400
_WARM_UP: Final = 1
_NAMES: Final = [candidate.name for candidate in CANDIDATES]
_PACKAGES: Final = ("connexion", "fastapi", "granian", "uvicorn", "uvloop", "httptools", "pyjwt", "jsonschema-rs")


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--seconds", type=click.IntRange(1), default=3, help="The seconds of load for each server in each round.")
@click.option("--rounds", type=click.IntRange(1), default=5, help="The number of rounds, each in another order.")
@click.option("--connections", type=click.IntRange(1), default=32, help="The number of concurrent requests.")
@click.option(
    "--tokens",
    type=click.IntRange(1, _ORGANIZATIONS),
    default=1,
    help="The number of users who send requests, in turn.",
)
@click.option("--only", type=click.Choice(_NAMES), multiple=True, help="A server to measure; may be repeated. [all]")
@click.option("--scaling/--no-scaling", default=True, help="Compare the first and last of many operations, in process.")
@click.option("--mock", is_flag=True, help="Measure the mock and Prism, instead of the servers.")
@click.option("--documents", is_flag=True, help="Measure the mock and Prism with ten documents of other publishers.")
@click.option("--proxy", is_flag=True, help="Measure the latency that proxies add, instead of the servers.")
@click.option("--compatibility", is_flag=True, help="Score `contract diff` and tools of npm, instead of the servers.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=_OUTPUT, help="The files to write, without .md and .json."
)
def bench(
    seconds: int,
    rounds: int,
    connections: int,
    tokens: int,
    only: Sequence[str],
    scaling: bool,
    mock: bool,
    documents: bool,
    proxy: bool,
    compatibility: bool,
    output: Path,
) -> None:
    """Measure tether-relay and its peers on one core, in one run.

    Exit code 1: a promised ratio is missed, or a verdict is wrong. 2: the run has no results, or --mock or --proxy has
    none of Prism.
    """
    if compatibility:
        from scripts.benchmark.compatibility import score_tools

        sys.exit(score_tools())
    candidates = [candidate for candidate in CANDIDATES if candidate.name in (only or _NAMES)]
    usable = cores()
    server_core, load_core = (usable[0], usable[-1]) if usable else (None, None)
    conditions = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}; {_pinning(usable)}; load average {os.getloadavg()[0]:.1f} before the run",
        "versions": ", ".join([f"Python {platform.python_version()}", *(f"{p} {version(p)}" for p in _PACKAGES)]),
    }
    with tempfile.TemporaryDirectory() as temporary, pinned(load_core):
        folder = Path(temporary)
        workload = make_workload(folder, organizations=_ORGANIZATIONS, tokens=tokens)
        load = Load(workload.tokens, connections, find_wrk(), folder)
        conditions["load"] = (
            f"{load.generator}; {connections} connections, {tokens} token(s); {rounds} round(s) of {seconds} s, medians"
        )
        if mock or documents or proxy:
            from scripts.benchmark import mocking, proxying
            from scripts.benchmark.prism import find_prism, peers, require

            prism = find_prism()
            conditions |= peers(prism)
            if mock:
                mocks = mocking.measure_mocks(load, seconds, rounds, server_core, prism)
                click.echo(mocking.write(mocks, conditions, output))
                require(prism)
                sys.exit(0 if mocking.is_ahead(mocks) else 1)
            if documents:
                from scripts.benchmark.documents import behind, measure_documents
                from scripts.benchmark.documents import write as write_documents

                require(prism)
                assert prism is not None  # noqa: S101  # `require` has raised
                measured_documents = measure_documents(load, seconds, server_core, prism)
                click.echo(write_documents(measured_documents, conditions, output))
                sys.exit(1 if behind(measured_documents) else 0)
            ways = proxying.measure_proxies(workload, load, seconds, rounds, server_core, prism)
            click.echo(proxying.write(ways, conditions, output))
            require(prism)
            return
        measured = measure(candidates, workload, load, seconds, rounds, server_core)
        # Imported late, because its imports would slow down the start of every run.
        from scripts.benchmark.report import Report, Result
        from scripts.benchmark.scaling import measure_scaling

        results = [Result(candidate.name, candidate.title, measured[candidate.name]) for candidate in candidates]
        report = Report(conditions, results, measure_scaling(workload, folder, _OPERATIONS) if scaling else ())
    report.write(output)
    click.echo(report.markdown)
    click.echo(f"written to {output}.md and {output}.json")
    sys.exit(0 if all(bar.met for bar in report.bars) else 1)


def measure(
    candidates: Sequence[Candidate], workload: Workload, load: Load, seconds: int, rounds: int, core: int | None
) -> dict[str, list[Measurement]]:
    """The measurements of each server by name, one per round. All servers run; one at a time is loaded."""
    environment = clean_environment() | {
        "TETHER_RELAY_DATABASE": str(workload.database),
        "TETHER_RELAY_JWT_SECRET": workload.secret,
    }
    measured: dict[str, list[Measurement]] = {candidate.name: [] for candidate in candidates}
    with ExitStack() as stack:
        servers = {}
        for candidate in candidates:
            port, metrics_port = free_port(), free_port()
            process = stack.enter_context(
                running(
                    [part.format(port=port, metrics_port=metrics_port) for part in candidate.command],
                    {**environment, **candidate.environment},
                    log=load.folder / f"{candidate.name}.log",
                    core=core,
                    ready=partial(ask, port, workload.tokens[0]),
                )
            )
            check_answers(candidate, port, workload)
            servers[candidate.name] = process, port
        for number in range(rounds):
            for candidate in rotated(candidates, number):
                click.echo(f"round {number + 1} of {rounds}: {candidate.title}", err=True)
                try:
                    if number == 0:
                        load.run(servers[candidate.name][1], _WARM_UP)
                    measured[candidate.name].append(measure_one(*servers[candidate.name], load, seconds))
                except LoadFailed as error:
                    raise LoadFailed(f"{candidate.title}: {error}") from None
    return measured


def measure_one(process: subprocess.Popen[bytes], port: int, load: Load, seconds: int) -> Measurement:
    """Load the server `process` for `seconds`; measure its processor time per request, if the system reports it."""
    before = cpu_seconds(process)
    measurement = load.run(port, seconds)
    after = cpu_seconds(process)
    if before is None or after is None:
        return measurement
    return replace(measurement, cpu=(after - before) / (measurement.requests_per_second * seconds) * 1_000_000)


def rotated(candidates: Sequence[Candidate], number: int) -> list[Candidate]:
    """The order of a round. Each round begins with another server, so that no server always follows the same one."""
    start = number % len(candidates)
    return [*candidates[start:], *candidates[:start]]


def main() -> None:
    """Run the command; a run without results prints an error and exits with 2."""
    # SystemExit ends the run, so that the servers are stopped.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    warnings.filterwarnings("ignore", module=r"connexion\.")
    try:
        bench(prog_name="scripts/bench")
    except PeerMissing as error:
        sys.stderr.write(f"scripts/bench: {error}\n")
        sys.exit(2)
    except (BenchmarkError, OSError) as error:
        sys.stderr.write(f"scripts/bench: the run is void: {error}\n")
        sys.exit(2)


def _pinning(usable: Sequence[int]) -> str:
    if not usable:
        return "servers and load not bound to a core"
    if len(usable) == 1:
        return f"servers and load share the one core {usable[0]}"
    return f"servers on core {usable[0]}, load on core {usable[-1]}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(named, platform.processor() or platform.machine())}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
