"""What a request wishes for: Prefer, its query forms, and Accept."""

from __future__ import annotations

import pytest

from openapi.http.accept import preferred
from openapi.mock.answers.refusals import Refusal, WishRefused
from openapi.mock.requests.preferences import Preferences, preferences_of, preferences_of_others

JSON_OR_TEXT = ("application/json", "text/plain")


@pytest.mark.parametrize(
    ("headers", "wishes"),
    [
        (["code=404"], Preferences(code=404)),
        (['code="404"'], Preferences(code=404)),
        (["code=404, example=gone, dynamic=true"], Preferences(404, "gone", True)),
        (["code=404,example=gone,dynamic=false"], Preferences(404, "gone", False)),
        (["code=404", "example=gone", "scenario=slow"], Preferences(404, "gone", scenario="slow")),
        (["code=404; example=gone"], Preferences(404, "gone")),
        (["dynamic"], Preferences(dynamic=True)),
        (["dynamic=1"], Preferences(dynamic=True)),
        (["dynamic=0"], Preferences(dynamic=False)),
        (["Code = 404"], Preferences(code=404)),
        (['example="a b, c; d=\\"e\\""'], Preferences(example='a b, c; d="e"')),
        (["example=a/b"], Preferences(example="a/b")),
        (["example="], Preferences()),
        (["code=404, code=500"], Preferences(code=404)),
        (["respond-async, wait=10, return=minimal; x=y"], Preferences()),
        ([" , ,, code=404 ,"], Preferences(code=404)),
        ([""], Preferences()),
    ],
)
def test_the_wishes_of_prefer_headers_are_read(headers: list[str], wishes: Preferences) -> None:
    assert preferences_of(headers, b"") == wishes


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        (["code=404"], ""),
        (["return=minimal, code=404"], "return=minimal"),
        (["respond-async; x, wait=10; CODE=404; y=1", 'foo="a, b;c"'], 'respond-async; x, wait=10; y=1, foo="a, b;c"'),
        (["code=404; x=1, return=minimal"], "return=minimal"),
        (["", "scenario=none;dynamic ,  , handling=lenient"], "handling=lenient"),
    ],
)
def test_the_preferences_of_others_are_told_from_our_own(headers: list[str], left: str) -> None:
    assert preferences_of_others(headers) == left


@pytest.mark.parametrize(
    ("query", "wishes"),
    [
        (b"__code=404", Preferences(code=404)),
        (b"page=1&__code=404&__example=a+b&__dynamic=true&__scenario=slow", Preferences(404, "a b", True, "slow")),
        (b"__dynamic", Preferences(dynamic=True)),
        (b"code=404&_code=404", Preferences()),
        (b"__code=404&__code=500", Preferences(code=404)),
        (b"__else=1", Preferences()),
    ],
)
def test_wishes_can_stand_in_the_query(query: bytes, wishes: Preferences) -> None:
    assert preferences_of([], query) == wishes


def test_the_header_comes_before_the_query() -> None:
    assert preferences_of(["code=404"], b"__code=500&__example=gone") == Preferences(404, "gone")


@pytest.mark.parametrize(
    "headers",
    [
        ["code=abc"],
        ["code=4041"],
        ["code=099"],
        ["code=103"],
        ["code"],
        ["dynamic=maybe"],
        ['example="open'],
        ["a b"],
        ["=1"],
        ["é=1"],
    ],
)
def test_wishes_that_cannot_be_read_are_refused_with_how_to_write_them(headers: list[str]) -> None:
    with pytest.raises(WishRefused, match=r"write Prefer:|must be") as refused:
        preferences_of(headers, b"")

    assert (refused.value.status, refused.value.code) == (400, "PREFER_MALFORMED")


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
def test_the_form_that_is_liked_best_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert preferred(accept, JSON_OR_TEXT) == chosen


@pytest.mark.parametrize("accept", ["json", "*/json", "a/b c", "a/b;q=2", "a/b;q=0.1234", "a/b;q=-1", "a/b;q=x", "é/é"])
def test_an_accept_header_that_cannot_be_read_is_refused(accept: str) -> None:
    with pytest.raises(Refusal, match="Accept header") as refused:
        preferred(accept, JSON_OR_TEXT)

    assert (refused.value.status, refused.value.code) == (400, "ACCEPT_MALFORMED")


@pytest.mark.parametrize("accept", [None, "", "text/plain"])
def test_of_nothing_nothing_is_chosen(accept: str | None) -> None:
    assert preferred(accept, ()) is None
