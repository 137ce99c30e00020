"""The documentation page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import Visit

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.long


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """The documentation page, opened."""
    yield from open_page(browser, server)


@pytest.fixture(scope="module")
def answered(browser: Browser, server: Server) -> Iterator[Visit]:
    """The documentation page, given a token, with the answer to its one operation."""
    for visit in open_page(browser, server):
        authorize(visit.page, server.token())
        try_it_out(visit.page)
        yield visit


def open_page(browser: Browser, server: Server) -> Iterator[Visit]:
    page = browser.new_page()
    page.set_default_timeout(10_000)
    visit = Visit(page)
    page.goto(f"{server.url}/docs")
    expect(page.locator(".opblock")).to_have_count(1)
    yield visit
    page.close()


def authorize(page: Page, token: str) -> None:
    page.get_by_role("button", name="Authorize").click()
    dialog = page.locator(".modal-ux")
    dialog.get_by_label("auth-bearer-value").fill(token)
    dialog.get_by_role("button", name="Authorize").click()
    dialog.get_by_role("button", name="Close").click()


def try_it_out(page: Page) -> None:
    """Send the request of the one operation, as its form is."""
    page.locator(".opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()


def test_the_page_shows_the_operation(answered: Visit) -> None:
    summary = answered.page.locator(".opblock-summary")

    expect(summary).to_contain_text("GET")
    expect(summary).to_contain_text("/api/calls/providers")
    expect(summary).to_contain_text("Get the active voice provider for the organization")


def test_it_offers_the_server_that_shows_it_first(answered: Visit, server: Server) -> None:
    assert answered.page.locator(".servers select").input_value() == server.url


def test_an_authorized_request_shows_the_answer(answered: Visit) -> None:
    live = answered.page.locator(".live-responses-table .response")

    expect(live.locator(".response-col_status")).to_have_text("200")
    expect(live.locator(".response-col_description")).to_contain_text('"phoneNumber": "+14165550100"')


def test_nothing_is_complained_about_and_no_other_host_is_asked(answered: Visit, server: Server) -> None:
    """A violation of the page's content security policy would be a complaint on the console."""
    expect(answered.page.locator(".live-responses-table .response")).to_have_count(1)
    elsewhere = [url for url in answered.requests if not url.startswith((f"{server.url}/", "data:"))]

    assert (answered.complaints, elsewhere) == ([], [])


def test_a_request_that_is_not_authorized_shows_the_refusal(visit: Visit) -> None:
    try_it_out(visit.page)
    live = visit.page.locator(".live-responses-table .response")

    expect(live.locator(".response-col_status")).to_contain_text("401")
    expect(live.locator(".response-col_description")).to_contain_text('"code": "TOKEN_MISSING"')
