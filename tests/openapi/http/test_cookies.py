"""Cookies of a request, read in one way by the server, the mock and the check."""

from __future__ import annotations

import pytest

from openapi.http.cookies import cookies_of


def test_cookies_are_read_the_first_of_each_name() -> None:
    first = {name: values[0] for name, values in cookies_of(['a=1; b="2"; a=3; c; =x']).items()}

    assert first == {"a": "1", "b": "2", "c": "", "": "x"}


def test_a_cookie_that_comes_twice_has_both_values_in_their_order() -> None:
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
    ],
)
def test_the_value_of_a_cookie_is_what_its_quotation_marks_hold(written: str, value: str) -> None:
    assert cookies_of([written]) == {"a": [value]}


@pytest.mark.parametrize("written", ["", ";", " ; ", "="])
def test_no_cookie_is_found_in_a_header_without_one(written: str) -> None:
    assert cookies_of([written]) == {}
