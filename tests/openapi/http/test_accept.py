"""The media type that an Accept header prefers."""

from __future__ import annotations

import pytest

from openapi.http.accept import MalformedAccept, preferred

JSON_OR_TEXT = ("application/json", "text/plain")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        (",", "application/json"),
        ("text/plain", "text/plain"),
        ("TEXT/Plain; charset=utf-8", "text/plain"),
        ("text/*", "text/plain"),
        ("text/plain, */*", "application/json"),
        ("text/plain;q=0.5, application/json;q=0.4", "text/plain"),
        ("application/json;q=0, */*", "text/plain"),
        ("application/*;q=0.1, text/plain;q=0.2", "text/plain"),
        ("*/*;q=0.1, text/*;q=0.5, text/plain;q=0", "application/json"),
        ('text/plain; a="x, y;q=0"; Q=1.000', "text/plain"),
        ("application/json;q=0", None),
        ("text/html, image/*", None),
    ],
)
def test_the_preferred_media_type_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert preferred(accept, JSON_OR_TEXT) == chosen


@pytest.mark.parametrize("accept", ["json", "*/json", "a/b c", "a/b;q=2", "a/b;q=0.1234", "a/b;q=-1", "a/b;q=x", "é/é"])
def test_an_invalid_accept_header_is_refused(accept: str) -> None:
    with pytest.raises(MalformedAccept, match="Accept header"):
        preferred(accept, JSON_OR_TEXT)


@pytest.mark.parametrize("accept", [None, "", "text/plain"])
def test_nothing_is_chosen_if_nothing_is_offered(accept: str | None) -> None:
    assert preferred(accept, ()) is None


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/b; v=1"),
        ("a/b", "a/b; v=1"),
        ("a/b; v=1", "a/b; v=1"),
        ('a/b; V="2"', "a/b; v=2"),
        ("a/b; v=1; q=0.5, a/b", "a/b; v=2"),
        ("a/*, a/b; v=1; q=0", "a/b; v=2"),
        ("a/b; v=2; w=3", "a/b; v=2"),
        ("a/b; v=3", None),
    ],
)
def test_a_range_with_parameters_takes_what_has_no_others(accept: str | None, chosen: str | None) -> None:
    assert preferred(accept, ("a/b; v=1", "a/b; v=2")) == chosen
