"""The YAML of a document has the data of the document, for readers of YAML 1.1 and 1.2."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi.documents.reading import read_value
from openapi.publishing.writing import as_yaml

TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "1e3",
        "0x1f",
        "0o17",
        "yes",
        "null",
        "~",
        "12:30",
        "2020-01-01",
        ".5",
        "1_000",
        "- a",
        "a: b",
        "# a",
        "",
        " a ",
        "a\n",
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_reading_returns_what_was_written(value: dict[str, Any]) -> None:
    written = as_yaml(value)

    assert read_value(written, "written.yaml") == value
    assert yaml.safe_load(written) == value


@pytest.mark.parametrize(("text", "written"), [("1e3", "a: '1e3'\n"), ("one\ntwo\n", "a: |\n  one\n  two\n")])
def test_texts_are_written_as_people_write_them(text: str, written: str) -> None:
    assert as_yaml({"a": text}).decode() == written
