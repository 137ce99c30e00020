"""Logged requests as text, run by the programs that the texts are for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openapi.http.messages import Request, Response
from openapi.mock.log.snippets import SnippetKind, snippet
from openapi.typescript.literals import literal, string
from tests.loopback import Handler, listening
from tests.npm import install

BASE = "http://127.0.0.1:2212"
JSON = (("content-type", "application/json"),)
PROVIDERS = Request("GET", "/api/calls/providers", (("Authorization", "Bearer eyJh.eyJz.c2ln"), ("Accept", "*/*")))
SINCH = Response(200, JSON, b'{"provider":"sinch","phoneNumber":"+14165550100"}')
# Texts that could end a literal, start a command, an expression or a comment, or move a cursor.
HOSTILE = [
    "'; touch hurt; '",
    "$(touch hurt) `touch hurt` $TOKEN ${TOKEN}",
    '"; touch hurt; "',
    "\\'; touch hurt #",
    "!! & | > hurt",
    "`${process.exit(9)}`",
    "</script><script>process.exit(9)</script>",
    "*/ process.exit(9) /*",
    "@/etc/passwd",
    "line\nline\ttab",
    "\u2028\u2029\u202e\ufeff\x1b[2J\x7f\x85",
    "é 漢 \U0001f600",
]


class Recorder(Handler):
    """Records the requests that it receives."""

    seen: list[tuple[str, str, dict[str, str], bytes]]

    def _record(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, self.path, headers, body))
        self.reply(200)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PURGE = _record


@pytest.fixture
def sent(tool: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., tuple[str, str, dict[str, str], bytes]]]:
    """The request that a server receives when a shell runs the `curl` text, with "secret" for `$TOKEN`."""
    tool("curl")

    class Own(Recorder):
        seen: list[tuple[str, str, dict[str, str], bytes]] = []  # noqa: RUF012

    with listening(Own) as url:

        def send(request: Request) -> tuple[str, str, dict[str, str], bytes]:
            text = snippet("curl", url, request, SINCH)
            environment = {"PATH": "/usr/bin:/bin", "TOKEN": "secret"}
            subprocess.run(["/bin/sh", "-euc", text], check=True, capture_output=True, cwd=tmp_path, env=environment)
            assert list(tmp_path.iterdir()) == []
            return Own.seen.pop()

        yield send


def test_curl_is_a_short_readable_command() -> None:
    text = snippet("curl", BASE, PROVIDERS, SINCH)

    assert text == f"""curl -i {BASE}/api/calls/providers \\\n  -H "Authorization: Bearer $TOKEN\""""


@pytest.mark.parametrize(
    "value", ["Bearer eyJh.eyJz.c2ln", "eyJh.eyJz.c2ln", "Basic dXNlcjpwdw==", "Bearer  eyJh eyJz"]
)
def test_curl_has_no_credentials(value: str) -> None:
    cookies = ("Cookie", "sid=eyJh; mock-session=tests")
    text = snippet("curl", BASE, Request("GET", "/", (("authorization", value), ("X-API-Key", "eyJz"), cookies)), SINCH)

    assert "$TOKEN" in text
    assert not any(secret in text for secret in ("eyJ", "dXNlcjpwdw"))
    assert "mock-session=tests" in text


def test_masked_values_become_the_variable() -> None:
    headers = (("Authorization", "Bearer ***"), ("Cookie", "***"), ("X-Key", "***"))

    assert snippet("curl", BASE, Request("GET", "/", headers), None).splitlines()[1:] == [
        '  -H "Authorization: Bearer $TOKEN" \\',
        '  -H "X-Key: $TOKEN"',
    ]


def test_curl_stays_in_the_session_of_a_browser() -> None:
    headers = (("Cookie", "mock-session=one; mock-scenario=none; ***"),)
    text = snippet("curl", BASE, Request("GET", "/", headers), None)

    assert text.splitlines()[1:] == ["  -H 'Cookie: mock-session=one; mock-scenario=none'"]


def test_no_masked_value_is_replayed() -> None:
    response = Response(204, (("Set-Cookie", "***"),))

    assert "***" not in snippet("playwright", BASE, PROVIDERS, response) + snippet("msw", BASE, PROVIDERS, response)


def test_curl_sends_the_bytes_of_a_header(sent: Callable[..., tuple[str, str, dict[str, str], bytes]]) -> None:
    value = "h\u00e9".encode().decode("latin-1")

    assert sent(Request("GET", "/", (("X-Note", value),)))[2]["x-note"] == value


