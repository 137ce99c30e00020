"""Preferences of requests: the Prefer header, and its query forms."""

from __future__ import annotations

import pytest

from openapi.mock.answers.refusals import PreferenceRefused
from openapi.mock.requests.preferences import Preferences, preferences_of, preferences_of_others


@pytest.mark.parametrize(
    ("headers", "preferences"),
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
def test_prefer_headers_are_parsed(headers: list[str], preferences: Preferences) -> None:
    assert preferences_of(headers, b"") == preferences


@pytest.mark.parametrize(
    ("headers", "others"),
    [
        (["code=404"], ""),
        (["return=minimal, code=404"], "return=minimal"),
        (["respond-async; x, wait=10; CODE=404; y=1", 'foo="a, b;c"'], 'respond-async; x, wait=10; y=1, foo="a, b;c"'),
        (["code=404; x=1, return=minimal"], "return=minimal"),
        (["", "scenario=none;dynamic ,  , handling=lenient"], "handling=lenient"),
    ],
)
def test_preferences_for_other_programs_are_separated(headers: list[str], others: str) -> None:
    assert preferences_of_others(headers) == others


@pytest.mark.parametrize(
    ("query", "preferences"),
    [
        (b"__code=404", Preferences(code=404)),
        (b"page=1&__code=404&__example=a+b&__dynamic=true&__scenario=slow", Preferences(404, "a b", True, "slow")),
        (b"__dynamic", Preferences(dynamic=True)),
        (b"code=404&_code=404", Preferences()),
        (b"__code=404&__code=500", Preferences(code=404)),
        (b"__else=1", Preferences()),
    ],
)
def test_preferences_in_the_query_are_parsed(query: bytes, preferences: Preferences) -> None:
    assert preferences_of([], query) == preferences


def test_the_header_wins_over_the_query() -> None:
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
def test_a_malformed_preference_is_refused_with_the_correct_form(headers: list[str]) -> None:
    with pytest.raises(PreferenceRefused, match=r"write Prefer:|must be") as refused:
        preferences_of(headers, b"")

    assert (refused.value.status, refused.value.code) == (400, "PREFER_MALFORMED")
