"""The proxy judges each exchange, reports violations, and with `enforce` withholds violating answers."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest

from openapi.findings.reproduction import reproduction
from openapi.http.token_variables import variables
from openapi.proxy.app import REPORT, Mode
from openapi.proxy.traffic import MAX_OF_A_RULE
from tests.conftest import clean_environment, executable
from tests.loopback import Handler, listening
from tests.openapi.proxy.program import PATH, PATIENCE, TELNYX, TOKEN, Telnyx, command
from tests.openapi.proxy.within import GOOD, Reply, answering, proxying

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def test_valid_answer_passes_unchanged_without_a_violation() -> None:
    with proxying(answering(GOOD, X_Own="1")) as proxy:
        came = proxy.client.get(PATH, headers=TOKEN)

    assert (came.status_code, came.content, came.headers["x-own"]) == (200, GOOD, "1")
    assert proxy.violations == []
    assert proxy.traffic.verdict().exit_code == 0


def test_each_invalid_property_is_a_violation() -> None:
    with proxying(answering(TELNYX)) as proxy:
        came = proxy.client.get(PATH, headers=TOKEN)

    assert came.content == TELNYX
    assert sorted(violation["where"] for violation in proxy.violations) == ["/phoneNumber", "/provider"]
    assert proxy.traffic.verdict().exit_code == 1


def test_in_enforce_mode_a_violating_answer_becomes_a_502_with_the_violations() -> None:
    with proxying(answering(TELNYX), Mode.ENFORCE) as proxy:
        came = proxy.client.get(PATH, headers=TOKEN)
        body = came.json()

    assert (came.status_code, body["success"], body["code"]) == (502, False, "CONTRACT_VIOLATED")
    assert {violation["where"] for violation in body["violations"]} == {"/provider", "/phoneNumber"}
    assert b"telnyx" not in came.content
    assert proxy.rules == ["body-schema", "body-schema"]


SWAGGER = b"""\
swagger: '2.0'
info: {title: Small, version: '1'}
paths:
  /a:
    get:
      operationId: get_a
      responses: {'200': {description: '', schema: {type: object, properties: {a: {maximum: 3}}}}}
