"""The dialer preview of the panel, for each answer of the mock."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.panel import MOCK, PROVIDERS, PanelVisit, opened

if TYPE_CHECKING:
    from tests.conftest import Running, Server

pytestmark = pytest.mark.long


@pytest.fixture
def screen(panel: PanelVisit) -> Locator:
    return panel.page.locator("#preview .screen")


SHOWN = {
    "twilio": ["Twilio SDK would be loaded", "calling from", "+1 416 555 0101"],
    "sinch": ["Sinch SDK would be loaded", "calling from", "+1 416 555 0100"],
    "none": ["No provider configured"],
    "no-number": ["Twilio SDK would be loaded", "You have no number for Twilio"],
    "token-missing": ["Sign in again", "TOKEN_MISSING"],
    "token-expired": ["Sign in again", "TOKEN_EXPIRED"],
    "error-string": [
        "Calling is not available",
        "The data cannot be read at the moment",
        "STORE_UNAVAILABLE",
        "Try again",
    ],
    "error-structured": ["Calling is not available", "The data cannot be read at the moment", "Try again"],
    "slow": ["Loading…"],
    "offline": ["No connection", "Try again"],
}


@pytest.mark.parametrize("scenario", SHOWN)
def test_one_click_shows_the_state(scenario: str, panel: PanelVisit, screen: Locator) -> None:
    panel.choose(scenario)

    for text in SHOWN[scenario]:
        expect(screen).to_contain_text(text)


def test_the_first_view_is_the_example_of_the_contract(screen: Locator) -> None:
    expect(screen).to_contain_text("Sinch SDK would be loaded")


def test_a_slow_answer_is_shown_when_it_arrives(panel: PanelVisit, screen: Locator) -> None:
    panel.choose("slow")
    expect(screen).to_have_attribute("aria-busy", "true")

    expect(screen).to_contain_text("SDK would be loaded")
    expect(screen).to_have_attribute("aria-busy", "false")


def test_the_preview_sends_a_real_request(panel: PanelVisit, mock: Server) -> None:
    newest = panel.page.locator("#requests-list button").first
    before = newest.get_attribute("data-number")
    panel.page.get_by_role("button", name="Refresh").click()
    expect(newest).not_to_have_attribute("data-number", before or "")
    asked = mock.client.get("/__mock/requests", params={"after": before}).json()

    assert {(one["operation"], one["status"]) for one in asked} == {("get_calls_providers", 200)}


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"kind": "malform"}, "The answer cannot be read"),
        ({"kind": "truncate"}, "The answer was cut off"),
        ({"kind": "reset"}, "No connection"),
        ({"kind": "unavailable", "retryAfter": 7}, "Retry after 7 s"),
    ],
)
def test_a_fault_shows_the_error_of_an_app(
    fault: dict[str, object], text: str, panel: PanelVisit, mock: Server, screen: Locator
) -> None:
    mock.client.put("/__mock/fault", json={"fault": fault})

    expect(screen).to_contain_text(text)


def test_a_token_that_has_expired_is_replaced_by_signing_in(browser: Browser, running_server: Running) -> None:
    with running_server("--auth", "jwt", command=MOCK) as server, opened(browser, server.url) as visit:
        screen = visit.page.locator("#preview .screen")
        expect(screen).to_contain_text("Sinch SDK")
        expired = server.client.post("/__mock/token?ttl=-60").json()["token"]
        visit.page.route(
            f"**{PROVIDERS}",
            lambda route: route.continue_(headers={**route.request.headers, "authorization": f"Bearer {expired}"}),
            times=1,
        )
        visit.page.get_by_role("button", name="Refresh").click()
        expect(screen).to_contain_text("Sign in again")
        visit.page.get_by_role("button", name="Sign in").click()

        expect(screen).to_contain_text("Sinch SDK would be loaded")


def test_a_scenario_that_refuses_every_token_is_named_after_signing_in(panel: PanelVisit, screen: Locator) -> None:
    panel.choose("token-expired")
    expect(screen).to_contain_text("Sign in again")
    screen.get_by_role("button", name="Sign in").click()

    panel.said("Signed in; the scenario token-expired refuses every token")


def test_try_again_sends_another_request(panel: PanelVisit, mock: Server, screen: Locator) -> None:
    mock.client.put("/__mock/fault", json={"fault": {"kind": "error", "times": 1}})
    expect(screen).to_contain_text("Calling is not available")
    panel.page.get_by_role("button", name="Try again").click()

    expect(screen).to_contain_text("Sinch SDK would be loaded")


def test_the_screen_has_the_same_size_in_every_state(panel: PanelVisit, screen: Locator) -> None:
    sizes = set()
    for scenario, texts in SHOWN.items():
        panel.choose(scenario)
        expect(screen).to_contain_text(texts[0])
        box = screen.bounding_box()
        assert box is not None
        sizes.add((box["x"], box["y"], box["width"], box["height"]))

    assert len(sizes) == 1


def document_of(paths: dict[str, object]) -> str:
    return json.dumps({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths})


def test_other_contracts_have_a_request_form(browser: Browser, running_server: Running, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "example": {"name": "Ada"}}
    answer = {"description": "Fine", "content": {"application/json": {"schema": schema}}}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    contract = tmp_path / "contract.yaml"
    get = {"operationId": "get_thing", "parameters": [one], "responses": {"200": answer}}
    contract.write_text(document_of({"/things/{id}": {"get": get}}))
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        preview = visit.page.locator("#preview")
        expect(preview.get_by_label("Path")).to_have_value(re.compile("/things/.{36}"))
        preview.get_by_role("button", name="Send").click()

        expect(preview.get_by_label("The answer")).to_have_text('{\n  "name": "Ada"\n}')
        assert visit.surprises == []


def test_the_sample_request_of_each_operation_has_its_media_type(
    browser: Browser, running_server: Running, tmp_path: Path
) -> None:
    form = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "example": "Ada"}}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    picture = {"description": "Fine", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
    contract = tmp_path / "contract.yaml"
    post = {"operationId": "sign_in", "requestBody": body, "responses": {"200": picture}}
    contract.write_text(
        document_of({"/": {"get": {"responses": {"204": {"description": "A"}}}}, "/in": {"post": post}})
    )
    with running_server(str(contract), command=MOCK) as server, opened(browser, server.url) as visit:
        preview = visit.page.locator("#preview")
        visit.page.get_by_role("option", name="/in").click()
        expect(preview.get_by_label("Content-Type of the body")).to_have_value("application/x-www-form-urlencoded")
        expect(preview.get_by_role("textbox", name="Body", exact=True)).to_have_value("name=Ada")
        preview.get_by_role("button", name="Send").click()

        expect(preview.locator(".answer")).to_contain_text("200")
        expect(preview.get_by_label("The answer")).to_contain_text("bytes of image/png (not text)")
        visit.page.locator("#requests-list button", has_text="/in").click()
        expect(visit.page.get_by_role("dialog")).to_contain_text("The body is not text.")
