"""The panel of a running mock, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from playwright.sync_api import Browser, expect

from tests.browsing import Visit

if TYPE_CHECKING:
    from tests.conftest import Server

MOCK = ("tether-relay", "mock")
PROVIDERS = "/api/calls/providers"
# Chromium logs each error answer and each failed request; these tests cause them on purpose.
EXPECTED = "error: Failed to load resource:"


class PanelVisit(Visit):
    """The open panel."""

    @property
    def surprises(self) -> list[str]:
        """The console messages of the page, without those about intended error answers."""
        return [complaint for complaint in self.complaints if not complaint.startswith(EXPECTED)]

    def choose(self, scenario: str) -> None:
        """Click a scenario of the dialer."""
        self.page.locator("#preview").get_by_role("button", name=scenario, exact=True).click()

    def copied(self) -> str:
        """The text on the clipboard."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def said(self, text: str) -> None:
        """Wait until the panel confirms an action with this text."""
        expect(self.page.locator("#toast")).to_have_text(text)


@contextmanager
def opened(browser: Browser, url: str, width: int = 1280, **context: Any) -> Iterator[PanelVisit]:
    """The panel in a new browser context, until the block ends."""
    permissions = ["clipboard-read", "clipboard-write"]
    place = browser.new_context(viewport={"width": width, "height": 800}, permissions=permissions, **context)
    try:
        page = place.new_page()
        page.set_default_timeout(10_000)
        visit = PanelVisit(page)
        page.goto(f"{url}/__mock")
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.locator("#contract")).not_to_be_empty()
        yield visit
    finally:
        place.close()


def settled(panel: PanelVisit) -> None:
    """Wait until the dialer has sent its first request, so that requests of the test come after it."""
    expect(panel.page.locator("#preview .answer")).to_contain_text(" ms")
    expect(panel.page.locator("#requests-list li").first).to_contain_text("get_calls_providers")


def ask(mock: Server, **headers: str) -> httpx.Response:
    """Send the request of the dialer."""
    return mock.client.get(PROVIDERS, headers={"Authorization": "Bearer any", **headers})
