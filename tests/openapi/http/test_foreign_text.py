"""Text of others neither controls a terminal nor starts a command of a CI job, and can still be read."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from openapi.http.foreign_text import printable, printable_json, printable_line
from openapi.http.shell import Expansion, word

COMMANDS = [
    "::stop-commands::token",
    "::set-output name=a::b",
    "::add-mask::a",
    "text ::error file=a::b",
    ":::debug::a",
    "##[error]a",
    "text ###[group]a",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[message text='a']",
    "section_start:1560896352:a",
    "section_end:1560896352:a",
]
# What the log of a CI job looks for.
SOUGHT = re.compile(r"::[A-Za-z_][^\n]*?::|##[A-Za-z]*\[|section_(start|end):")
CONTROLS = "\x00\x08\x0b\x1b\x7f\x85\x9b\u061c\u200b\u200d\u200e\u2028\u2029\u202e\u2066\u2069\ufeff\r"


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_a_ci_job_is_broken_and_stays_readable(command: str) -> None:
    shown = printable(f"first\n{command}")

    assert SOUGHT.search(shown) is None
    assert shown.replace(" ", "") == f"first\n{command}".replace(" ", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_printable_text_is_printable(command: str) -> None:
    assert printable(printable(command)) == printable(command)


@pytest.mark.parametrize("text", ["http://[::1]:80/a", "MyApp::Error", "a # b", "12:30", "C# and F#", "añ 漢 😀"])
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert printable(text) == text


def test_control_characters_and_marks_of_direction_are_replaced() -> None:
    assert printable(CONTROLS) == "\ufffd" * len(CONTROLS)


def test_line_has_no_ends_of_lines() -> None:
    assert printable_line("a\tb\nc\r\n") == "a\ufffdb\ufffdc\ufffd\ufffd"


@pytest.mark.parametrize("text", [*COMMANDS, CONTROLS, "\U000e0041", "\ud800"])
def test_json_has_the_same_data_in_printable_characters(text: str) -> None:
    written = printable_json(json.dumps({text: [text]}, ensure_ascii=False))

    assert json.loads(written) == {text: [text]}
    assert printable(written) == written


@pytest.mark.parametrize("command", COMMANDS)
def test_word_of_a_shell_has_the_same_bytes_and_no_command(command: str) -> None:
    written = word((f"a\n{command} ", Expansion("$X")))
    sent = subprocess.run(
        ["/bin/sh", "-c", f"printf %s {written}"], env={"X": "x"}, capture_output=True, check=True
    ).stdout

    assert sent == f"a\n{command} x".encode()
    assert SOUGHT.search(written) is None
