"""The accessibility of the panel: keyboard, screen reader, light and dark, laptop and phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.npm import install
from tests.panel import PROVIDERS, PanelVisit, opened

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.long

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[Page], list[str]]:
    """The problems that axe-core finds in a page."""
    folder = install(tool("npm"), tmp_path_factory.mktemp("axe"), "axe-core@4.14.1")
    source = (folder / "axe-core" / "axe.min.js").read_text()

    def run(page: Page) -> list[str]:
        # Elements that fade in do not have their final contrast yet.
        page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => null)")
        findings = page.evaluate(f"{source}; axe.run(document, {{ runOnly: {RULES} }})")
        return [f"{one['id']}: {node['html']}" for one in findings["violations"] for node in one["nodes"]]

    return run


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_problems(
    scheme: Literal["light", "dark"], width: int, browser: Browser, mock: Server, axe: Callable[[Page], list[str]]
) -> None:
    mock.client.post("/__mock/reset")
    mock.client.put("/__mock/fault", json={"fault": {"delay": 1}})
    with opened(browser, mock.url, width, color_scheme=scheme) as visit:
        visit.page.locator("details.notice summary").click()
        found = {"page": axe(visit.page)}
        for scenario, text in [
            ("none", "No provider"),
            ("token-expired", "Sign in"),
            ("error-string", "not available"),
        ]:
            visit.choose(scenario)
            expect(visit.page.locator("#preview .screen")).to_contain_text(text)
            found[scenario] = axe(visit.page)
        visit.page.locator("#requests-list button").first.click()
        visit.page.get_by_role("dialog").get_by_role("button", name="MSW").click()
        expect(visit.page.get_by_label("Copied text")).to_be_visible()
        found["details"] = axe(visit.page)

    assert found == {place: [] for place in ("page", "none", "token-expired", "error-string", "details")}


@pytest.mark.parametrize("width", [1280, 1000, 700, 360])
def test_nothing_is_wider_than_the_window(width: int, browser: Browser, mock: Server) -> None:
    with opened(browser, mock.url, width) as visit:
        visit.page.get_by_label("Just this session").check()
        visit.page.get_by_role("option", name=PROVIDERS).click()
        expect(visit.page.locator("#connection")).to_have_text("Live")
        visit.page.get_by_role("button", name="Refresh").click()
        expect(visit.page.locator("#requests-list li")).not_to_have_count(0)
        page = visit.page.evaluate("document.documentElement.scrollWidth")
        wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map(({ className }) => className)"
        cut = visit.page.locator("main .scroll").evaluate_all(wide)
        visit.page.locator("#requests-list button").first.click()
        sheet = visit.page.evaluate("document.getElementById('details').scrollWidth")

    assert (page, cut) == (width, [])
    assert sheet <= width


@pytest.mark.parametrize(("scheme", "light"), [("light", True), ("dark", False)])
def test_the_panel_follows_the_colour_scheme_of_the_system(
    scheme: Literal["light", "dark"], light: bool, browser: Browser, mock: Server
) -> None:
    with opened(browser, mock.url, color_scheme=scheme) as visit:
        colour = visit.page.evaluate("getComputedStyle(document.querySelector('.pane')).backgroundColor")

    assert (colour == "rgb(255, 255, 255)") is light


def test_reduced_motion_stops_animations(browser: Browser, mock: Server) -> None:
    mock.client.post("/__mock/reset")
    with opened(browser, mock.url, reduced_motion="reduce") as visit:
        visit.choose("slow")
        expect(visit.page.locator(".spinner")).to_be_visible()
        moving = visit.page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length")

    assert moving == 0


def focused(page: Page) -> str:
    """The element with the focus: its id or its text."""
    return str(
        page.evaluate("""() => {
          const { activeElement: it } = document;
          const label = it.labels?.[0]?.innerText ?? it.innerText;
          return it.id || it.name || it.value || it.dataset?.id || label.trim().split("\\n")[0];
        }""")
    )


def test_tab_goes_through_every_control_in_the_order_of_the_page(panel: PanelVisit, mock: Server) -> None:
    mock.client.put("/__mock/scenario", json={"name": "none"})
    panel.page.reload()
    expect(panel.page.locator("#preview")).to_contain_text("No provider")
    expect(panel.page.locator("#requests-list li")).not_to_have_count(0)
    order: list[str] = []
    while len(order) < 60:
        panel.page.keyboard.press("Tab")
        name = focused(panel.page)
        if order and name == order[0]:
            break
        order.append(name)
        outlined = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        around = "document.activeElement.closest('.card') !== null"
        assert panel.page.evaluate(f"{outlined} || {around}"), name
    places = [
        "session-on", "token-ttl", "Copy token", "reset", "operations-search", "scenario", "kind", "least", "most",
        "share", "times", "Apply", "requests-search", "requests-clear", "preview-refresh", "twilio", "offline",
    ]  # fmt: skip

    assert [name for name in order if name in places] == places


def test_the_list_of_operations_follows_the_arrow_keys(panel: PanelVisit) -> None:
    panel.page.keyboard.press("/")
    expect(panel.page.get_by_label("Search operations")).to_be_focused()
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("ArrowDown")
    expect(panel.page.locator("#choices-title")).to_contain_text(PROVIDERS)
    panel.page.keyboard.press("Home")

    expect(panel.page.locator("#choices-title")).to_have_text("All operations")


def test_a_scenario_and_a_fault_are_chosen_by_keyboard(panel: PanelVisit, mock: Server) -> None:
    panel.page.locator("#scenarios-list input").first.focus()
    panel.page.keyboard.press("ArrowDown")
    panel.said("Scenario twilio")
    panel.page.get_by_label("Delay, ms").focus()
    panel.page.keyboard.type("3")
    panel.page.keyboard.press("Enter")
    panel.said("Fault: 3 ms")
    state = mock.client.get("/__mock/state").json()

    assert (state["scenario"], state["fault"]) == ("twilio", {"delay": 3})


def test_a_request_is_opened_closed_and_left_by_keyboard(panel: PanelVisit, mock: Server) -> None:
    mock.client.get("/second")
    rows = panel.page.locator("#requests-list button")
    expect(rows.first).to_contain_text("/second")
    rows.first.focus()
    panel.page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    panel.page.keyboard.press("Enter")
    expect(panel.page.locator("#details-title")).to_be_focused()
    panel.page.keyboard.press("k")
    expect(panel.page.locator("#details-title")).to_contain_text("/second")
    panel.page.keyboard.press("Escape")

    expect(panel.page.get_by_role("dialog")).to_have_count(0)
    expect(rows.first).to_be_focused()


def test_a_new_request_does_not_move_the_visible_ones(panel: PanelVisit, mock: Server) -> None:
    for number in range(60):
        mock.client.get(f"/{number}")
    rows = panel.page.locator("#requests-list li")
    expect(rows.first).to_contain_text("/59")
    panel.page.locator("#requests-list").evaluate("(list) => (list.scrollTop = 400)")
    third = panel.page.locator("#requests-list li", has_text="/40")
    before = third.bounding_box()
    mock.client.get("/new")
    expect(rows.first).to_contain_text("/new")

    assert third.bounding_box() == before
