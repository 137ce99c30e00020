"""The report in a terminal, in 80 columns, in a pipe, and with whatever a server may have sent."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from openapi.findings.findings import Finding, OperationCoverage, Verdict
from openapi.findings.reports.terminal import ProgressBar, TerminalReport
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response
from tests.openapi.findings.verdicts import TOKEN, case, finding, full_verdict, verdict

SECRETS = Secrets(tokens=(TOKEN,))


def printed(verdict: Verdict, *, terminal: bool = False, width: int = 80, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=stream, force_terminal=terminal, width=width, no_color=not terminal, legacy_windows=False)
    TerminalReport(console, SECRETS).print(verdict)
    stream.seek(0)
    return stream.read()


@pytest.mark.parametrize(
    "text",
    [
        "body-schema  A body follows its schema",
        "the answer with 200: /provider: is not one of the values",
        'enum: ["twilio", "sinch", null]',
        "200 application/json",
        "certain",
        "probable: servers usually mean this",
        "the server as a whole",
        "200 x12, 401 x30",
        "POST /api/calls: it could change something; --allow-writes calls it",
        "auth-none: no token was given",
        "allow: the 405 has no Allow",
        "GET /api/calls/providers: head: HEAD was answered with 404 (0123456789abcdef)",
        "export TOKEN=...  # the token of the check",
        "profile fast, seed 0, 321 requests in 4.2 s",
    ],
)
def test_the_report_says_what_was_found_and_what_was_not_looked_at(text: str) -> None:
    assert text in printed(full_verdict())


@pytest.mark.parametrize(
    ("judged", "line"),
    [
        (full_verdict(), "The contract is broken: 3 new findings (1 probable), 1 known, 1 gone"),
        (verdict(), "The contract is kept: 2 rules judged, 0 findings"),
        (verdict(known=(finding(),)), "The contract is kept: 2 rules judged, 0 new findings, 1 known"),
        (verdict(obstacles=("the token was refused",)), "It could not be judged: the token was refused"),
        (verdict(interrupted=True), "It could not be judged: the check was interrupted"),
        (replace(verdict(), cases=()), "It could not be judged: nothing was seen that a rule could be judged by"),
    ],
)
def test_the_last_line_is_the_verdict(judged: Verdict, line: str) -> None:
    assert printed(judged).splitlines()[-1] == line


def test_curl_lines_stand_whole_and_alone_on_their_line() -> None:
    lines = [line for line in printed(full_verdict()).splitlines() if line.startswith("curl")]

    assert (
        lines[0] == 'curl -i --path-as-is http://127.0.0.1:2212/api/calls/providers -H "Authorization: Bearer $TOKEN"'
    )
    assert len(lines) == 3


def test_curl_lines_say_how_the_check_connected() -> None:
    lines = [
        line for line in printed(replace(full_verdict(), curl_options=("-k",))).splitlines() if line.startswith("curl")
    ]

    assert [line.startswith("curl -i --path-as-is -k ") for line in lines] == [True, True, True]


def test_nothing_but_curl_lines_is_wider_than_the_terminal() -> None:
    wide = replace(
        full_verdict(),
        coverage=(OperationCoverage("GET /" + "a" * 200, "id", tuple(map(str, range(400, 440))), {200: 1}, (0.2,)),),
    )

    assert [line for line in printed(wide).splitlines() if len(line) > 80 and not line.startswith("curl")] == []


def test_a_pipe_gets_no_control_codes() -> None:
    assert re.findall(r"[^\n\x20-\x7e…─]", printed(full_verdict())) == []


def test_a_pipe_gets_no_blanks_at_the_ends_of_lines() -> None:
    assert [line for line in printed(full_verdict()).split("\n") if line.endswith(" ")] == []


def test_a_curl_line_keeps_the_blanks_of_a_body() -> None:
    posted = finding(request=Request("POST", "/a", (), b"one \ntwo "))

    assert "--data-raw 'one \ntwo '" in printed(verdict(posted))


def test_a_terminal_gets_colours() -> None:
    assert "\x1b[1;31m" in printed(full_verdict(), terminal=True)


def test_an_old_encoding_gets_other_characters() -> None:
    odd = verdict(finding(message="zoë ∅ 😀"))

    assert "zo? ? ?" in printed(odd, encoding="ascii")


HOSTILE = "\x1b]0;owned\x07\x9b31m[bold]x[/bold]\u202egnp\r:smile:"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: replace(one, message=HOSTILE),
        lambda one: replace(one, expected=HOSTILE),
        lambda one: replace(one, operation=HOSTILE),
        lambda one: replace(one, pointer=HOSTILE),
        lambda one: replace(one, response=Response(200, (("Content-Type", HOSTILE),), HOSTILE.encode())),
        lambda one: replace(one, request=Request("GET", "/a", (("X-A", HOSTILE[:12]),))),
    ],
    ids=["message", "expected", "operation", "pointer", "response", "request"],
)
def test_what_a_server_sends_does_not_steer_the_terminal(spoil: Callable[[Finding], Finding]) -> None:
    text = printed(verdict(spoil(finding())))

    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text) == []


def test_markup_in_what_came_is_shown_as_it_is() -> None:
    assert "[bold]x[/bold]" in printed(verdict(finding(message="[bold]x[/bold]")))


def test_the_token_is_not_shown() -> None:
    echoed = finding(response=Response(200, (), b"you are " + TOKEN.encode()))

    assert TOKEN[30:60] not in printed(verdict(echoed))


def test_rules_that_were_not_judged_are_named_once_for_each_reason() -> None:
    cases = [
        replace(case("auth-expired"), outcome=full_verdict().cases[-1].outcome, operation=f"GET /{n}", reason="no key")
        for n in range(3)
    ]

    assert printed(verdict(cases=cases)).count("auth-expired: no key") == 1


def test_progress_in_a_pipe_is_a_line_for_each_part() -> None:
    stream = io.StringIO()
    with ProgressBar(Console(file=stream, width=80)) as progress:
        for step in range(3):
            progress("authentication", step, 3)
        progress("generated requests", 0, 0)

    assert stream.getvalue() == "authentication …\ngenerated requests …\n"


def test_progress_on_a_terminal_is_a_bar_that_goes_away() -> None:
    stream = io.StringIO()
    with ProgressBar(Console(file=stream, width=80, force_terminal=True)) as progress:
        progress("authentication", 2, 3)

    assert "2/3" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")
