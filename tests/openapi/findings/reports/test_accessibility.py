"""Accessibility of the page: in light and dark, on wide and narrow screens, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from openapi.findings.reports.html import html
from openapi.http.masking import Secrets
from tests.browsing import chromium
from tests.frozen import FROZEN
from tests.npm import install
from tests.openapi.findings.verdicts import TOKEN, full_verdict

pytestmark = pytest.mark.long

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Browser]:
    with chromium(tool) as browser:
        yield browser


@pytest.fixture(scope="module")
def axe(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    folder = install(tool("npm"), tmp_path_factory.mktemp("axe"), "axe-core@4.14.1")
    return (folder / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def address(tmp_path: Path) -> str:
    file = tmp_path / "report.html"
    file.write_bytes(html(full_verdict(), FROZEN.read_bytes(), Secrets(tokens=(TOKEN,))))
    return file.as_uri()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violations(
    scheme: Literal["light", "dark"], width: int, browser: Browser, axe: str, address: str
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    found = page.evaluate(f"{axe}; axe.run(document, {{ runOnly: {RULES} }})")
    page.close()

    assert [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]] == []


def test_all_details_are_open_on_paper(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    closed = page.locator("details:not([open])").count()
    page.pdf()
    still_closed = page.locator("details:not([open])").count()
    page.close()

    assert (closed > 0, still_closed) == (True, 0)
