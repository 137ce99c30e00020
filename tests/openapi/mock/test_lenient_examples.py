"""Declared examples that break their schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openapi.examples.leniency import blended

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import MockOf

LINK = (
    "{type: object, required: [link, count], properties: {link: {type: string, format: uri}, count: {type: integer}}}"
)


def answered(mock_of: MockOf, schema: str, example: str, examples: str) -> Any:
    content = f"{{application/json: {{schema: {schema}, example: {example}}}}}"
    response = f"{{description: A, content: {content}}}"
    ask = mock_of(f"paths: {{/a: {{get: {{responses: {{'200': {response}}}}}}}}}\n", examples=examples)
    return ask("/a").json()


@pytest.mark.parametrize(("examples", "is_sent"), [("strict", False), ("lenient", True), ("always", True)])
def test_an_example_that_breaks_a_format_alone_is_sent_unless_strict(
    mock_of: MockOf, examples: str, is_sent: bool
) -> None:
    body = answered(mock_of, LINK, "{link: /letters/7, count: 7}", examples)

    assert (body == {"link": "/letters/7", "count": 7}) is is_sent


@pytest.mark.parametrize(("examples", "is_sent"), [("strict", False), ("lenient", True), ("always", True)])
def test_an_example_of_several_branches_is_sent_unless_strict(mock_of: MockOf, examples: str, is_sent: bool) -> None:
    schema = (
        "{oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}"
    )
    body = answered(mock_of, schema, "{a: Hello}", examples)

    assert (body == {"a": "Hello"}) is is_sent


def test_values_of_an_example_that_misses_a_member_are_kept(mock_of: MockOf) -> None:
    body = answered(mock_of, LINK, "{count: 7, extra: x}", "lenient")

    assert body["count"] == 7
    assert body["extra"] == "x"
    assert body["link"].startswith("http")


def test_every_example_is_sent_always(mock_of: MockOf) -> None:
    assert answered(mock_of, LINK, "[7]", "always") == [7]


def test_what_travels_only_in_requests_is_left_out_of_an_example(mock_of: MockOf) -> None:
    schema = "{type: object, properties: {id: {type: integer}, secret: {type: string, writeOnly: true}}}"

    assert answered(mock_of, schema, "{id: 1, secret: x}", "lenient") == {"id": 1}


@pytest.mark.parametrize(
    ("made", "example", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 7, "b": "x"}, {"a": 7, "b": 2}),
        ({"a": 1, "b": 2, "c": 3}, {"a": 7, "b": "x"}, {"a": 7, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 7}, {"a": 7, "b": 2}),
        ({"a": 1, "b": 2}, "x", {"a": 1, "b": 2}),
    ],
)
def test_an_example_is_blended_into_data(made: Any, example: Any, expected: Any) -> None:
    def is_valid(value: Any) -> bool:
        return isinstance(value, dict) and {"a", "b"} <= value.keys() and all(type(v) is int for v in value.values())

    assert blended(made, example, is_valid) == expected
