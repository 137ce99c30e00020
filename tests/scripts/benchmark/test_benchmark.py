"""`scripts/bench` measures servers, and makes a report of the measurements."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from scripts.benchmark import client
from scripts.benchmark.__main__ import rotated
from scripts.benchmark.candidates import CANDIDATES, CONNEXION, FASTAPI, OURS, ask, check_answers
from scripts.benchmark.errors import LoadFailed, ServerNotStarted, WrongAnswer
from scripts.benchmark.load import Load, parse_wrk
from scripts.benchmark.measurement import Measurement
from scripts.benchmark.processes import cpu_seconds, free_port, running
from scripts.benchmark.report import Report, Result
from scripts.benchmark.scaling import Scaling, measure_scaling
from scripts.benchmark.workload import PATH, Workload, make_workload, organizations_with_users
from tests.loopback import Handler, listening

ROOT = Path(__file__).parents[3]

WRK = """Running 3s test @ http://127.0.0.1:2212/api/calls/providers
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     4.38ms    1.10ms  21.97ms   94.55%
    Req/Sec     7.34k   400.12     7.80k    80.00%
  Latency Distribution
     50%  {p50}
     75%    4.51ms
     90%    4.90ms
     99%  {p99}
  21912 requests in 3.00s, 5.18MB read
{failures}Requests/sec:   7303.51
Transfer/sec:      1.73MB
"""


def wrk_output(p50: str = "4.20ms", p99: str = "9.37ms", failures: str = "") -> str:
    return WRK.format(p50=p50, p99=p99, failures=failures)


def test_requests_per_second_and_two_percentiles_are_read_from_wrk() -> None:
    measured = parse_wrk(wrk_output())

    assert Measurement(7303.51, 4.20, 9.37) == measured


@pytest.mark.parametrize(
    ("written", "milliseconds"), [("870.00us", 0.87), ("9.37ms", 9.37), ("1.25s", 1250.0), ("2.00m", 120_000.0)]
)
def test_every_unit_of_wrk_is_read_as_milliseconds(written: str, milliseconds: float) -> None:
    measured = parse_wrk(wrk_output(p99=written))

    assert milliseconds == pytest.approx(measured.p99)


@pytest.mark.parametrize(
    ("failures", "count"),
    [
        ("", 0),
        ("  Non-2xx or 3xx responses: 12\n", 12),
        ("  Socket errors: connect 1, read 2, write 3, timeout 4\n", 10),
        ("  Socket errors: connect 0, read 2, write 0, timeout 0\n  Non-2xx or 3xx responses: 5\n", 7),
    ],
)
def test_bad_answers_and_socket_errors_of_wrk_are_counted_together(failures: str, count: int) -> None:
    measured = parse_wrk(wrk_output(failures=failures))

    assert count == measured.failed


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1:1 Connection refused\n"])
def test_output_of_wrk_without_results_raises_load_failed(output: str) -> None:
    with pytest.raises(LoadFailed, match="no results"):
        parse_wrk(output)


def result(name: str, *rates: float) -> Result:
    return Result(name, name.title(), [Measurement(rate, 1.0, 2.0) for rate in rates])


def report(*results: Result, scaling: tuple[Scaling, ...] = ()) -> Report:
    return Report({"date": "2026-01-01"}, results, scaling)


def test_figures_of_a_server_are_the_medians_of_its_rounds() -> None:
    measured = Result(OURS, "Ours", [Measurement(900, 5, 30), Measurement(1000, 4, 10), Measurement(10, 90, 20)])

    assert (measured.rate, measured.p50, measured.p99) == (900, 5, 20)


def test_processor_time_is_the_median_of_the_rounds_that_have_it() -> None:
    measured = Result(OURS, "Ours", [Measurement(1, 1, 1, cpu=cpu) for cpu in (90.0, None, 130.0, 100.0)])

    assert measured.cpu == 100


def test_spread_is_the_slowest_and_the_fastest_round() -> None:
    assert result(OURS, 900, 1000, 10).spread == (10, 1000)


def test_ratio_is_the_ratio_of_the_medians() -> None:
    assert result(OURS, 400, 800, 900).ratio_to(result(CONNEXION, 100, 200, 500)) == 4.0


def test_ratios_within_rounds_compare_results_of_the_same_round() -> None:
    assert result(OURS, 400, 600).ratios_to(result(CONNEXION, 50, 200)) == (3.0, 8.0)


@pytest.mark.parametrize(("rate", "met"), [(399.9, False), (400.0, True)])
def test_four_times_stock_connexion_meets_the_promise_and_less_does_not(rate: float, met: bool) -> None:
    bars = report(result(OURS, rate), result(CONNEXION, 100)).bars

    assert [met] == [bar.met for bar in bars]


@pytest.mark.parametrize(("rate", "met"), [(200.0, False), (200.1, True)])
def test_as_fast_as_fastapi_is_not_faster(rate: float, met: bool) -> None:
    bars = report(result(OURS, rate), result(FASTAPI, 200)).bars

    assert [met] == [bar.met for bar in bars]


@pytest.mark.parametrize(("last", "met"), [(11.0, True), (11.1, False)])
def test_the_last_operation_may_cost_a_tenth_more_than_the_first(last: float, met: bool) -> None:
    bars = report(scaling=(Scaling("concrete path", 10.0, last),)).bars

    assert [met] == [bar.met for bar in bars]


def test_a_run_without_results_has_no_bars() -> None:
    assert report(result("constant", 1000)).bars == []


def test_table_has_medians_spread_and_ratio_to_connexion() -> None:
    lines = report(result(OURS, 4000, 4100, 4500), result(CONNEXION, 1000, 1000, 1000)).markdown.splitlines()

    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    assert rows == [
        ["server", "requests/s", "all rounds", "p50 ms", "p99 ms", "CPU µs", "x Connexion", "all rounds"],
        ["Tether-Relay", "4,100", "4,000-4,500", "1.00", "2.00", "-", "4.10", "4.00-4.50"],
        ["Connexion", "1,000", "1,000-1,000", "1.00", "2.00", "-", "1.00", "1.00-1.00"],
    ]


def test_a_missed_bar_is_in_capitals_in_the_report() -> None:
    markdown = report(result(OURS, 350), result(CONNEXION, 100)).markdown

    assert "- MISSED: at least 4.0 times the requests of stock Connexion; found 3.50" in markdown.splitlines()


def test_report_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    made = report(result(OURS, 420), result(CONNEXION, 100), scaling=(Scaling("concrete path", 10.0, 10.0),))

    made.write(tmp_path / "figures.v1")

    written = (tmp_path / "figures.v1.md").read_text(), json.loads((tmp_path / "figures.v1.json").read_text())
    assert (made.markdown, made.data) == written


def test_every_server_begins_a_round() -> None:
    begins = {rotated(CANDIDATES, number)[0].name for number in range(len(CANDIDATES))}

    assert {candidate.name for candidate in CANDIDATES} == begins


def test_every_round_has_every_server_once() -> None:
    names = sorted(candidate.name for candidate in CANDIDATES)

    assert [names] * 7 == [sorted(candidate.name for candidate in rotated(CANDIDATES, number)) for number in range(7)]


@pytest.fixture(scope="module")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Workload:
    return make_workload(tmp_path_factory.mktemp("workload"), organizations=12, tokens=5)


def test_workload_has_an_answer_for_each_of_its_tokens(workload: Workload) -> None:
    numbers = {answer["phoneNumber"] for answer in workload.answers.values()}

    assert len(workload.tokens) == len(numbers) == 5


def test_organizations_share_no_number() -> None:
    numbers = [number["e164"] for element in organizations_with_users(1000) for number in element["phone_numbers"]]

    assert len(set(numbers)) == len(numbers) == 2000


def test_first_and_last_operations_are_compared_with_and_without_a_path_parameter(
    workload: Workload, tmp_path: Path
) -> None:
    measured = measure_scaling(workload, tmp_path, 6)

    assert [scaling.kind for scaling in measured if scaling.first > 0] == ["concrete path", "path parameter"]


Serving = Callable[[int], int]


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Starts a server that answers every request with this status; returns its port."""
    with ExitStack() as stack:

        def start(status: int) -> int:
            class Answers(Handler):
                protocol_version = "HTTP/1.1"

                def do_GET(self) -> None:
                    self.reply(status, b"{}")

            return int(stack.enter_context(listening(Answers)).rpartition(":")[2])

        yield start


