"""The cookies of a request, as the server, the mock and the check read them."""

from __future__ import annotations

import time

import pytest

from openapi.http.cookies import cookies_of


def test_the_first_cookie_of_each_name_is_first() -> None:
    first = {name: values[0] for name, values in cookies_of(['a=1; b="2"; a=3; c; =x']).items()}

    assert first == {"a": "1", "b": "2", "c": "", "": "x"}


def test_a_repeated_cookie_has_both_values_in_order() -> None:
    assert cookies_of(["a=1; b=2", "a=3"]) == {"a": ["1", "3"], "b": ["2"]}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a=b=c", "b=c"),
        (" a = b ", "b"),
        ('a="b c"', "b c"),
        ('a="b', '"b'),
        ('a="\\""', '"'),
        ("a=%20", "%20"),
        ('a="\\101\\054\\b\\\\"', "A,b\\"),
        ('a="\\477"', "477"),
        ('a="', '"'),
        ('a=""', ""),
    ],
)
def test_quotation_marks_around_the_value_of_a_cookie_are_removed(written: str, value: str) -> None:
    assert cookies_of([written]) == {"a": [value]}


@pytest.mark.parametrize("written", ["", ";", " ; ", "="])
def test_a_header_without_cookies_has_none(written: str) -> None:
    assert cookies_of([written]) == {}


def test_a_long_value_with_an_escape_for_each_character_is_read_in_time() -> None:
    start = time.perf_counter()
    found = cookies_of(['a="' + r"\b" * 100_000 + '"'])

    assert time.perf_counter() - start < 2
    assert found == {"a": ["b" * 100_000]}
