"""Splitting a stream yields the same elements for any read sizes, with the line numbers of the file."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importing.elements import Element, split
from store.importing.positions import dotted, positions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


class Trickle(io.BytesIO):
    """A stream that returns a few bytes at a time, as a pipe may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(3)


@given(st.lists(JSON, min_size=1), st.sampled_from([None, 0, 2]))
def test_an_array_is_split_into_its_elements(values: list[Any], indent: int | None) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=False).encode(errors="replace")
    parts = list(split(Trickle(text)))

    assert [json.loads(part.text) for part in parts if isinstance(part, Element)] == json.loads(text)


@given(st.lists(JSON, min_size=1))
def test_json_lines_are_split_into_their_elements(values: list[Any]) -> None:
    text = "\n".join(map(json.dumps, [{}, *values])).encode()
    parts = list(split(Trickle(text)))

    assert parts == [Element(number, json.dumps(value).encode()) for number, value in enumerate([{}, *values], 1)]


@given(JSON)
def test_positions_yield_every_value_with_its_line(value: Any) -> None:
    text = json.dumps(value, indent=1)

    def walk(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        items = value if isinstance(value, list) else []
        pairs = value.items() if isinstance(value, dict) else enumerate(items)
        return [path, *(found for key, inner in pairs for found in walk(inner, (*path, key)))]

    found = dict(positions(text))
    assert list(found) == walk(value, ())
    lines = text.split("\n")
    named = [(path[-1], lines[line]) for path, line in found.items() if path]
    assert all(json.dumps(key) in line for key, line in named if isinstance(key, str))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("users", 0, "default_numbers", "sinch"), "users[0].default_numbers.sinch"),
        (("a b", "\x1b[31m"), r"['a b']['\x1b[31m']"),
    ],
)
def test_dotted_is_a_readable_path(path: tuple[str | int, ...], expected: str) -> None:
    assert dotted(path) == expected
