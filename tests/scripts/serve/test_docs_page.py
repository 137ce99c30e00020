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
    """The documentation page with a token and the answer to its one operation."""
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
    """Send the request of the one operation with the values of the form."""
    page.locator(".opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()


def test_the_page_shows_the_operation(answered: Visit) -> None:
    summary = answered.page.locator(".opblock-summary")

    expect(summary).to_contain_text("GET")
    expect(summary).to_contain_text("/api/calls/providers")
    expect(summary).to_contain_text("Get the active voice provider for the organization")


def test_the_first_server_is_the_one_that_serves_the_page(answered: Visit, server: Server) -> None:
    assert answered.page.locator(".servers select").input_value() == server.url


def test_an_authorized_request_shows_the_answer(answered: Visit) -> None:
    live = answered.page.locator(".live-responses-table .response")

    expect(live.locator(".response-col_status")).to_have_text("200")
    expect(live.locator(".response-col_description")).to_contain_text('"phoneNumber": "+14165550100"')


def test_the_console_is_empty_and_no_other_host_is_contacted(answered: Visit, server: Server) -> None:
    """A violation of the content security policy would be a message on the console."""
    expect(answered.page.locator(".live-responses-table .response")).to_have_count(1)
    elsewhere = [url for url in answered.requests if not url.startswith((f"{server.url}/", "data:"))]

    assert (answered.complaints, elsewhere) == ([], [])


def test_a_request_without_a_token_shows_the_401(visit: Visit) -> None:
    try_it_out(visit.page)
    live = visit.page.locator(".live-responses-table .response")

    expect(live.locator(".response-col_status")).to_contain_text("401")
    expect(live.locator(".response-col_description")).to_contain_text('"code": "TOKEN_MISSING"')
