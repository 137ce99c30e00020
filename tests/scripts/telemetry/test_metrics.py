"""The metrics at /metrics match the work of all workers, including dead ones."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from openapi.engine.observation import RequestRecord
from scripts.cli.failures import Refused
from scripts.cli.telemetry.metrics.catalogue import BUCKETS, METRICS
from scripts.cli.telemetry.metrics.collector import Figures
from scripts.cli.telemetry.metrics.exporter import exporting
from scripts.cli.telemetry.metrics.recorder import Recorder
from scripts.cli.telemetry.metrics.slots import Full, Series, SlotFile, read_counts
from tests.loopback import reserved_port

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

ROOT = Path(__file__).parents[3]
ANSWERED = ("get_calls_providers", "200", "none")
REFUSED = ("get_calls_providers", "401", "TOKEN_MISSING")


class Scrape(NamedTuple):
    """The content of a scrape."""

    text: str
    samples: list[Sample]

    def value(self, name: str, *labels: str) -> float:
        """The value of a series; 0 if it does not exist yet."""
        found = (s.value for s in self.samples if s.name == name and set(s.labels.values()) == set(labels))
        return next(found, 0.0)

    def requests(self) -> dict[tuple[str, ...], float]:
        """The requests by operation, status and code, except probes."""
        rows = [s for s in self.samples if s.name == "tether_relay_requests_total"]
        counted = {(s.labels["operation"], s.labels["status"], s.labels["code"]): s.value for s in rows}
        return {labels: count for labels, count in counted.items() if labels[0] != "/livez"}


def parsed(text: str) -> Scrape:
    return Scrape(text, [sample for family in text_string_to_metric_families(text) for sample in family.samples])


def collected(folder: Path) -> Scrape:
    """The metrics for the files in a folder."""
    registry = CollectorRegistry()
    registry.register(Figures(folder))
    return parsed(generate_latest(registry).decode())


class Metered(NamedTuple):
    """A server with metrics."""

    server: Server
    url: str

    def scrape(self) -> Scrape:
        return parsed(httpx.get(self.url, trust_env=False).raise_for_status().text)

    def requests(self, since: Scrape | None = None) -> dict[tuple[str, ...], float]:
        """The counted requests, all or those since a scrape."""
        before = since.requests() if since else {}
        counted = {labels: count - before.get(labels, 0) for labels, count in self.scrape().requests().items()}
        return {labels: count for labels, count in counted.items() if count}


@contextmanager
def metering(running_server: Running, *arguments: str, **options: Any) -> Iterator[Metered]:
    with (
        reserved_port() as port,
        running_server("--metrics-port", str(port), *arguments, **options) as server,
    ):
        yield Metered(server, f"http://127.0.0.1:{port}/metrics")


@pytest.fixture(scope="module")
def metered(running_server: Running) -> Iterator[Metered]:
    """A server with two workers and metrics, shared by all tests that change only its counts."""
    with metering(running_server, "--workers", "2", measured=True) as metered:
        yield metered


@pytest.fixture
def own_metered(running_server: Running) -> Iterator[Metered]:
    """The same for one test."""
    with metering(running_server, "--workers", "2") as metered:
        yield metered


@pytest.fixture
def port() -> Iterator[int]:
    """A free port."""
    with reserved_port() as port:
        yield port


# --- real servers --------------------------------------------------------------------------------


def ask(server: Server, answered: int, refused: int) -> None:
    for _ in range(answered):
        assert server.get().status_code == 200
    for _ in range(refused):
        assert server.client.get("/api/calls/providers").status_code == 401


def test_counts_are_summed_over_the_workers(metered: Metered, eventually: Eventually) -> None:
    before = metered.scrape()
    ask(metered.server, answered=30, refused=10)

    assert eventually(lambda: metered.requests(before) == {ANSWERED: 30, REFUSED: 10})
    assert metered.scrape().value("tether_relay_workers") == 2


def test_counts_of_a_killed_worker_are_kept(own_metered: Metered, eventually: Eventually) -> None:
    ask(own_metered.server, answered=20, refused=5)
    assert eventually(lambda: own_metered.requests() == {ANSWERED: 20, REFUSED: 5})
    victim = min(own_metered.server.workers)
    os.kill(victim, signal.SIGKILL)
    # The other worker still listens.
    assert eventually(lambda: victim not in own_metered.server.workers)
    assert own_metered.requests() == {ANSWERED: 20, REFUSED: 5}
    assert eventually(lambda: own_metered.scrape().value("tether_relay_workers") == 2)
    ask(own_metered.server, answered=20, refused=5)

    assert eventually(lambda: own_metered.requests() == {ANSWERED: 40, REFUSED: 10})


@pytest.mark.long
def test_counts_are_kept_over_a_reload(own_metered: Metered, eventually: Eventually) -> None:
    before = own_metered.server.workers
    ask(own_metered.server, answered=20, refused=0)
    own_metered.server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(own_metered.server.workers) == 2 and not own_metered.server.workers & before)
    ask(own_metered.server, answered=20, refused=0)

    assert eventually(lambda: own_metered.requests() == {ANSWERED: 40})


def test_answers_outside_the_contract_are_counted(metered: Metered, eventually: Eventually) -> None:
    before = metered.scrape()
    metered.server.client.get("/nowhere")
    metered.server.client.delete("/readyz")
    metered.server.client.get("/readyz")

    expected = {
        ("none", "404", "ROUTE_NOT_FOUND"): 1,
        ("none", "405", "METHOD_NOT_ALLOWED"): 1,
        ("/readyz", "200", "none"): 1,
    }
    assert eventually(lambda: metered.requests(before) == expected)


def test_the_histogram_the_store_and_the_token_memory_agree_with_the_requests(
    metered: Metered, eventually: Eventually
) -> None:
    before = metered.scrape()
    headers = {"Authorization": f"Bearer {metered.server.token(jti=os.urandom(8).hex())}"}
    for _ in range(10):
        metered.server.client.get("/api/calls/providers", headers=headers)
    assert eventually(lambda: metered.requests(before) == {ANSWERED: 10})
    after = metered.scrape()

    def grown(name: str, *labels: str) -> float:
        return after.value(name, *labels) - before.value(name, *labels)

    # Each worker verifies the token once; a request reads the user, and then its answer.
    lookups = [grown("tether_relay_token_memory_lookups_total", result) for result in ("hit", "miss")]
    assert (sum(lookups), lookups[1] <= 2) == (10, True)
    assert grown("tether_relay_store_query_seconds_count") == 20
    assert grown("tether_relay_request_duration_seconds_count", "get_calls_providers") == 10
    seconds = grown("tether_relay_request_duration_seconds_sum", "get_calls_providers")
    assert 0 < grown("tether_relay_store_query_seconds_sum") < seconds < 10


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of keys in a file."""
    path = tmp_path_factory.mktemp("published") / "jwks.json"
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2
    path.write_text(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one"}]}))
    return path


@pytest.fixture(scope="module")
def refreshing(running_server: Running, published: Path) -> Iterator[Metered]:
    """A server with metrics that reads its keys every second."""
    environment = {
        "TETHER_RELAY_JWT_SECRET": "",
        "TETHER_RELAY_JWT_JWKS_URL": str(published),
        "TETHER_RELAY_JWT_JWKS_REFRESH": "1",
    }
    with metering(running_server, environment=environment) as metered:
        yield metered


@pytest.mark.long
def test_the_age_of_the_keys_grows_while_they_cannot_be_read(
    refreshing: Metered, published: Path, eventually: Eventually
) -> None:
    def value(name: str, *labels: str) -> float:
        return refreshing.scrape().value(f"tether_relay_key{name}", *labels)

    assert (value("_refreshes_total", "changed"), value("_refreshes_total", "failed")) == (1, 0)
    published.write_text("no keys")
    assert eventually(lambda: value("_refreshes_total", "failed") >= 1)
    age = value("s_age_seconds")

    assert eventually(lambda: value("s_age_seconds") > age + 0.2)


def test_every_metric_is_documented(refreshing: Metered, eventually: Eventually) -> None:
    refreshing.server.client.get("/api/calls/providers")
    assert eventually(lambda: REFUSED in refreshing.requests())
    scrape = refreshing.scrape()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", scrape.text, re.MULTILINE))
    meanings = dict(re.findall(r"^# HELP (\S+) (.+)$", scrape.text, re.MULTILINE))
    labels: dict[str, set[str]] = {}
    for sample in scrape.samples:
        name = next(name for name in (sample.name, sample.name.rpartition("_")[0]) if name in kinds)
        labels.setdefault(name, set()).update(sample.labels.keys() - {"le"})
    rows = re.findall(
        r"^\| `(tether_relay_\w+)` \| (\w+) \| (.*?) \| (.*) \|$",
        (ROOT / "docs" / "operating.md").read_text(),
        re.MULTILINE,
    )
    documented = [(name, kind, set(re.findall(r"`(\w+)`", names)), meaning) for name, kind, names, meaning in rows]

    assert sorted(documented) == sorted((name, kinds[name], labels[name], meanings[name]) for name in kinds)
    assert [name for name, *_ in documented] == [metric.name for metric in METRICS]


def test_accept_selects_the_format(metered: Metered) -> None:
    plain = httpx.get(metered.url, trust_env=False)
    accept = "application/openmetrics-text; version=1.0.0"
    openmetrics = httpx.get(metered.url, headers={"Accept": accept}, trust_env=False)

    assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert openmetrics.headers["content-type"].startswith(accept)
    assert openmetrics.text.endswith("# EOF\n")


def test_nothing_else_is_served_on_that_port(metered: Metered) -> None:
    statuses = [
        httpx.get(metered.url.replace("/metrics", path), trust_env=False).status_code for path in ("/", "/readyz")
    ]

    assert statuses == [404, 404]
    assert httpx.post(metered.url, trust_env=False).status_code == 405
    assert metered.server.client.get("/metrics").status_code == 404


def test_a_rebound_host_gets_no_metrics(metered: Metered) -> None:
    answer = httpx.get(metered.url, headers={"Host": "evil.example:9464"}, trust_env=False)

    assert answer.status_code == 403
    assert "TETHER_RELAY_METRICS_ALLOWED_HOSTS" in answer.text


@pytest.mark.parametrize("host", ["relay.example.com:9464", "relay", "localhost:1", "[::1]:9464", "10.0.0.7:9464"])
def test_an_allowed_host_gets_the_metrics(port: int, host: str) -> None:
    with exporting("127.0.0.1", port, ["relay.example.com"]):
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": host}, trust_env=False)

    assert answer.status_code == 200


@pytest.mark.long
def test_a_server_that_is_killed_frees_the_port(own_metered: Metered) -> None:
    """It does so at once, although its workers still finish requests, so that the next server can start."""
    own_metered.server.stop(signal.SIGKILL)

    with pytest.raises(httpx.ConnectError):
        httpx.get(own_metered.url, trust_env=False)


@pytest.mark.long
def test_a_server_that_stops_leaves_no_files(running_server: Running, tmp_path: Path) -> None:
    with metering(running_server, environment={"TMPDIR": str(tmp_path)}) as (server, _):
        (folder,) = tmp_path.glob("tether-relay-*")
        assert [path.name for path in folder.iterdir()] == ["0.numbers"]
        assert folder.stat().st_mode & 0o777 == 0o700
        server.stop()

    assert list(tmp_path.iterdir()) == []


# --- refusals ------------------------------------------------------------------------------------

Program = Callable[..., CompletedProcess[str]]


def outcome(done: CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr.removeprefix("tether-relay: ").removesuffix("\n")


@pytest.mark.long
@pytest.mark.usefixtures("secret", "database")
def test_a_port_in_use_is_refused(program: Program, port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = program("serve", "--port", str(port), "--metrics-port", str(taken))

    advice = "the port is in use; stop the program that uses it, or choose another port with --metrics-port"
    assert outcome(done) == (2, "", f"cannot listen on 127.0.0.1:{taken}: {advice}")


@pytest.mark.usefixtures("secret", "database")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--metrics-port", "0"], "--metrics-port: input should be greater than or equal to 1"),
        (
            ["--port", "9464", "--metrics-port", "9464"],
            "--metrics-port: must differ from the server's port",
        ),
    ],
)
def test_an_invalid_port_is_refused(relay: Program, arguments: list[str], expected: str) -> None:
    assert outcome(relay("serve", *arguments)) == (2, "", expected)


@pytest.mark.long
def test_a_host_of_another_machine_is_refused(port: int) -> None:
    with pytest.raises(Refused, match=r"^cannot listen on 192\.0\.2\.1:\d+: .*; .* with TETHER_RELAY_METRICS_HOST$"):
        exporting("192.0.2.1", port).__enter__()


def test_a_missing_temporary_folder_is_refused(port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(Refused, match=r"^cannot create a folder for the metrics: .*; name its parent with TMPDIR$"):
        exporting("127.0.0.1", port).__enter__()


# --- counting ------------------------------------------------------------------------------------


def test_a_duration_is_counted_in_its_bucket_and_all_larger_ones(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    for seconds in (0.0001, 0.0003, 60.0):
        recorder.request(RequestRecord("GET", "id", "get_x", 200, None, seconds))
    scrape = collected(tmp_path)
    buckets = [s.value for s in scrape.samples if s.name.endswith("_bucket")]

    assert buckets == [1, 1, *[2] * (len(BUCKETS) - 2), 3]
    assert scrape.value("tether_relay_request_duration_seconds_sum", "get_x") == pytest.approx(60.0004)


def test_a_disconnected_client_and_a_broken_contract_are_counted(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.request(RequestRecord("GET", "id", "get_x"))
    recorder.request(RequestRecord("GET", "id", "get_y", 500, "RESPONSE_INVALID"))
    scrape = collected(tmp_path)

    assert scrape.requests() == {("get_x", "none", "CLIENT_GONE"): 1, ("get_y", "500", "RESPONSE_INVALID"): 1}
    violations = [scrape.value("tether_relay_response_violations_total", name) for name in ("get_x", "get_y")]
    assert violations == [0, 1]


def test_series_without_room_are_counted_together(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    for number in range(5000):
        recorder.request(RequestRecord("GET", "id", f"operation_{number}", 200))
    counted = collected(tmp_path).requests()

    assert 500 < len(counted) < 1000
    assert counted["other", "other", "other"] > 4000
    assert sum(counted.values()) == 5000


def test_a_full_file_refuses_further_series(tmp_path: Path) -> None:
    file = SlotFile(tmp_path)

    with pytest.raises(Full):
        [file.place(Series("a", (str(number),))) for number in range(100_000)]


COUNT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from openapi.engine.observation import RequestRecord
from scripts.cli.telemetry.metrics.recorder import Recorder

recorder = Recorder(Path(sys.argv[1]))
recorder.keys_read("changed")
for _ in range(1000):
    recorder.request(RequestRecord("GET", "id", "get_x", 200))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a process that was killed after it had counted 1000 requests and one reading of keys."""
    folder = tmp_path / "figures"
    folder.mkdir()
    killed = subprocess.run([sys.executable, "-c", COUNT_AND_DIE, folder], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    return folder


def test_counts_of_a_killed_process_are_readable(left: Path) -> None:
    assert collected(left).requests() == {("get_x", "200", "none"): 1000}


def test_a_process_continues_the_file_of_a_dead_one(left: Path) -> None:
    """Otherwise the number of files would grow."""
    Recorder(left).request(RequestRecord("GET", "id", "get_x", 200))

    assert collected(left).requests() == {("get_x", "200", "none"): 1001}
    assert [path.name for path in left.iterdir()] == ["0.numbers"]


def test_the_keys_of_a_dead_process_have_no_age(left: Path) -> None:
    ages = [[s for s in collected(left).samples if s.name == "tether_relay_keys_age_seconds"]]
    # A process that takes over its file has not read the keys either.
    taker = Recorder(left)
    ages.append([s for s in collected(left).samples if s.name == "tether_relay_keys_age_seconds"])

    assert ages == [[], []]
    assert taker is not None


def test_the_age_of_the_keys_is_that_of_the_oldest(tmp_path: Path) -> None:
    started = time.monotonic()
    older, newer = Recorder(tmp_path), Recorder(tmp_path)
    older.keys_read("changed")
    read = time.monotonic()
    newer.keys_read("unchanged")
    newer.keys_read("failed")
    before = time.monotonic()
    age = collected(tmp_path).value("tether_relay_keys_age_seconds")

    assert before - read <= age <= time.monotonic() - started


@pytest.mark.long
def test_an_incomplete_file_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "0.numbers").write_bytes(b"\0" * 10)

    assert read_counts(tmp_path) == []
