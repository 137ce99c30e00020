"""Strings generated from regular expressions match them."""

from __future__ import annotations

from random import Random

import jsonschema_rs
import pytest

from openapi.examples.generation.patterns import Pattern, PatternError


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - made-up data, not a secret


@pytest.mark.parametrize(
    "expression",
    [
        "^$", "a", "^a|b$", "^(ab|cd)+$", "^(?:ab)?c{2,4}$", "^x{3}$", "^x{2,}$", "^a+?b*?$",
        r"^(\d{3})-\1$", r"^[^a-z]+$", r"^[^\s]{20}$", r"^[^\x00-\x7f]$", r"^\p{Lu}\p{Ll}+$", r"^\P{L}$",
        r"^\x41\u0042\u{43}$", r"^[a\-z]+$", r"^[\w.-]+$", r"^[\s\S]*$", r"^\D\W\S$", r"^\t\n$", r"^\cJ$",
        r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$", r"^[+\d]x\/y$", r"\bfoo\b", "^((a|b){2,3}c)?$", r"^[\u0430-\u044f]{3}$",
        "^.{8}$",
    ],
)  # fmt: skip
def test_generated_text_matches_its_pattern(expression: str) -> None:
    matches = jsonschema_rs.Draft4Validator({"pattern": expression}).is_valid
    random, pattern = chance(), Pattern(expression)

    assert [text for text in (pattern.text(random) for _ in range(100)) if not matches(text)] == []


def test_reference_to_a_named_group_repeats_its_text() -> None:
    text = Pattern(r"(?<year>\d{4})-\k<year>").text(chance())

    assert text[:4] == text[5:]


def test_quantifier_repeats_up_to_the_given_limit() -> None:
    lengths = {len(Pattern("^a*$").text(chance(seed), 3)) for seed in range(50)}

    assert lengths == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "expression",
    [
        "(",
        ")",
        "a)",
        "[a",
        "*a",
        "a{2,1}",
        "a{999999}",
        r"\x4",
        r"\u{110000}",
        r"\p{L",
        "(?<a",
        r"\k<a",
        r"\p{Klingon}",
        "(?#a)",
        "[]",
        "\\",
        "(?i)a",
    ],
)
def test_invalid_or_unsupported_pattern_is_an_error_with_its_text(expression: str) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern(expression)

    assert repr(expression) in str(caught.value)
