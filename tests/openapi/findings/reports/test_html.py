"""The page: complete in one file, escaped, and readable in a real browser of any width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from markupsafe import escape
from playwright.sync_api import Page, sync_playwright

from openapi.findings.findings import Gone, LeftOut, Note, OperationCoverage, Verdict
from openapi.findings.reports.exhibits import contract_lines, distribution, response_lines
from openapi.findings.reports.html import html
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response
from tests.frozen import FROZEN
from tests.openapi.findings.verdicts import OPERATION, POINTER, TOKEN, finding, full_verdict, large_verdict, verdict

CONTENT = FROZEN.read_bytes()
SECRETS = Secrets(tokens=(TOKEN,))
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
HOSTILE = "<script>document.title='owned'</script>\"'&{{ 1 + 1 }}<img src=x onerror=document.title='owned'>\x1b\u202e"


def page(verdict: Verdict) -> str:
    return html(verdict, CONTENT, SECRETS).decode()


def hostile_verdict() -> Verdict:
    """A verdict with hostile text in every field that a server or a contract can set."""
    one = finding(
        message=HOSTILE,
        expected=HOSTILE,
        operation=HOSTILE,
        pointer="/" + HOSTILE,
        where=HOSTILE,
        request=Request("GET", "/" + HOSTILE[:-1], ((HOSTILE[:-1], HOSTILE[:-1]),), HOSTILE.encode()),
        response=Response(200, ((HOSTILE, HOSTILE),), HOSTILE.encode()),
    )
    return replace(
        verdict(
            one,
            replace(one, operation=HOSTILE + "2"),
            known=(one,),
            left_out=(LeftOut(HOSTILE, HOSTILE),),
            obstacles=(HOSTILE,),
            notes=(Note(HOSTILE, (HOSTILE,)),),
            gone=(Gone(*[HOSTILE] * 4),),
            command=HOSTILE,
        ),
        contract=HOSTILE,
        base_url=HOSTILE,
        profile=HOSTILE,
        coverage=(OperationCoverage(HOSTILE, HOSTILE, (HOSTILE, "200"), {404: 1}, (0.1,)),),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium.new_page()
        chromium.close()


@pytest.fixture
def opened(browser: Page, tmp_path: Path, request: pytest.FixtureRequest) -> Page:
    """The page of a verdict, open in a browser."""
    file = tmp_path / "report.html"
    file.write_bytes(html(getattr(request, "param", full_verdict()), CONTENT, SECRETS))
    browser.goto(file.as_uri())
    return browser


@pytest.mark.parametrize(
    "text",
    [
        "<h1>The contract is broken: 3 new findings (1 probable), 1 known, 1 gone</h1>",
        "enum: [&#34;twilio&#34;, &#34;sinch&#34;, null]",
        "&#34;Authorization: Bearer $TOKEN&#34;",
        "<code>POST /api/calls</code> it can change data",
        "0123456789abcdef",
        "profile fast, seed 0, 321 requests in 4.2 s",
        '<td class="figure unseen">not seen</td>',
        "no token was given",
    ],
)
def test_page_has_every_part_of_the_verdict(text: str) -> None:
    assert text in page(full_verdict())


def test_text_in_backticks_is_code() -> None:
    text = page(verdict(finding("auth-garbage")))

    assert "<code>invalid_token</code>" in text
    assert "`" not in text.partition("<main")[2].partition("<script>")[0]


def test_page_shows_the_command() -> None:
    command = "tether-relay check http://h --header 'X-A: 1' --seed 0"

    assert "tether-relay check http://h --header &#39;X-A: 1&#39; --seed 0" in page(replace(verdict(), command=command))


def test_findings_with_one_cause_are_one_card_with_all_operations() -> None:
    text = page(verdict(*(finding(operation=f"GET /{number}") for number in range(12))))

    assert text.count('<details class="finding certain"') == 1
    assert "<summary>Found 12 times</summary>" in text
    assert [n for n in range(12) if f"<li><code>GET /{n}</code> the answer with 200" not in text] == []


def test_heading_of_a_finding_is_our_sentence_and_not_the_message() -> None:
    text = page(verdict(finding(message="run-on text " * 50)))

    assert "<h3>A body does not follow its schema: CallsActiveProviderResponse.provider</h3>" in text


def test_page_of_a_large_contract_has_every_finding_and_operation() -> None:
    judged = large_verdict(300)
    text = page(judged)

    listed = [f for f in judged.findings if f.rule.id != "server-error"]

    assert [f.operation for f in listed if f"<li><code>{f.operation}</code> {escape(f.message)}</li>" not in text] == []
    assert [i.operation for i in judged.coverage if f"<code>{i.operation}</code><span" not in text] == []


UNDECLARED = (OperationCoverage(OPERATION, "get", ("200",), {200: 3, 401: 5}),)


def test_provoked_status_that_is_no_finding_is_not_red() -> None:
    text = page(verdict(coverage=UNDECLARED))

    assert 'class="figure provoked">5 <span>provoked</span>' in text
    assert 'class="figure undeclared"' not in text


def test_undeclared_status_that_is_a_finding_is_red() -> None:
    undeclared = finding("status-undeclared", where="401", response=Response(401))

    assert 'class="figure undeclared">5 <span>undeclared</span>' in page(verdict(undeclared, coverage=UNDECLARED))


def test_page_names_the_operations_that_never_succeeded() -> None:
    text = page(verdict(coverage=(OperationCoverage("GET /a", "a", ("200", "401"), {404: 3, 401: 1}),)))

    assert "Never answered with a success</h2>" in text
    assert "<code>GET /a</code> 401, 404" in text


def test_page_of_the_proxy_has_its_own_name() -> None:
    text = page(replace(verdict(), profile="proxy"))

    assert " tether-relay proxy " in text.partition("</title>")[0]
    assert '<p class="name">tether-relay proxy</p>' in text
    assert "tether-relay check" not in text


def test_page_with_known_findings_says_that_they_remain_and_is_not_green() -> None:
    text = page(verdict(known=(finding(),)))

    assert "<h1>Nothing new; 1 known finding remains</h1>" in text
    assert '<body class="remaining">' in text


def test_page_has_the_notes() -> None:
    text = page(verdict(notes=(Note("nothing to worry about", ("GET /a",)),)))

    assert "<li>nothing to worry about <code>GET /a</code></li>" in text


def test_page_loads_nothing_from_elsewhere() -> None:
    assert re.findall(r"(?:src|href)=\"(?!#)|url\(|@import", page(full_verdict())) == []


def test_page_does_not_contain_the_token() -> None:
    echoing = finding(response=Response(200, (("X-Echo", TOKEN),), TOKEN.encode()))

    assert TOKEN[25:60] not in page(verdict(echoing))


def test_hostile_text_is_escaped_everywhere() -> None:
    text = page(hostile_verdict())

    assert re.findall(r"<script>document|<img|\x1b|\u202e", text) == []
    assert text.count("{{ 1 + 1 }}") > 12


@pytest.mark.parametrize("opened", [hostile_verdict()], indirect=True)
def test_hostile_text_has_no_effect_in_a_browser(opened: Page) -> None:
    assert opened.title() != "owned"
    assert opened.locator("img").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_page_fits_any_width(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})

    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_filter_shows_only_findings_with_the_text(opened: Page) -> None:
    opened.get_by_role("searchbox").fill("path-unknown")

    assert opened.locator("#findings ~ .finding:visible").count() == 1
    assert opened.get_by_role("status").inner_text() == "1 of 3"


def test_headings_and_controls_have_names(opened: Page) -> None:
    levels = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    unnamed = opened.evaluate(
        "[...document.querySelectorAll('input,[tabindex],svg')].filter("
        "e => !e.ariaLabel && !e.labels?.length).map(e => e.outerHTML)"
    )

    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert unnamed == []


def test_relevant_lines_are_marked_in_the_contract_and_in_the_answer() -> None:
    one = finding()
    assert one.response is not None
    marked = [
        line.text.strip()
        for line in (*contract_lines(CONTENT, POINTER), *response_lines(one, one.response, SECRETS))
        if line.marked
    ]

    assert marked == ["enum:", '"provider": "telnyx",']


@pytest.mark.parametrize(
    ("body", "last"),
    [
        (b"\xff\x00", "(2 bytes that are not text: ff 00 …)"),
        (b"a" * 20_000, "(and 3,616 bytes more)"),
        (b"{not json", "{not json"),
        (b'{"provider": "\xf0\x9f\x98\x80"}', "}"),
    ],
)
def test_any_kind_of_body_is_shown(body: bytes, last: str) -> None:
    lines = response_lines(finding(), Response(299, (), body), SECRETS)

    assert (lines[0].text, lines[-1].text) == ("299", last)


@pytest.mark.parametrize("seconds", [(0.0,), (0.1, 0.1), tuple(n / 1000 for n in range(100))])
def test_distribution_has_bars_from_0_to_1(seconds: tuple[float, ...]) -> None:
    times = distribution(seconds)

    assert times is not None
    assert max(times.bars) == 1
    assert times.shortest <= times.median <= times.slow <= times.longest


def test_distribution_is_none_without_times() -> None:
    assert distribution(()) is None
