"""Bodies that are sequences of items are written and read back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from openapi.http.streams import is_stream, read_items, write_items

LINES = "application/jsonl"
EVENTS = "text/event-stream"
RECORDS = "application/json-seq"


@pytest.mark.parametrize("media_type", [LINES, "application/x-ndjson", "application/ndjson", RECORDS])
@pytest.mark.parametrize("items", [[], [1], [{"a": "b\nc"}, None, [True]]])
def test_items_are_read_as_they_were_written(media_type: str, items: list[Any]) -> None:
    assert read_items(media_type, write_items(media_type, items)) == items


@pytest.mark.parametrize(
    "event",
    [
        {"data": "a"},
        {"event": "add", "id": "7", "retry": 10, "data": "a\nb"},
        {"event": "stop"},
    ],
)
def test_an_event_is_read_as_it_was_written(event: dict[str, Any]) -> None:
    assert read_items(EVENTS, write_items(EVENTS, [event, event])) == [event, event]


def test_an_item_that_is_no_event_is_the_data_of_one() -> None:
    assert write_items(EVENTS, [{"a": 1}, "b"]) == b'data: {"a":1}\n\ndata: b\n\n'


def test_a_record_begins_with_its_separator() -> None:
    assert write_items(RECORDS, [1]) == b"\x1e1\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_events_have_any_line_break(end: str) -> None:
    assert read_items(EVENTS, f"data: a{end}data:b{end}{end}data: c{end}".encode()) == [{"data": "a\nb"}, {"data": "c"}]


def test_comments_and_unknown_fields_of_events_are_ignored() -> None:
    assert read_items(EVENTS, b": hello\nother: 1\n\ndata: a\nretry: soon\n\n") == [{"data": "a"}]


def test_an_item_that_is_not_json_is_named() -> None:
    with pytest.raises(ValueError, match=r"^item 2 is not valid JSON"):
        read_items(LINES, b"1\n{\n")


@pytest.mark.parametrize(("media_type", "expected"), [(LINES, True), (EVENTS, True), ("application/json", False)])
def test_only_sequential_media_types_are_streams(media_type: str, expected: bool) -> None:
    assert is_stream(media_type) is expected


@pytest.mark.parametrize("retry", ["9" * 5000, "٣"])
def test_a_retry_that_is_no_usual_number_is_ignored(retry: str) -> None:
    assert read_items(EVENTS, f"retry: {retry}\ndata: a\n\n".encode()) == [{"data": "a"}]


def test_an_event_of_a_million_lines_is_read_in_seconds() -> None:
    before = time.monotonic()

    (event,) = read_items(EVENTS, b"data:a\n" * 1_000_000)

    assert len(event["data"]) == 1_999_999
    assert time.monotonic() - before < 10
