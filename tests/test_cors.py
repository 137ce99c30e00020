"""CORS: the origins whose pages may call the server, and the answers that they may read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from openapi.contract import load_contract
from scripts.cli.settings import SettingsError, read_settings
from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = "/api/calls/providers"
METHODS = sorted({"GET", "HEAD", *(operation.method.upper() for operation in load_contract().operations)})
APP = "https://app.example.com"
OTHER = "https://other.example.com"
ASKING = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-request-id"}


@pytest.fixture(scope="module")
def open_server(running_server: Running) -> Iterator[Server]:
    """A server with one allowed origin."""
    with running_server(environment={"TETHER_RELAY_CORS_ORIGINS": APP}) as server:
        yield server


def cors_headers(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


def test_a_preflight_is_answered(open_server: Server) -> None:
    response = open_server.client.options(PATH, headers={"Origin": APP, **ASKING})

    assert (response.status_code, response.content) == (204, b"")
    assert cors_headers(response.headers) == {
        "access-control-allow-origin": APP,
        "access-control-allow-methods": ", ".join(METHODS),
        "access-control-allow-headers": (
            "Accept, Accept-Language, Authorization, Content-Language, Content-Type, X-Request-ID"
        ),
        "access-control-max-age": "600",
    }
    assert "Origin" in response.headers["vary"]
    assert response.headers["x-request-id"]


def test_a_preflight_has_a_line_in_the_log(open_server: Server, eventually: Eventually) -> None:
    headers = {"Origin": APP, "X-Request-ID": "a-preflight", **ASKING}
    response = open_server.client.options(PATH, headers=headers)
    assert eventually(lambda: '"request_id":"a-preflight"' in open_server.output)
    (line,) = (line for line in open_server.output.splitlines() if '"request_id":"a-preflight"' in line)
    event = json.loads(line)

    assert response.headers["x-request-id"] == "a-preflight"
    assert [event[name] for name in ("method", "operation", "status", "code")] == ["OPTIONS", None, 204, None]


@pytest.mark.parametrize("origin", [OTHER, "null", APP + ".evil.example", APP.upper(), "http://app.example.com"])
def test_a_preflight_of_another_origin_gets_no_permission(open_server: Server, origin: str) -> None:
    response = open_server.client.options(PATH, headers={"Origin": origin, **ASKING})

    assert (response.status_code, response.content) == (204, b"")
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "user", "status"),
    [
        ("GET", PATH, "user_ada", 200),
        ("GET", PATH, "user_unknown", 401),
        ("POST", PATH, "user_ada", 405),
        ("GET", "/nothing", "user_ada", 404),
        ("GET", "/livez", "user_ada", 200),
    ],
)
def test_every_answer_is_readable_for_the_allowed_origin(
    open_server: Server, method: str, path: str, user: str, status: int
) -> None:
    headers = {"Origin": APP, "Authorization": f"Bearer {open_server.token(user)}"}
    response = open_server.client.request(method, path, headers=headers)

    assert response.status_code == status
    assert cors_headers(response.headers) == {
        "access-control-allow-origin": APP,
        "access-control-expose-headers": "Allow, WWW-Authenticate, X-Request-ID",
    }


def test_vary_names_authorization_and_origin(open_server: Server) -> None:
    headers = {"Origin": APP, "Authorization": f"Bearer {open_server.token()}"}
    response = open_server.client.get(PATH, headers=headers)

    assert response.headers["vary"] == "Authorization, Origin"


def test_an_answer_is_not_readable_for_another_origin(open_server: Server) -> None:
    headers = {"Origin": OTHER, "Authorization": f"Bearer {open_server.token()}"}
    response = open_server.client.get(PATH, headers=headers)

    assert "access-control-allow-origin" not in response.headers


def test_an_error_is_readable_for_the_allowed_origin(running_server: Running) -> None:
    with running_server(environment={"TETHER_RELAY_CORS_ORIGINS": APP}) as server:
        server.database.write_bytes(b"garbage" * 1000)
        response = server.client.get(PATH, headers={"Origin": APP, "Authorization": f"Bearer {server.token()}"})

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (500, APP)


def test_without_origins_no_answer_has_cors_headers(server: Server) -> None:
    preflight = server.client.options(PATH, headers={"Origin": APP, **ASKING})
    response = server.client.get(PATH, headers={"Origin": APP})

    assert (cors_headers(preflight.headers), cors_headers(response.headers)) == ({}, {})


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "app.example.com",
        "https://app.example.com/",
        "https://app.example.com/path",
        "https://App.example.com",
        "https://app.example.com:443",
        "http://app.example.com:80",
        "https://ada@app.example.com",
        "https://*.example.com",
        "ftp://app.example.com",
        "https://",
        "https://app.example.com:0",
    ],
)
def test_an_origin_that_no_browser_sends_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="is not an origin as browsers send it"):
        read_settings(cors_origins=origin)


@pytest.mark.parametrize(
    "origin", [APP, "http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:3000", "https://a.example:8443"]
)
def test_a_list_of_origins_is_accepted(origin: str) -> None:
    assert read_settings(cors_origins=f"{origin}, {OTHER}").cors_origins == (origin, OTHER)


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """The origin of a web server with an empty page."""

    class Page(Handler):
        def do_GET(self) -> None:
            self.reply(200, Content_Type="text/html")

    with listening(Page) as address:
        yield address


CALL = """async ([url, token]) => {
  try {
    const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    const headers = ["WWW-Authenticate", "X-Request-ID"].map((name) => response.headers.has(name));
    return [response.status, (await response.json()).provider ?? null, ...headers];
  } catch (error) {
    return error.name;
  }
}"""


@pytest.mark.long
def test_in_a_browser_only_pages_of_the_allowed_origin_can_read_answers(
    running_server: Running, page: str, tool: Callable[[str], str]
) -> None:
    answers = []
    with (
        running_server(environment={"TETHER_RELAY_CORS_ORIGINS": page}) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=tool("chromium"), args=["--no-sandbox"]) as browser,
    ):
        for origin in (page, page.replace("127.0.0.1", "localhost")):
            tab = browser.new_page()
            tab.goto(origin)
            for token in (server.token(), "wrong"):
                answers.append(tab.evaluate(CALL, [server.url + PATH, token]))

    assert answers == [[200, "sinch", False, True], [401, None, True, True], "TypeError", "TypeError"]
