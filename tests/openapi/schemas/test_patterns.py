"""Patterns of ECMA-262 as jsonschema-rs compiles them."""

from __future__ import annotations

import jsonschema_rs
import pytest

from openapi.schemas import is_regex, portable


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        (r"^[\w-.]+$", "a-b.c", "a/b"),
        (r"^[a-\d]+$", "a-7", "b"),
        (r"^[\s-_]+$", " -_", "a"),
        ("^a{$", "a{", "a"),
        ("^a{,3}$", "a{,3}", "aaa"),
        ("^]}$", "]}", "]"),
        (r"^\e\h$", "eh", "e"),
        (r"^(?<x>a|b)\k<x>$", "aa", "ab"),
        (r"^(c)(?<x>a|b)\k<x>$", "caa", "cac"),
        (r"^[^]$", "\n", ""),
        (r"^(a|[])$", "a", "b"),
        (r"^\0$", "\0", "0"),
        (r"^[\b]$", "\b", "b"),
        (r"^\ud83d\ude00$", "\U0001f600", "a"),
        (r"^\x1$", "x1", "\x01"),
        (r"^\p{Lu}{$", "A{", "a{"),
    ],
)
def test_a_pattern_of_browsers_is_compiled(pattern: str, matching: str, other: str) -> None:
    validator = jsonschema_rs.Draft4Validator({"pattern": portable(pattern)})

    assert (validator.is_valid(matching), validator.is_valid(other)) == (True, False)


@pytest.mark.parametrize("pattern", ["^[a-z]+$", r"\p{L}+", r"(?=a)a", "(a", "(?i)a", "a++"])
def test_other_patterns_are_unchanged(pattern: str) -> None:
    assert portable(pattern) == pattern


@pytest.mark.parametrize(("pattern", "is_valid"), [("a+", True), ("(a", False)])
def test_a_pattern_is_a_regex_if_it_compiles(pattern: str, is_valid: bool) -> None:
    assert is_regex(pattern) is is_valid
