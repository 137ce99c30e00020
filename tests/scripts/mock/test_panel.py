"""The panel of the mock: choices in it apply, and it shows events."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import APIResponse, Browser, Route, expect

from tests.conftest import clean_environment, end, executable, holds_eventually
from tests.loopback import Handler, listening, reserved_port
from tests.panel import MOCK, PROVIDERS, PanelVisit, ask, opened

if TYPE_CHECKING:
    from tests.conftest import Running, Server

pytestmark = pytest.mark.long

HOSTILE = """<img src=x onerror="document.title='hurt'"><script>document.title='hurt'</script>'"&{{x}}"""


def operation(mock: Server) -> dict[str, Any]:
    (found,) = mock.client.get("/__mock/state").json()["operations"]
    assert isinstance(found, dict)
    return found


def select(panel: PanelVisit, name: str = PROVIDERS) -> None:
    panel.page.get_by_role("option", name=name).click()


def newest(panel: PanelVisit) -> Any:
    return panel.page.locator("#requests-list button").first


def open_newest(panel: PanelVisit) -> Any:
    newest(panel).click()
    return panel.page.get_by_role("dialog")


def test_the_panel_contacts_only_the_mock(panel: PanelVisit, mock: Server) -> None:
    expect(panel.page.locator("#requests-list li").first).to_be_visible()

    assert [url for url in panel.requests if not url.startswith(f"{mock.url}/")] == []


def test_only_scripts_of_the_mock_may_run(panel: PanelVisit, mock: Server) -> None:
    policy = mock.client.get("/__mock").headers["content-security-policy"]
    source = panel.page.content()

    assert ("script-src 'self'" in policy, "unsafe" in policy, "style=" in source, "onclick" in source) == (
        True,
        False,
        False,
        False,
    )


def test_a_request_appears_without_reloading(panel: PanelVisit, mock: Server) -> None:
    ask(mock, Prefer="scenario=no-number")

    expect(newest(panel)).to_contain_text("no-number")
    expect(newest(panel)).to_contain_text("get_calls_providers")
    expect(newest(panel).locator(".status")).to_have_text("200")


def test_an_open_request_shows_its_reason_and_content(panel: PanelVisit, mock: Server) -> None:
    ask(mock, Prefer="scenario=error-structured")
    expect(newest(panel)).to_contain_text("error-structured")
    details = open_newest(panel)

    expect(details.locator(".reason")).to_contain_text("error-structured")
    expect(details.get_by_label("Body of the response")).to_contain_text(
        '  "error": {\n    "code": "STORE_UNAVAILABLE"'
    )
    expect(details.get_by_label("Headers of the request")).to_contain_text("scenario=error-structured")
    expect(details.get_by_label("Headers of the request")).not_to_contain_text("any")


@pytest.mark.parametrize(("name", "kind"), [("curl", "curl"), ("Playwright", "playwright"), ("MSW", "msw")])
def test_a_request_is_copied(name: str, kind: str, panel: PanelVisit, mock: Server) -> None:
    open_newest(panel).get_by_role("button", name=name).click()
    panel.said(f"Copied the request as {name}")
    number = mock.client.get("/__mock/requests").json()[-1]["number"]

    assert panel.copied() == mock.client.get(f"/__mock/requests/{number}/snippet?as={kind}").json()["text"]


def test_older_and_newer_requests_are_reached_from_an_open_one(panel: PanelVisit, mock: Server) -> None:
    ask(mock, Prefer="scenario=none")
    expect(newest(panel)).to_contain_text("none")
    details = open_newest(panel)
    details.get_by_role("button", name="Older").click()
    expect(details.locator(".reason")).to_contain_text("No scenario")
    details.get_by_role("button", name="Newer").click()

    expect(details.locator(".reason")).to_contain_text("none")


def test_a_filter_without_matches_shows_a_message(panel: PanelVisit) -> None:
    panel.page.get_by_label("Filter requests").fill("nothing like it")

    expect(panel.page.locator("#requests-unmatched")).to_be_visible()


def test_an_operation_with_a_long_path_is_readable(panel: PanelVisit, mock: Server) -> None:
    ask(mock)
    mock.client.get(PROVIDERS, params={"q": "long" * 200})
    expect(newest(panel)).to_contain_text("longlong")
    name = newest(panel).locator(".operation-id")
    box = name.bounding_box()

    assert box is not None
    assert box["width"] > 80


def test_an_options_request_to_a_known_path_is_not_labelled_unknown(panel: PanelVisit, mock: Server) -> None:
    mock.client.options(PROVIDERS)
    expect(newest(panel)).to_contain_text("OPTIONS")

    expect(newest(panel)).not_to_contain_text("unknown operation")


