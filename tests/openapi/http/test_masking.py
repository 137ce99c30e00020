"""Credentials are masked in every part of a message."""

from __future__ import annotations

import base64

import pytest

from openapi.http.masking import Secrets
from openapi.http.messages import Request


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc", "Bearer $TOKEN"),
        ("Authorization", "abc", "$TOKEN"),
        ("Proxy-Authorization", "Basic abc", "$PROXY_CREDENTIALS"),
        ("Cookie", "sid=abc; theme=dark", "sid=${MY_SID}; theme=${MY_THEME}"),
        ("Set-Cookie", "sid=abc; Path=/", "sid=***; Path=/"),
        ("X-Api-Key", "abc", "${MY_X_API_KEY}"),
        ("X-Team-Key", "abc", "$TOKEN"),
        ("X-Other", "abc", "abc"),
    ],
)
def test_credentials_in_headers_are_masked(name: str, value: str, shown: str) -> None:
    """The credentials themselves are unknown."""
    secrets = Secrets(frozenset({"x-team-key"}))

    assert secrets.headers(((name, value),)) == ((name, shown),)


def test_an_api_key_of_the_contract_is_masked_in_the_query() -> None:
    shown = Secrets(frozenset({"key"})).request(Request("GET", "/a?b=c&key=abc&access_token=def")).target

    assert shown == "/a?b=c&key=$TOKEN&access_token=$TOKEN"


@pytest.mark.parametrize("target", ["/a?%6Bey=abc", "/a?KEY=abc", "/a?k%65y=abc"])
def test_a_query_name_is_compared_decoded_and_without_case(target: str) -> None:
    shown = Secrets(frozenset({"key"})).request(Request("GET", target)).target

    assert shown.partition("=")[2] == "$TOKEN"


@pytest.mark.parametrize("target", ["/a?access_token", "/a?access_token&b=c"])
def test_a_parameter_without_a_value_has_nothing_to_mask(target: str) -> None:
    assert Secrets().request(Request("GET", target)).target == target


@pytest.mark.parametrize("value", ["se cret", "p@ss word", " word"])
def test_text_before_credentials_that_is_not_a_scheme_is_masked(value: str) -> None:
    shown = dict(Secrets().headers((("Authorization", value),)))["Authorization"]

    assert shown == ("se $TOKEN" if value == "se cret" else "$TOKEN")


def test_a_scheme_without_credentials_is_shown() -> None:
    assert Secrets().headers((("Authorization", "Bearer"),)) == (("Authorization", "Bearer"),)


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"Bearer "])
def test_a_token_in_base64_within_other_text_is_masked(before: bytes) -> None:
    token = "q7Zr-2k_XvW9sTtB4mN8pLcY1hGfJdA3eRuQo5iK6xE"
    text = base64.b64encode(before + token.encode() + b" and more").decode()

    masked = "".join(map(str, Secrets.of((), (token,)).text(text)))

    assert not any(text[at : at + 12] in masked for at in range(12, 50))