def test_client_measures_a_server_that_answers(serving: Serving) -> None:
    measured = client.measure(serving(200), PATH, ["token"], connections=2, seconds=0.2)

    assert (measured.requests_per_second > 0, 0 < measured.p50 <= measured.p99, measured.failed) == (True, True, 0)


def test_failed_answers_under_load_raise_load_failed(serving: Serving, tmp_path: Path) -> None:
    load = Load(["token"], connections=2, wrk=None, folder=tmp_path)

    with pytest.raises(LoadFailed, match="were missing or not a 2xx"):
        load.run(serving(500), seconds=1)


def test_a_server_with_wrong_answers_is_rejected(serving: Serving, workload: Workload) -> None:
    with pytest.raises(WrongAnswer, match=r"expected 200 .*, got 200 \{\}"):
        check_answers(CANDIDATES[0], serving(200), workload)


def test_the_error_for_a_server_that_ends_at_once_has_its_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such port')"]

    with (
        pytest.raises(ServerNotStarted, match=r"ended with 1:\nno such port"),
        running(command, {}, log=tmp_path / "log", core=None, ready=partial(ask, free_port(), "token")),
    ):
        pass


def test_a_server_that_never_answers_is_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    ready = partial(ask, free_port(), "token")

    with (
        pytest.raises(ServerNotStarted, match=r"is not ready after 0.1 s"),
        running(command, {}, log=tmp_path / "log", core=None, ready=ready, timeout=0.1),
    ):
        pass


def test_a_server_is_stopped_when_the_block_raises_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import signal; signal.pause()"]

    with (
        pytest.raises(KeyboardInterrupt),
        running(command, {}, log=tmp_path / "log", core=None, ready=lambda: None) as process,
    ):
        raise KeyboardInterrupt

    assert process.returncode == -signal.SIGTERM


def test_processor_time_of_a_server_includes_its_children(tmp_path: Path) -> None:
    work = "while time.process_time() < 0.3: pass"
    child = f"import signal, time\n{work}\nprint('done', flush=True)\nsignal.pause()"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    log = tmp_path / "log"

    def has_worked() -> None:
        if not log.read_text():
            raise OSError

    with running(command, {}, log=log, core=None, ready=has_worked) as process:
        spent = cpu_seconds(process)

    assert spent is not None
    assert spent >= 0.28  # ticks are hundredths


@pytest.mark.long
def test_a_short_run_measures_every_server(tmp_path: Path) -> None:
    """The ratios are not judged here: other tests run on the same cores."""
    arguments = ["--seconds", "1", "--rounds", "1", "--tokens", "3", "--output", str(tmp_path / "figures")]

    ran = subprocess.run([ROOT / "scripts/bench", *arguments], capture_output=True, text=True, timeout=300, check=False)

    assert ran.returncode in (0, 1), ran.stderr
    measured = json.loads((tmp_path / "figures.json").read_text())["results"]
    assert [candidate.name for candidate in CANDIDATES] == list(measured)