def test_a_request_during_the_loading_of_the_log_is_not_lost(panel: PanelVisit, mock: Server) -> None:
    held: list[tuple[Route, APIResponse]] = []
    panel.page.route("**/__mock/requests", lambda route: held.append((route, route.fetch())))
    panel.page.reload()
    expect(panel.page.locator("#preview .answer")).to_contain_text(" ms")
    mock.client.get("/meanwhile")
    expect(newest(panel)).to_contain_text("/meanwhile")
    for route, read in held:
        route.fulfill(response=read)
    panel.page.unroute("**/__mock/requests")

    expect(panel.page.locator("#requests-list li", has_text=PROVIDERS)).to_have_count(2)
    expect(newest(panel)).to_contain_text("/meanwhile")


def test_the_log_is_filtered_and_emptied(panel: PanelVisit, mock: Server) -> None:
    ask(mock, Prefer="scenario=none")
    expect(newest(panel)).to_contain_text("none")
    panel.page.get_by_label("Filter requests").fill("none")
    expect(panel.page.locator("#requests-list li:visible")).to_have_count(1)
    panel.page.locator("#requests-clear").click()
    expect(panel.page.locator("#requests-list li")).to_have_count(0)

    assert mock.client.get("/__mock/requests").json() == []


def test_a_scenario_is_chosen_for_one_operation(panel: PanelVisit, mock: Server) -> None:
    select(panel)
    panel.page.get_by_role("radio", name="no-number").check()
    panel.said("Scenario no-number")

    assert ask(mock).json() == {"provider": "twilio", "phoneNumber": None}


