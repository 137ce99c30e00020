"""The report in a terminal, in 80 columns, in a pipe, and with hostile text from a server."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from openapi.findings.findings import Certainty, Finding, LeftOut, OperationCoverage, Verdict
from openapi.findings.reports.terminal import TerminalReport
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response
from tests.openapi.findings.verdicts import TOKEN, case, finding, full_verdict, large_verdict, verdict

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
        "body-schema  A body does not follow its schema:",
        "the answer with 200: /provider: is not one of the values",
        'enum: ["twilio", "sinch", null]',
        "200 application/json",
        "certain",
        "probable, from the usual behaviour of servers",
        "the server as a whole",
        "200 x12, 401 x30",
        "POST /api/calls: it can change data; call it with --allow-writes",
        "auth-none: no token was given",
        "allow: the 405 has no Allow",
        "GET /api/calls/providers: head: HEAD was answered with 404 (0123456789abcdef)",
        "export TOKEN=...  # the token of the check",
        "profile fast, seed 0, 321 requests in 4.2 s",
    ],
)
def test_report_has_every_part_of_the_verdict(text: str) -> None:
    assert text in printed(full_verdict())


@pytest.mark.parametrize(
    ("judged", "line"),
    [
        (full_verdict(), "The contract is broken: 3 new findings (1 probable), 1 known, 1 gone"),
        (verdict(), "The contract is kept: 2 rules judged, 0 findings"),
        (verdict(known=(finding(),)), "Nothing new; 1 known finding remains"),
        (
            verdict(known=(finding(), finding("allow")), gone=full_verdict().gone),
            "Nothing new; 2 known findings remain, 1 gone",
        ),
        (
            verdict(finding(), finding(operation="GET /b"), finding(operation="GET /c")),
            "The contract is broken: 1 finding at 3 operations",
        ),
        (verdict(obstacles=("the token was refused",)), "The server could not be judged: the token was refused"),
        (verdict(interrupted=True), "The server could not be judged: the check was interrupted"),
        (replace(verdict(), cases=()), "The server could not be judged: nothing was seen that a rule applies to"),
    ],
)
def test_last_line_is_the_verdict(judged: Verdict, line: str) -> None:
    assert printed(judged).splitlines()[-1] == line


def test_curl_lines_are_neither_wrapped_nor_indented() -> None:
    lines = [line for line in printed(full_verdict()).splitlines() if line.startswith("curl")]

    assert (
        lines[0] == 'curl -i --path-as-is http://127.0.0.1:2212/api/calls/providers -H "Authorization: Bearer $TOKEN"'
    )
    assert len(lines) == 3


def test_curl_lines_have_the_connection_options_of_the_check() -> None:
    lines = [
        line for line in printed(replace(full_verdict(), curl_options=("-k",))).splitlines() if line.startswith("curl")
    ]

    assert [line.startswith("curl -i --path-as-is -k ") for line in lines] == [True, True, True]


def test_only_curl_lines_are_wider_than_the_terminal() -> None:
    wide = replace(
        full_verdict(),
        coverage=(OperationCoverage("GET /" + "a" * 200, "id", tuple(map(str, range(400, 440))), {200: 1}, (0.2,)),),
    )

    assert [line for line in printed(wide).splitlines() if len(line) > 80 and not line.startswith("curl")] == []


def test_pipe_gets_no_control_codes() -> None:
    assert re.findall(r"[^\n\x20-\x7e…─]", printed(full_verdict())) == []


def test_pipe_gets_no_trailing_blanks() -> None:
    assert [line for line in printed(full_verdict()).split("\n") if line.endswith(" ")] == []


def test_curl_line_keeps_trailing_blanks_of_a_body() -> None:
    posted = finding(request=Request("POST", "/a", (), b"one \ntwo "))

    assert "--data-raw 'one \ntwo '" in printed(verdict(posted))


def test_terminal_gets_colours() -> None:
    assert "\x1b[1;31m" in printed(full_verdict(), terminal=True)


def test_characters_outside_the_encoding_are_replaced() -> None:
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
def test_control_characters_from_a_server_do_not_reach_the_terminal(spoil: Callable[[Finding], Finding]) -> None:
    text = printed(verdict(spoil(finding())))

    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text) == []


def test_markup_in_a_message_is_shown_unchanged() -> None:
    assert "[bold]x[/bold]" in printed(verdict(finding(message="[bold]x[/bold]")))


def test_token_is_masked() -> None:
    echoed = finding(response=Response(200, (), b"you are " + TOKEN.encode()))

    assert TOKEN[30:60] not in printed(verdict(echoed))


def test_rules_that_were_not_judged_are_listed_once_per_reason() -> None:
    cases = [
        replace(case("auth-expired"), outcome=full_verdict().cases[-1].outcome, operation=f"GET /{n}", reason="no key")
        for n in range(3)
    ]

    assert printed(verdict(cases=cases)).count("auth-expired: no key") == 1


def rows(text: str, width: int = 80) -> int:
    """The rows of a text on a terminal, which wraps long lines."""
    return sum(max(1, -(-len(line) // width)) for line in text.splitlines())


LARGE = large_verdict()
# A request with a long body, and messages of several lines.
WORDY = tuple(
    replace(one, request=Request("POST", "/a", (), b"line\n" * 300), message="a\n" * 50, expected="b " * 500)
    for one in LARGE.findings
)


@pytest.mark.parametrize(
    "judged",
    [
        LARGE,
        replace(LARGE, findings=WORDY),
        replace(LARGE, known=LARGE.findings, gone=full_verdict().gone * 500),
        replace(LARGE, known=LARGE.findings, findings=()),
        replace(LARGE, obstacles=tuple(f"{number}: {'no request could be made, ' * 9}" for number in range(500))),
        replace(LARGE, findings=tuple(finding(pointer=f"/{number}") for number in range(300)), coverage=()),
    ],
    ids=["many findings", "long texts", "many known", "only known", "many obstacles", "many causes"],
)
def test_report_of_a_large_contract_fits_two_screens(judged: Verdict) -> None:
    assert rows(printed(judged)) <= 100


@pytest.mark.parametrize(
    "text",
    [
        "1,223 operations: 1,223 answered, 815 of these never with a success, 0 not answered",
        "DELETE /api/v1/resources-0/{id} and 1,222 more: it can change data",
        "and 37 more",
        "server-error The server fails at GET /api/v1/resources-0/{id}",
        "body-schema, Resource0.name: 62 operations",
        "The reports in files have the rest",
        "The contract is broken: 30 findings (1 probable) at 1,223 operations",
    ],
)
def test_report_of_a_large_contract_has_counts_and_the_gravest_findings(text: str) -> None:
    assert text in " ".join(printed(large_verdict()).split())


def test_finding_at_many_operations_is_printed_once_with_the_first_of_them() -> None:
    text = printed(verdict(*(finding(operation=f"GET /{number}") for number in range(9))))

    assert text.count("A body does not follow its schema") == 1
    assert "at         GET /0, GET /1, GET /2 and 6 more" in text


def test_certain_findings_come_first_and_the_gravest_of_them_first() -> None:
    unsure = finding("method-undeclared", operation="DELETE /a", certainty=Certainty.PROBABLE)
    text = printed(verdict(unsure, finding("head"), finding("auth-missing", operation="GET /z")))
    places = [text.index(rule) for rule in ("  auth-missing  ", "  head  ", "  method-undeclared  ")]

    assert places == sorted(places)


def test_operations_that_never_succeeded_are_named_before_the_verdict() -> None:
    refused = OperationCoverage("GET /a", "a", ("200", "401"), {401: 3, 404: 1})
    lines = printed(verdict(coverage=(refused,))).splitlines()

    assert lines[-2] == "Never answered with a success: GET /a (401, 404)"


def test_operations_are_left_out_in_one_line_for_each_reason() -> None:
    left_out = tuple(LeftOut(f"POST /{number}", "it can change data") for number in range(3))

    assert "\n  POST /0, POST /1, POST /2: it can change data\n" in printed(verdict(left_out=left_out))
