"""The Grafana dashboard shows every metric of /metrics, and no other metric."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running

DASHBOARD: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "deploy" / "grafana-dashboard.json").read_text(encoding="utf-8")
)
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
TITLES = [panel["title"] for panel in PANELS]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
QUERIES = [variable["query"]["query"] for variable in VARIABLES.values() if variable["type"] == "query"]
SELECTOR = re.compile(r"(tether_relay_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(?:=~|!~|!=|=)"[^"]*"')
# The labels that Prometheus adds to a scrape.
OF_THE_SCRAPE = {"job", "instance"}
COLUMNS = 24


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A reserved port that a server can listen on."""
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture(scope="module")
def families(
    running_server: Running, eventually: Eventually, tmp_path_factory: pytest.TempPathFactory, port: int
) -> list[Metric]:
    """The metrics of a server that has answered a request and read published keys."""
    keys = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.write_text(
        '{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'
    )
    settings = {"TETHER_RELAY_JWT_SECRET": "", "TETHER_RELAY_JWT_JWKS_URL": str(keys)}
    found: list[Metric] = []

    def scraped() -> bool:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).raise_for_status().text
        found[:] = text_string_to_metric_families(text)
        requests = next(family for family in found if family.name == "tether_relay_requests")
        return any(sample.labels["operation"] == "get_calls_providers" for sample in requests.samples)

    with running_server("--metrics-port", str(port), environment=settings) as server:
        assert server.get().status_code == 401
        assert eventually(scraped)
    return found


def selectors() -> Iterator[tuple[str, set[str]]]:
    """The metrics in the expressions and queries, each with the labels of its selector."""
    for text in (*EXPRESSIONS, *QUERIES):
        for name, matchers in SELECTOR.findall(text):
            yield name, {matcher[1] for matcher in MATCHER.finditer(matchers)}


def labels_of(families: list[Metric]) -> dict[str, set[str]]:
    """The names of the samples, each with its labels."""
    samples: dict[str, set[str]] = {}
    for sample in (sample for family in families for sample in family.samples):
        samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


def test_every_metric_of_the_dashboard_is_in_a_scrape(families: list[Metric]) -> None:
    known = labels_of(families)
    unknown = [(name, labels) for name, labels in selectors() if not labels <= known.get(name, set()) | OF_THE_SCRAPE]

    assert ([name for name, _ in selectors() if name not in known], unknown) == ([], [])


def test_every_metric_is_shown(families: list[Metric]) -> None:
    shown = {name for expression in EXPRESSIONS for name, _ in SELECTOR.findall(expression)}
    hidden = [family.name for family in families if shown.isdisjoint(sample.name for sample in family.samples)]

    assert hidden == []


def test_every_grouping_is_by_a_known_label(families: list[Metric]) -> None:
    known = set().union(*labels_of(families).values()) | OF_THE_SCRAPE
    legends = [target["legendFormat"] for panel in PANELS for target in panel["targets"]]
    grouped = {name for text in EXPRESSIONS for name in re.findall(r"by \((\w+)\)", text)}
    written = {name for legend in legends for name in re.findall(r"{{(\w+)}}", legend)}

    assert ((grouped | written) - known, written - grouped) == (set(), set())


@pytest.mark.parametrize("panel", PANELS, ids=TITLES)
def test_every_counter_is_shown_as_a_rate_or_increase(panel: dict[str, Any]) -> None:
    """The value of a counter only shows how long the server has run."""
    bare = [
        name
        for target in panel["targets"]
        for before, name in re.findall(r"(\w+)\((tether_relay_\w+)", target["expr"])
        if re.search(r"_(total|bucket|sum|count)$", name) and before not in ("rate", "increase")
    ]

    assert bare == []


def test_every_variable_exists_and_is_used() -> None:
    text = json.dumps([PANELS, QUERIES])
    used = {name for name in re.findall(r"\$\{?(\w+)", text) if not name.startswith("__")}

    assert used == VARIABLES.keys()


def test_the_data_source_is_a_variable() -> None:
    sources = [part["datasource"] for panel in PANELS for part in (panel, *panel["targets"])]
    sources += [variable["datasource"] for variable in VARIABLES.values() if variable["type"] == "query"]

    assert {(source["type"], source["uid"]) for source in sources} == {("prometheus", "${datasource}")}


def test_panels_have_unique_ids_and_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in PANELS]
    overlapping = [
        (TITLES[first], TITLES[second])
        for (first, a), (second, b) in itertools.combinations(enumerate(places), 2)
        if a["x"] < b["x"] + b["w"]
        and b["x"] < a["x"] + a["w"]
        and a["y"] < b["y"] + b["h"]
        and b["y"] < a["y"] + a["h"]
    ]

    assert ([place for place in places if place["x"] + place["w"] > COLUMNS], overlapping) == ([], [])
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
