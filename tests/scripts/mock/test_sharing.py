"""The tokens, links and headers that the panel of the mock copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from tests.loopback import Handler, listening
from tests.panel import PROVIDERS, PanelVisit, ask, opened

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.long


def test_a_token_is_copied_and_accepted(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_role("button", name="Copy token").click()
    panel.said("Copied a token")
    token = panel.copied()

    assert ask(mock, Authorization=f"Bearer {token}").status_code == 200
    assert token.count(".") == 2


def test_without_auth_jwt_an_expired_token_is_copied_with_a_note(panel: PanelVisit) -> None:
    panel.page.get_by_label("Lifetime of the token").select_option("expired")
    panel.page.get_by_role("button", name="Copy token").click()

    panel.said("Copied a token (the mock checks its expiry only with --auth jwt)")


def test_a_link_chooses_the_scenario_for_the_browser_that_opens_it(
    panel: PanelVisit, browser: Browser, mock: Server
) -> None:
    panel.page.get_by_role("radio", name="no-number").check()
    panel.said("Scenario no-number")
    panel.page.get_by_role("button", name="Copy link").click()
    panel.said("Copied the link")
    link = panel.copied()
    mock.client.post("/__mock/reset")
    with opened(browser, mock.url) as other:
        other.page.goto(link)
        expect(other.page.locator("#preview")).to_contain_text("You have no number for Twilio")
        other.page.get_by_role("button", name="Leave it").click()

        expect(other.page.locator("#preview")).to_contain_text("Sinch SDK would be loaded")

    assert ask(mock).json()["provider"] == "sinch"


def test_a_link_remembers_the_page_that_it_opens(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_label("Page that the link opens").fill("http://localhost:3000/app")
    panel.page.get_by_label("Page that the link opens").press("Tab")
    panel.page.reload()
    panel.page.get_by_role("radio", name="no-number").check()
    panel.said("Scenario no-number")
    panel.page.get_by_role("button", name="Copy link").click()
    panel.said("Copied the link")

    assert panel.copied() == f"{mock.url}/__mock/use/no-number?to=http%3A%2F%2Flocalhost%3A3000%2Fapp"


def test_a_link_reaches_an_app_at_localhost_from_a_mock_at_an_address(browser: Browser, mock: Server) -> None:
    class App(Handler):
        def do_GET(self) -> None:
            self.reply(200, b"<!doctype html><title>App</title>", Content_Type="text/html")

    there = mock.url.replace("127.0.0.1", "localhost")
    with listening(App) as url:
        page = browser.new_page()
        page.goto(f"{mock.url}/__mock/use/none?to={url.replace('127.0.0.1', 'localhost')}/app")
        asked = f"fetch('{there}{PROVIDERS}', {{credentials: 'include', headers: {{Authorization: 'Bearer any'}}}})"

        assert page.title() == "App"
        assert page.evaluate(f"{asked}.then((response) => response.json())")["provider"] is None
        page.close()


def test_the_copied_header_selects_the_scenario(panel: PanelVisit, mock: Server) -> None:
    panel.page.get_by_role("radio", name="no-number").check()
    panel.said("Scenario no-number")
    panel.page.get_by_role("button", name="Copy header").click()
    panel.said("Copied the header")
    name, _, value = panel.copied().partition(": ")
    mock.client.post("/__mock/reset")

    assert ask(mock, **{name: value}).json() == {"provider": "twilio", "phoneNumber": None}
