"""The command in the report repeats the check, and contains no credentials."""

from __future__ import annotations

import shlex

import click
import pytest

from openapi.http.masking import Secrets
from scripts.cli.check.command import check
from scripts.cli.check.rerun import rerun_command
from scripts.cli.commands import cli

URL = "http://127.0.0.1:2212"


def again(*arguments: str) -> list[str]:
    """The options of the command, between its URL and its seed."""
    # Click caches the names of `--help` of a command at first use.
    above = click.Context(cli, **cli.context_settings)
    context = check.make_context("check", [URL, *arguments], parent=above)
    words = shlex.split(rerun_command(context, 7, Secrets(tokens=("very-secret",))))

    assert (words[:3], words[-2:]) == (["tether-relay", "check", URL], ["--seed", "7"])
    return words[3:-2]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--contract", "my contract.yaml", "--overlay", "a.yaml", "--overlay", "b.yaml"],
        ["--cacert", "ca.pem", "--jwt-secret-file", "key", "--max-response-time", "0.5", "--allow-writes"],
        ["--header", "X-A: it's", "--header", "X-B: 2", "--token-file", "token"],
        ["--contract", "https://api.example.com/openapi.json?v=3", "--send-token", "always", "--max-requests", "50"],
        ["--rate-limit", "5/s", "--proxy", "http://p:81", "--profile", "deep"],
    ],
)
def test_options_for_requests_and_rules_are_repeated(arguments: list[str]) -> None:
    assert sorted(again(*arguments)) == sorted(arguments)


def test_options_for_reports_are_not_repeated() -> None:
    assert again("--html", "a.html", "--quiet", "--baseline", "known.json", "--seed", "3") == []


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--token", "very-secret"], ["--token", "$TOKEN"]),
        (["--token-command", "echo very-secret"], ["--token", "$TOKEN"]),
        (["--header", "Authorization: Bearer very-secret"], ["--header", "Authorization: Bearer $TOKEN"]),
        (["--credential", "a-key=very-secret"], ["--credential", "a-key=$CREDENTIAL_A_KEY"]),
        (["--credential", "k=!echo very-secret"], ["--credential", "k=$CREDENTIAL_K"]),
        (["--contract", "http://a.example/c?api_key=very-secret"], ["--contract", "http://a.example/c?api_key=$TOKEN"]),
        (["--proxy", "http://me:very-secret@p:81"], ["--proxy", "http://$PROXY_USER@p:81"]),
    ],
)
def test_credentials_are_variables(arguments: list[str], shown: list[str]) -> None:
    assert again(*arguments) == shown


def test_a_rate_below_one_per_second_is_written_per_hour() -> None:
    assert again("--rate-limit", "1/m") == ["--rate-limit", "60/h"]


@pytest.mark.parametrize(("name", "meant"), [("get /api/a b", "GET /api/a b"), ("getIt", "getIt")])
def test_the_method_of_an_operation_may_be_in_lower_case(name: str, meant: str) -> None:
    assert again("--operation", name) == ["--operation", meant]