def test_curl_sends_the_token_of_the_variable(sent: Callable[..., tuple[str, str, dict[str, str], bytes]]) -> None:
    assert sent(PROVIDERS)[2]["authorization"] == "Bearer secret"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PURGE"])
def test_curl_sends_the_method(method: str, sent: Callable[..., tuple[str, str, dict[str, str], bytes]]) -> None:
    assert sent(Request(method, "/a/../b/{c}[1]?q=%20&q"))[:2] == (method, "/a/../b/{c}[1]?q=%20&q")


@pytest.mark.parametrize("text", HOSTILE)
def test_curl_repeats_the_target_and_body(
    text: str, sent: Callable[..., tuple[str, str, dict[str, str], bytes]]
) -> None:
    body = text.encode()
    request = Request("POST", "/things", (("X-Note", "'$(touch hurt)`\"\\"), ("X-Empty", "")), body)
    _, _, headers, received = sent(request)

    assert (received, headers["x-note"], headers["x-empty"]) == (body, "'$(touch hurt)`\"\\", "")
    assert "content-type" not in headers


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_target_stays_in_the_url(
    text: str, sent: Callable[..., tuple[str, str, dict[str, str], bytes]]
) -> None:
    method, path, _, _ = sent(Request("GET", f"/things/{text}"))

    assert (method, path.startswith("/things/")) == ("GET", True)


def test_curl_sends_binary_bodies(sent: Callable[..., tuple[str, str, dict[str, str], bytes]]) -> None:
    assert sent(Request("PUT", "/", (), bytes(range(256))))[3] == bytes(range(256))


@pytest.mark.parametrize("header", [("X-Bad\r\nname", "a"), ("X-Bad", "a\x1b[2J"), ("@file", "a")])
def test_curl_omits_headers_with_control_characters(header: tuple[str, str]) -> None:
    assert "a" not in snippet("curl", "", Request("GET", "/", (header,)), None).removeprefix("curl")


def test_curl_commands_have_no_control_characters() -> None:
    request = Request("POST", "/\x1b\x07\r", (("X-A", "\x1b"), ("Cookie", "mock-\x1b=\x07; b=\x1b")), b"\x1b[2J")

    assert snippet("curl", BASE, request, None).replace("\n", " ").isprintable()


def test_playwright_answers_as_the_mock_did() -> None:
    assert (
        snippet("playwright", BASE, PROVIDERS, SINCH)
        == """\
await page.route(
  (url) => url.pathname === "/api/calls/providers",
  async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    await route.fulfill({
      status: 200,
      headers: { "content-type": "application/json" },
      json: { provider: "sinch", phoneNumber: "+14165550100" },
    });
  },
);"""
    )


def test_msw_answers_as_the_mock_did() -> None:
    assert (
        snippet("msw", BASE, PROVIDERS, SINCH)
        == """\
import { http, HttpResponse } from "msw";

http.get("*/api/calls/providers", () => {
  return HttpResponse.json({ provider: "sinch", phoneNumber: "+14165550100" });
});"""
    )