"""
MAXIMUM = "/paths/~1a/get/responses/200/schema/properties/a/maximum"


@pytest.mark.parametrize("mode", [Mode.REPORT, Mode.ENFORCE])
def test_a_violation_of_a_swagger_contract_has_its_place_as_written(mode: Mode, tmp_path: Path) -> None:
    contract = tmp_path / "small.yaml"
    contract.write_bytes(SWAGGER)

    with proxying(answering(b'{"a": 4}'), mode, contract=contract) as proxy:
        came = proxy.client.get("/a").json()

    (violation,) = came["violations"] if mode is Mode.ENFORCE else proxy.violations
    (finding,) = proxy.traffic.verdict().findings
    assert (violation["pointer"], finding.pointer, finding.origin) == (MAXIMUM, MAXIMUM, MAXIMUM)
    assert finding.expected == "maximum: 3"


def test_in_enforce_mode_a_valid_answer_is_unchanged() -> None:
    with proxying(answering(GOOD, X_Own="1"), Mode.ENFORCE) as proxy:
        came = proxy.client.get(PATH, headers=TOKEN)

    assert (came.status_code, came.content, came.headers["x-own"]) == (200, GOOD, "1")


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
    ],
)
def test_compressed_answer_passes_unchanged_and_is_judged(
    mode: Mode, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(GOOD)
    with (
        proxying(answering(packed, Content_Encoding=coding), mode) as proxy,
        proxy.client.stream("GET", PATH, headers=TOKEN) as came,
    ):
        raw = b"".join(came.iter_raw())

    assert raw == packed
    assert proxy.violations == []
    assert not proxy.traffic.unjudged


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
def test_violation_in_a_compressed_answer_is_reported(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with proxying(answering(pack(TELNYX), Content_Encoding=coding)) as proxy:
        proxy.client.get(PATH, headers=TOKEN)

    assert proxy.rules == ["body-schema", "body-schema"]


def test_content_that_is_not_coded_as_declared_is_reported() -> None:
    with (
        proxying(answering(GOOD, Content_Encoding="gzip")) as proxy,
        proxy.client.stream("GET", PATH, headers=TOKEN) as came,
    ):
        raw = b"".join(came.iter_raw())

    assert raw == GOOD
    assert proxy.rules == ["content-encoding"]
    assert [finding.expected for finding in proxy.traffic.verdict().findings] == ["content coded as gzip"]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answering(b'"' + b"x" * 5000 + b'"'), "more than 1000 bytes"),
        (answering(gzip.compress(b" " * 100_000), Content_Encoding="gzip"), "more than 1000 bytes once decoded"),
        (answering(b"??", Content_Encoding="compress"), "the coding compress is not supported"),
    ],
)
def test_body_that_cannot_be_judged_passes_and_is_counted(mode: Mode, reply: Reply, reason: str) -> None:
    with proxying(reply, mode, max_judged=1000) as proxy, proxy.client.stream("GET", PATH, headers=TOKEN) as came:
        raw = b"".join(came.iter_raw())

    assert came.status_code == 200
    assert raw
    assert [reason in unjudged for unjudged in proxy.traffic.unjudged] == [True]
    assert proxy.violations == []


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_answer_without_content_is_not_a_violation(method: str) -> None:
    def reply(handler: Handler) -> None:
        handler.send_response(200 if method == "HEAD" else 304)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100")
        handler.end_headers()

    with proxying(reply) as proxy:
        came = proxy.client.request(method, PATH, headers=TOKEN)

    assert came.content == b""
    assert proxy.violations == []


@pytest.mark.parametrize(
    ("path", "headers", "rule"),
    [(PATH, {}, "credentials-missing"), ("/other", TOKEN, "path-undeclared")],
)
def test_accepted_request_that_breaks_the_contract_is_a_finding(path: str, headers: dict[str, str], rule: str) -> None:
    with proxying(answering(GOOD)) as proxy:
        proxy.client.get(path, headers=headers)

    assert proxy.rules == [rule]
    assert proxy.traffic.verdict().exit_code == 1


def test_refused_request_that_breaks_the_contract_is_reported_but_not_a_finding() -> None:
    with proxying(answering(b'{"success": false}', 401)) as proxy:
        proxy.client.get(PATH)

    assert [(violation["rule"], violation["refused"]) for violation in proxy.violations] == [
        ("credentials-missing", True)
    ]
    assert proxy.traffic.verdict().findings == ()


def test_curl_line_sends_the_same_request_to_the_upstream() -> None:
    with proxying(answering(TELNYX)) as proxy:
        proxy.client.get(PATH, headers={**TOKEN, "X-Team": "a", "Expect": "100-continue"})
    verdict = proxy.traffic.verdict()
    line = reproduction(verdict.findings[0], verdict.base_url, proxy.traffic.secrets)

    assert line.startswith(f"curl -i --path-as-is {verdict.base_url}{PATH} ")
    assert [name for name in ("host:", "connection:", "expect:") if f"'{name}" in line] == []
    assert "'x-team: a'" in line


def test_curl_line_of_a_request_with_a_body_takes_it_from_a_variable() -> None:
    with proxying(answering(GOOD)) as proxy:
        proxy.client.post("/other", content=b"a=b", headers=TOKEN)
    verdict = proxy.traffic.verdict()
    line = reproduction(verdict.findings[0], verdict.base_url, proxy.traffic.secrets)

    assert line.endswith("-H 'Content-Type:' -H 'Expect:' --data-binary \"@$BODY\"")
    assert "content-length" not in line
    assert "BODY" in variables(line)


def test_curl_line_has_the_base_path_of_the_upstream() -> None:
    with proxying(answering(GOOD), base_path="/base/") as proxy:
        proxy.client.get("/other", headers=TOKEN)
    verdict = proxy.traffic.verdict()

    assert "/base/other " in reproduction(verdict.findings[0], verdict.base_url, proxy.traffic.secrets)


def test_secrets_are_in_no_violation_and_in_no_report() -> None:
    with proxying(answering(TELNYX, Set_Cookie="session=very-secret", X_Api_Key="very-secret")) as proxy:
        target = PATH + "?token=very-secret&password=very-secret"
        proxy.client.get(target, headers={**TOKEN, "Cookie": "a=very-secret", "X-Api-Key": "very-secret"})
        reports = [proxy.client.get("/__proxy/report", headers={"Accept": kind}).text for kind in ("text/html", "*/*")]

    assert "body-schema" in reports[0]
    assert "body-schema" in reports[1]
    assert "very-secret" not in "".join([*reports, json.dumps(proxy.violations), repr(proxy.traffic.verdict())])


def test_credentials_that_the_server_repeats_are_in_no_violation_and_in_no_report() -> None:
    with proxying(answering(TELNYX, X_Echo="a-bearer-secret and b-cookie-secret", X_Other="c-query-secret")) as proxy:
        headers = {"Authorization": "Bearer a-bearer-secret", "Cookie": "sid=b-cookie-secret"}
        proxy.client.get(PATH + "?access_token=c-query-secret", headers=headers)
        reports = [proxy.client.get("/__proxy/report", headers={"Accept": kind}).text for kind in ("text/html", "*/*")]

    written = "".join([*reports, json.dumps(proxy.violations), repr(proxy.traffic.verdict())])
    assert "x-echo" in reports[0].lower()
    assert not any(secret in written for secret in ("a-bearer-secret", "b-cookie-secret", "c-query-secret"))


def test_current_report_has_counts_findings_and_coverage() -> None:
    with proxying(answering(TELNYX)) as proxy:
        for _ in range(3):
            proxy.client.get(PATH, headers=TOKEN)
        report: dict[str, Any] = proxy.client.get("/__proxy/report").json()

    assert (report["requests"], report["violations"]) == (3, 6)
    assert [finding["count"] for finding in report["findings"]] == [3, 3]
    assert report["coverage"][0]["seen"] == {"200": 3}
    assert report["coverage"][0]["unseen"] == ["401", "500"]


def test_page_has_the_name_of_the_proxy_and_one_finding_for_one_fault() -> None:
    with proxying(answering(TELNYX)) as proxy:
        for _ in range(3):
            proxy.client.get(PATH, headers=TOKEN)
        page = proxy.client.get("/__proxy/report", headers={"Accept": "text/html"}).text

    assert '<p class="name">tether-relay proxy</p>' in page
    assert "tether-relay check" not in page
    assert page.count('<details class="finding') == 2


def test_number_of_findings_per_rule_is_bounded() -> None:
    with proxying(answering(b"", 204)) as proxy:
        for number in range(MAX_OF_A_RULE + 5):
            proxy.client.get(f"/other/{number}")

    assert len(proxy.traffic.verdict().findings) == MAX_OF_A_RULE
    assert proxy.traffic.violations["path-undeclared"] == MAX_OF_A_RULE + 5


def test_websocket_is_refused_in_the_envelope() -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "a"}
    with proxying(answering(GOOD)) as proxy:
        came = proxy.client.get(PATH, headers=upgrade)

    assert (came.status_code, came.json()["code"]) == (501, "NOT_PASSED_ON")


def test_other_upgrade_is_declined_and_the_request_answered() -> None:
    with proxying(answering(GOOD)) as proxy:
        upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
        came = proxy.client.get(PATH, headers={**TOKEN, **upgrade})

    assert (came.status_code, came.content) == (200, GOOD)


def test_proxy_writes_its_reports_on_sigint_and_exits_with_1(tmp_path: Path) -> None:
    reports = {name: tmp_path / f"report.{name}" for name in ("junit", "sarif", "html", "jsonl")}
    options = [part for name, path in reports.items() for part in (f"--{name}", str(path))]
    with listening(Telnyx) as upstream, command(upstream, tmp_path, *options) as (process, url):
        httpx.get(url + PATH, headers=TOKEN, trust_env=False)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)

    lines = [json.loads(line) for line in output.splitlines()]
    assert process.returncode == 1
    assert [line["rule"] for line in lines] == ["body-schema", "body-schema"]
    assert all("body-schema" in path.read_text() for path in reports.values())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--upstream", "localhost:1"], "localhost:1 is not the URL of a server"),
        (
            ["--upstream", "http://127.0.0.1:1", "--jsonl", "-"],
            "a report cannot go to stdout, which has the violations",
        ),
    ],
)
def test_invalid_option_is_reported_in_one_line(tmp_path: Path, options: list[str], sentence: str) -> None:
    arguments = [executable("tether-relay"), "proxy", *options]
    ended = subprocess.run(
        arguments, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"tether-relay: {sentence}")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["/__proxy/report", "/__proxy/report?a=b", "/__proxy", "/__proxy/other"])
def test_pages_of_the_proxy_refuse_a_rebound_host(path: str) -> None:
    with proxying(answering(GOOD)) as proxy:
        refused = proxy.client.get(path, headers={"Host": "evil.example:2214"})
        own = proxy.client.get(path, headers={"Host": "localhost"})

    assert (refused.status_code, refused.json()["code"]) == (403, "HOST_REFUSED")
    assert own.status_code == (200 if path.startswith(REPORT.decode()) else 404)
    assert proxy.traffic.verdict().requests == 0


def test_traffic_is_forwarded_for_every_host() -> None:
    with proxying(answering(GOOD)) as proxy:
        came = proxy.client.get(PATH, headers={**TOKEN, "Host": "api.example"})

    assert came.status_code == 200


@pytest.mark.parametrize("mode", list(Mode))
def test_values_that_a_pattern_cannot_judge_are_counted_as_not_judged(tmp_path: Path, mode: Mode) -> None:
    schema = "{schema: {type: string, pattern: '^(a|aa)+\\1?$'}}"
    (tmp_path / "contract.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: Endless, version: '1'}\npaths:\n  /x:\n    post:\n"
        f"      requestBody: {{content: {{application/json: {schema}}}}}\n"
        f"      responses: {{'200': {{description: d, content: {{application/json: {schema}}}}}}}\n"
    )
    endless = json.dumps("a" * 60 + "!").encode()
    with proxying(answering(endless), mode, contract=tmp_path / "contract.yaml") as proxy:
        came = proxy.client.post("/x", content=endless, headers={"Content-Type": "application/json"})

    assert (came.status_code, came.content, proxy.violations) == (200, endless, [])
    assert {reason.partition(":")[0] for reason in proxy.traffic.unjudged} == {"the request", "the answer"}
