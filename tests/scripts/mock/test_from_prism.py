"""The table for users of Prism in docs/mock.md, row by row, and its example for Playwright."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.loopback import Handler, listening
from tests.npm import install

if TYPE_CHECKING:
    from tests.conftest import Running, Server

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "mock.md").read_text()
SECTION = GUIDE.partition("## Coming from Prism\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (.*?) \| .*? \|$", SECTION, re.MULTILINE)[2:]
TEXT = {"type": "string", "minLength": 8}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Letters", "version": "1"},
    "paths": {
        "/letters": {
            "get": {
                "operationId": "getLetter",
                "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "x",
                        "content": {"application/json": {"schema": TEXT, "example": "fixed..."}},
                    },
                    "404": {
                        "description": "x",
                        "content": {
                            "application/json": {
                                "schema": TEXT,
                                "examples": {"a": {"value": "A lost."}, "b": {"value": "B lost..."}},
                            }
                        },
                    },
                },
            }
        }
    },
}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prism") / "openapi.yaml"
    path.write_text(json.dumps(CONTRACT))
    return path


@pytest.fixture(scope="module")
def letters(running_server: Running, contract: Path) -> Iterator[Server]:
    """A mock of `CONTRACT`."""
    with running_server(str(contract), command=("tether-relay", "mock")) as server:
        yield server


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(letters: Server) -> Ask:
    """Request a letter, with this preference or this query."""

    def asking(prefer: str | None = None, **query: str) -> httpx.Response:
        headers = {} if prefer is None else {"Prefer": prefer}
        return letters.client.get("/letters", params=query, headers={"Origin": "http://app.test", **headers})

    return asking


def several(response: Callable[[], httpx.Response]) -> bool:
    """Whether the answers differ."""
    return len({response().text for _ in range(10)}) > 1


def the_file_is_mocked(ask: Ask) -> bool:
    return ask().json() == "fixed..." and not several(ask)


def data_is_made_anew(ask: Ask) -> bool:
    return several(lambda: ask("dynamic=true"))


def preferences_choose(ask: Ask) -> bool:
    together = ask("code=404, example=b")
    return (
        ask("code=404").status_code == 404
        and (together.status_code, together.json()) == (404, "B lost...")
        and several(lambda: ask("code=404, dynamic=true"))
    )


def the_query_chooses(ask: Ask) -> bool:
    together = ask(__code="404", __example="b")
    return (together.status_code, together.json()) == (404, "B lost...") and several(lambda: ask(__dynamic="true"))


def what_breaks_the_contract_is_refused(ask: Ask) -> bool:
    return ask(page="first").status_code == 400


def pages_of_any_origin_may_read(ask: Ask) -> bool:
    return ask().headers["access-control-allow-origin"] == "http://app.test"


def another_answer_needs_no_restart(ask: Ask) -> bool:
    return [ask(f"scenario={name}").status_code for name in ("404", "200")] == [404, 200]


CHECKS = {
    "`prism mock openapi.yaml`": the_file_is_mocked,
    "`prism mock --dynamic`": data_is_made_anew,
    "`Prefer: code=404`, `example=NAME`, `dynamic=true`": preferences_choose,
    "`?__code=404`, `__example`, `__dynamic`": the_query_chooses,
    "`--errors`": what_breaks_the_contract_is_refused,
    "`--cors`": pages_of_any_origin_may_read,
    "restart for another answer": another_answer_needs_no_restart,
}


def test_every_row_of_the_table_is_checked() -> None:
    assert list(CHECKS) == ROWS


@pytest.mark.parametrize("row", CHECKS)
def test_a_row_of_the_table_holds(row: str, ask: Ask) -> None:
    assert CHECKS[row](ask)


def test_dynamic_generates_new_data_for_every_request(running_server: Running, contract: Path) -> None:
    with running_server(str(contract), "--dynamic", command=("tether-relay", "mock")) as server:
        assert several(lambda: server.client.get("/letters"))


@pytest.mark.parametrize(
    ("prefer", "there"),
    [("code=418", "200, 404"), ("code=404, example=c", "a, b"), ("scenario=nope", "200, 404, 404-a, 404-b")],
)
def test_an_undeclared_preference_is_refused_with_the_declared_ones(prefer: str, there: str, ask: Ask) -> None:
    refused = ask(prefer)

    assert (refused.status_code, refused.json()["detail"].endswith(f" {there}.")) == (404, True)


APP = """<!doctype html><title>App</title><main>Loading</main><script type="module">
const options = { credentials: "include", headers: { Authorization: "Bearer any" } };
const { provider } = await (await fetch("MOCK/api/calls/providers", options)).json();
document.querySelector("main").textContent = provider === null ? "Set up calling" : `Call with ${provider}`;
</script>"""
CONFIGURATION = (
    """export default { use: { launchOptions: { executablePath: PATH, args: ["--no-sandbox", "--disable-gpu"] } } };"""
)


@pytest.mark.long
def test_the_example_for_playwright_passes(tool: Callable[[str], str], mock: Server, tmp_path: Path) -> None:
    example = re.findall(r"^```ts\n(import \{ randomUUID.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)[0]

    class App(Handler):
        def do_GET(self) -> None:
            self.reply(200, APP.replace("MOCK", mock.url).encode(), Content_Type="text/html")

    install(tool("npm"), tmp_path, "@playwright/test@1.65.1")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "playwright.config.js").write_text(CONFIGURATION.replace("PATH", json.dumps(tool("chromium"))))
    with listening(App) as url:
        test = example.replace("http://127.0.0.1:2212", mock.url).replace("http://127.0.0.1:3000", url)
        (tmp_path / "dialer.spec.ts").write_text(test)
        program = tmp_path / "node_modules" / "@playwright" / "test" / "cli.js"
        ran = subprocess.run([tool("node"), program, "test"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    asked = [entry for entry in mock.client.get("/__mock/requests").json() if entry["scenario"] == "none"]

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len({entry["session"] for entry in asked} - {None}) == 1