def test_a_scenario_is_chosen_for_all_operations(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_role("radio", name="token-expired").check()
    panel.said("Scenario token-expired")

    assert (mock.client.get("/__mock/state").json()["scenario"], ask(mock).status_code) == ("token-expired", 401)


def test_the_choice_of_a_scenario_is_removed(panel: PanelVisit, mock: Server) -> None:
    panel.choose("none")
    panel.said("Scenario none")
    panel.choose("no scenario")
    panel.said("No scenario")

    assert operation(mock)["scenario"] is None


def test_a_request_without_a_scenario_shows_no_scenario(panel: PanelVisit) -> None:
    details = open_newest(panel)
    expect(details.locator(".reason")).to_contain_text("No scenario")

    expect(details.locator(".facts")).not_to_contain_text("Scenario")


def test_the_scenario_of_the_default_response_is_listed(
    browser: Browser, running_server: Running, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.yaml"
    document = contract_of({"/a": "A"})
    document["paths"]["/a"]["get"]["responses"]["default"] = {"description": "Broken"}
    contract.write_text(json.dumps(document))
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        names = visit.page.locator("#scenarios-list .name")

        expect(names).to_have_text(["no scenario", "200", "default"])


def test_the_chosen_scenario_of_the_dialer_can_be_shared(panel: PanelVisit) -> None:
    panel.choose("no-number")
    panel.said("Scenario no-number")

    expect(panel.page.get_by_role("radio", name="no-number")).to_be_checked()
    expect(panel.page.get_by_role("button", name="Copy link")).to_be_enabled()


def test_choices_of_other_clients_are_shown(panel: PanelVisit, mock: Server) -> None:
    mock.client.put("/__mock/scenario", json={"name": "none"})

    expect(panel.page.get_by_role("radio", name="none")).to_be_checked()
    expect(panel.page.locator("#preview").get_by_role("button", name="none")).to_have_attribute("aria-pressed", "true")


def test_choices_of_a_session_apply_only_to_this_browser(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_label("Just this session").check()
    name = panel.page.get_by_label("Name of the session").input_value()
    expect(panel.page.locator("#connection")).to_have_text("Live")
    panel.choose("none")
    panel.said("Scenario none")

    assert ask(mock).json()["provider"] == "sinch"
    assert ask(mock, **{"X-Mock-Session": name}).json()["provider"] is None


def test_the_log_of_a_session_has_only_its_requests(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_label("Just this session").check()
    panel.page.get_by_label("Name of the session").fill("mine")
    panel.page.get_by_label("Name of the session").press("Enter")
    panel.said("Choices apply to the session mine")
    expect(panel.page.locator("#connection")).to_have_text("Live")
    ask(mock, Prefer="scenario=twilio")
    ask(mock, **{"X-Mock-Session": "mine", "Prefer": "scenario=no-number"})

    expect(newest(panel)).to_contain_text("no-number")
    expect(panel.page.locator("#requests-list")).not_to_contain_text("twilio")


FAULTS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"Delay": "20"}, {"delay": 20}),
    ({"Delay": "20", "up to": "40"}, {"delay": [20, 40]}),
    ({"Instead of the answer": "hang"}, {"kind": "hang"}),
    ({"Instead of the answer": "reset", "Share": "30"}, {"kind": "reset", "share": 0.3}),
    ({"Instead of the answer": "truncate"}, {"kind": "truncate"}),
    ({"Instead of the answer": "malform", "Times": "3"}, {"kind": "malform", "times": 3}),
    ({"Instead of the answer": "unavailable", "Retry-After": "7"}, {"kind": "unavailable", "retryAfter": 7}),
    ({"Instead of the answer": "error", "Delay": "5"}, {"kind": "error", "delay": 5}),
]


@pytest.mark.parametrize(("fields", "fault"), FAULTS)
def test_a_fault_is_set(fields: dict[str, str], fault: dict[str, Any], panel: PanelVisit, mock: Server) -> None:
    # The requests of the dialer would count too.
    panel.page.route(f"**{PROVIDERS}", lambda route: route.abort())
    for label, value in fields.items():
        field = panel.page.locator("#fault").get_by_label(label)
        if label.startswith("Instead"):
            field.select_option(value)
        else:
            field.fill(value)
    panel.page.get_by_role("button", name="Apply").click()
    expect(panel.page.locator("#fault-now")).to_be_visible()

    assert mock.client.get("/__mock/state").json()["fault"] == fault


def test_a_fault_is_cleared(panel: PanelVisit, mock: Server) -> None:
    mock.client.put("/__mock/fault", json={"fault": {"kind": "error"}})
    panel.page.get_by_role("button", name="Clear fault").click()
    panel.said("No fault")

    assert ask(mock).status_code == 200


def test_a_fault_that_has_ended_is_not_shown(panel: PanelVisit, mock: Server) -> None:
    mock.client.put("/__mock/fault", json={"fault": {"kind": "error", "times": 2}})
    expect(panel.page.locator("#fault-now")).to_have_text("500 · 2\u00d7")
    ask(mock)
    ask(mock)

    expect(panel.page.locator("#fault-now")).to_be_hidden()


@pytest.mark.parametrize("label", ["Share", "Times"])
def test_a_fault_without_effect_is_refused_in_the_form(label: str, panel: PanelVisit) -> None:
    panel.page.locator("#fault").get_by_label(label).fill("50")
    panel.page.get_by_role("button", name="Apply").click()

    panel.said("Choose what to send instead of the answer, or enter a delay")


def test_a_range_that_ends_before_it_begins_is_refused_in_the_form(panel: PanelVisit) -> None:
    panel.page.get_by_label("Delay, ms").fill("50")
    panel.page.get_by_label("up to").fill("20")
    panel.page.get_by_role("button", name="Apply").click()

    panel.said("The maximum delay is less than the minimum")


def test_reset_restores_the_state_at_start(panel: PanelVisit, mock: Server) -> None:
    mock.client.put("/__mock/scenario", json={"name": "none"})
    mock.client.put("/__mock/fault", json={"fault": {"delay": 1}})
    panel.page.get_by_role("button", name="Reset").click()
    panel.said("Restored the state at start")
    state = mock.client.get("/__mock/state").json()

    assert (state["scenario"], state["fault"]) == (None, None)


def test_reset_also_removes_the_scenario_of_a_link(panel: PanelVisit, mock: Server) -> None:
    panel.page.goto(f"{mock.url}/__mock/use/twilio")
    expect(panel.page.locator("#preview")).to_contain_text("Twilio SDK")
    panel.choose("none")
    panel.said("Scenario none; a link overrides it with twilio in this browser")
    panel.page.get_by_role("button", name="Reset").click()
    panel.said("Restored the state at start")

    expect(panel.page.locator("#preview")).to_contain_text("Sinch SDK")
    expect(panel.page.locator("#notices")).not_to_contain_text("A link has selected")


def test_warnings_about_the_contract_are_shown(panel: PanelVisit) -> None:
    warnings = panel.page.locator("details.notice")
    warnings.locator("summary").click()

    expect(warnings).to_contain_text("/components/schemas/CallsErrorResponse/example")


def test_an_invalid_save_is_shown_until_it_is_fixed(browser: Browser, running_server: Running, tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    good = json.dumps(contract_of({"/a": "A"}))
    contract.write_text(good)
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        contract.write_text("openapi: 3.0.3\npaths: [\n")
        expect(visit.page.get_by_role("alert")).to_contain_text("is invalid; the last valid version stays in force")
        contract.write_text(good)

        expect(visit.page.get_by_role("alert")).to_have_count(0)
        assert visit.surprises == []


def test_the_operations_of_a_saved_contract_are_shown(
    browser: Browser, running_server: Running, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(json.dumps(contract_of({"/a": "A"})))
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        contract.write_text(json.dumps(contract_of({"/a": "A", "/b": "B"})))

        expect(visit.page.get_by_role("option", name="/b")).to_be_visible()


def test_the_panel_reconnects_to_a_restarted_mock(browser: Browser, tool: Callable[[str], str]) -> None:
    with reserved_port() as port:
        url = f"http://127.0.0.1:{port}"
        process = start(port)
        try:
            with opened(browser, url) as visit:
                end(process)
                expect(visit.page.locator("#connection")).to_contain_text("not reachable")
                process = start(port)
                expect(visit.page.locator("#connection")).to_have_text("Live")
                httpx.get(f"{url}/after")

                expect(newest(visit)).to_contain_text("/after")
        finally:
            end(process)


def start(port: int) -> subprocess.Popen[bytes]:
    arguments = [executable("tether-relay"), "mock", "--port", str(port)]
    process = subprocess.Popen(arguments, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/__mock").status_code == 200
        except httpx.TransportError:
            return False

    assert holds_eventually(answers)
    return process


def contract_of(paths: dict[str, str], tag: str = "Things") -> dict[str, Any]:
    """A contract with GETs; path -> summary."""
    answer = {"description": "Fine", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            path: {
                "get": {
                    "operationId": f"get_{number}",
                    "summary": summary,
                    "tags": [tag],
                    "responses": {"200": answer},
                }
            }
            for number, (path, summary) in enumerate(paths.items())
        },
    }


def test_text_from_outside_is_not_rendered_as_html(browser: Browser, running_server: Running, tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    document = contract_of({f"/{HOSTILE.replace('/', '-').replace('{', '(')}": HOSTILE, "/plain": HOSTILE}, HOSTILE)
    post = {"operationId": "post", "requestBody": {"content": {"text/html": {"schema": {"type": "string"}}}}}
    document["paths"]["/plain"]["post"] = post | {"responses": {"204": {"description": "Fine"}}}
    contract.write_text(json.dumps(document))
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        page = visit.page
        expect(page.locator("#operations-list .summary", has_text=HOSTILE)).to_have_count(2)
        headers = {"X-Note": HOSTILE, "Content-Type": "text/html"}
        server.client.request("POST", "/plain", params={"q": HOSTILE}, headers=headers, content=HOSTILE)
        expect(newest(visit)).to_contain_text("/plain?q=")
        details = open_newest(visit)
        expect(details.get_by_label("Headers of the request")).to_contain_text(HOSTILE)
        expect(details.get_by_label("Body of the request")).to_have_text(HOSTILE)
        details.get_by_role("button", name="MSW").click()
        expect(details.get_by_label("Copied text")).to_contain_text("import { http")

        images = page.evaluate("[...document.images].filter((image) => !image.src.endsWith('/__mock/icon.svg')).length")
        assert ("hurt" in page.title(), images, visit.surprises) == (False, 0, [])


def test_the_search_works_with_nine_hundred_operations(
    browser: Browser, running_server: Running, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(json.dumps(contract_of({f"/things/{number}": f"Thing {number}" for number in range(900)})))
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        expect(visit.page.locator("#operations-list [role=option]")).to_have_count(901)
        visit.page.get_by_label("Search operations").fill("thing 777")

        expect(visit.page.locator("#operations-list [role=option]:visible")).to_have_count(1)
        expect(visit.page.locator("#operations-count")).to_have_text("1 of 900")


def test_an_operation_is_switched_to_the_mock_and_violations_of_the_upstream_are_seen(
    browser: Browser, running_server: Running
) -> None:
    class Telnyx(Handler):
        def do_GET(self) -> None:
            self.reply(200, b'{"provider":"telnyx","phoneNumber":5}', Content_Type="application/json")

    with (
        listening(Telnyx) as url,
        running_server("--upstream", url, command=MOCK) as mock,
        opened(browser, mock.url) as visit,
    ):
        ask(mock)
        expect(newest(visit).locator(".violations")).to_have_text("! 2 violations")
        visit.page.locator("#operations").get_by_text(PROVIDERS).click()
        expect(visit.page.locator("#source")).to_be_visible()
        expect(visit.page.locator("#source-url")).to_contain_text(url)
        assert mock.client.get("/__mock/requests").json()[-1]["violations"]

        expect(visit.page.locator("#fault-passed")).to_be_visible()
        visit.page.locator("#source").get_by_text("Mock").click()
        expect(visit.page.locator("#source input[value=mock]")).to_be_checked()
        expect(visit.page.locator("#fault-passed")).to_be_hidden()

        assert holds_eventually(lambda: operation(mock)["source"] == "mock")
        assert ask(mock).json()["provider"] == "sinch"