def test_headers_of_the_mock_and_of_the_delivery_are_not_replayed() -> None:
    headers = (
        ("Date", "x"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Mock-Reason", "x"),
        ("Content-Length", "2"),
        ("Retry-After", "3"),
    )
    texts = [snippet(kind, BASE, PROVIDERS, Response(503, headers, b"no")) for kind in ("playwright", "msw")]

    assert ['headers: { "retry-after": "3" }' in text for text in texts] == [True, True]


@pytest.fixture(scope="module")
def node(tool: Callable[[str], str]) -> Callable[[str], object]:
    """The value of a JavaScript expression, through JSON."""
    program = tool("node")

    def evaluate(expression: str) -> object:
        text = f"process.stdout.write(JSON.stringify({expression}))"
        done = subprocess.run([program, "--input-type=module", "-e", text], check=True, capture_output=True)
        return json.loads(done.stdout)

    return evaluate


def test_literals_evaluate_to_their_values(node: Callable[[str], object]) -> None:
    value = [
        *HOSTILE,
        {text: [None, True, -0.5, 10**15, {}, []] for text in HOSTILE},
        {"__proto__": {"a": 1}},
        "\ud800",
    ]

    assert node(literal(value)) == value


def test_string_literals_are_printable() -> None:
    assert string("".join(map(chr, range(0x3000)))).isprintable()


@pytest.fixture(scope="session")
def modules(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs that the texts are for."""
    folder = tmp_path_factory.mktemp("snippets")
    install(tool("npm"), folder, "msw@2.15.0", "playwright-core@1.65.1")
    return folder


ANSWERS: list[tuple[Request, Response | None]] = [
    (Request("GET", f"/things/{index}", (), b""), Response(418, JSON, json.dumps({text: [text]}).encode()))
    for index, text in enumerate(HOSTILE)
] + [
    (Request("GET", "/plain"), Response(200, (("content-type", "text/plain"), ("x-note", "'\"`${1}")), b"'\"`${1}")),
    (Request("GET", "/large"), Response(200, JSON, b'{"id":12345678901234567890}')),
    (Request("GET", "/broken"), Response(200, JSON, b'{"id":')),
    (Request("GET", "/deep"), Response(200, JSON, b"[" * 3000 + b"]" * 3000)),
    (Request("GET", "/bytes"), Response(200, (("content-type", "image/png"),), bytes(range(256)))),
    (Request("GET", "/query?a=1&b=%27%22"), Response(200, JSON, b"[1]")),
    (Request("GET", "/a.b/(c)/:d/+*/%7B'"), Response(200, JSON, b"[2]")),
    (Request("DELETE", "/nothing"), Response(204)),
    (Request("PURGE", "/unusual"), Response(200, JSON, b"[3]")),
    (Request("GET", "/reset"), None),
]


def expected(response: Response | None) -> object:
    return None if response is None else [response.status, response.body.hex()]


def texts(kind: SnippetKind) -> str:
    return json.dumps(
        [
            {"method": request.method, "target": request.target, "text": snippet(kind, BASE, request, response)}
            for request, response in ANSWERS
        ]
    )


ASK = """
const ask = async ({ method, target }) => {
  try {
    const response = await fetch("http://app.test" + target, { method });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return [response.status, [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")];
  } catch { return null; }
};
"""


@pytest.mark.long
def test_msw_gives_the_answers(modules: Path, tool: Callable[[str], str]) -> None:
    script = f"""
import {{ http, HttpResponse }} from "msw";
import {{ setupServer }} from "msw/node";
{ASK}
const cases = {texts("msw")};
const answers = [];
for (const one of cases) {{
  const code = one.text.replace(/^import .*\\n/, "").replace(/;$/, "");
  const server = setupServer(new Function("http", "HttpResponse", "return " + code.trim())(http, HttpResponse));
  server.listen({{ onUnhandledRequest: "error" }});
  answers.push(await ask(one));
  server.close();
}}
console.log(JSON.stringify(answers));
"""
    (modules / "msw.mjs").write_text(script)
    done = subprocess.run([tool("node"), "msw.mjs"], check=True, capture_output=True, cwd=modules)

    assert normal(json.loads(done.stdout)) == normal([expected(response) for _, response in ANSWERS])


@pytest.mark.long
def test_playwright_gives_the_answers(modules: Path, tool: Callable[[str], str]) -> None:
    script = f"""
import {{ chromium }} from "playwright-core";
const options = {{ executablePath: {json.dumps(tool("chromium"))}, args: ["--no-sandbox", "--disable-gpu"] }};
const browser = await chromium.launch(options);
const page = await browser.newPage();
await page.route((url) => url.pathname === "/", (route) => route.fulfill({{ body: "app" }}));
await page.goto("http://app.test/");
const AsyncFunction = (async () => {{}}).constructor;
const answers = [];
for (const one of {texts("playwright")}) {{
  await new AsyncFunction("page", one.text)(page);
  answers.push(await page.evaluate(`(async () => {{ {ASK}; return ask(${{JSON.stringify(one)}}) }})()`));
}}
await browser.close();
console.log(JSON.stringify(answers));
"""
    (modules / "playwright.mjs").write_text(script)
    done = subprocess.run([tool("node"), "playwright.mjs"], check=True, capture_output=True, cwd=modules)

    assert normal(json.loads(done.stdout)) == normal([expected(response) for _, response in ANSWERS])


def normal(answers: list[list[object] | None] | list[object]) -> list[object]:
    """Answers with parsed JSON, because its spacing does not matter."""

    def read(answer: object) -> object:
        if not isinstance(answer, list):
            return answer
        content = bytes.fromhex(answer[1])
        try:
            return [answer[0], json.loads(content)]
        except (ValueError, RecursionError):
            return [answer[0], content]

    return [read(answer) for answer in answers]
