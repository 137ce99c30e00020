"""Tokens and lists of tokens of RFC 9110."""

from __future__ import annotations

import pytest

from openapi.http.grammar import is_token, is_token_list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET", True),
        ("!#$%&'*+.^_`|~09aZ-", True),
        ("", False),
        ("a b", False),
        ("a:", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_a_token_has_only_the_characters_of_rfc_9110(text: str, expected: bool) -> None:
    assert is_token(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("a,b", True), ("a \t, b,c", True), ("", False), ("a,", False), (",a", False), ("a b", False)],
)
def test_a_list_of_tokens_is_separated_by_commas(text: str, expected: bool) -> None:
    assert is_token_list(text) is expected
