"""Documents as YAML, in the form of published pages."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openapi.documents.reading import read_value
from openapi.publishing.writing import as_yaml
from tests.frozen import FROZEN

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=" \n:#-'\"a,{}[]|>&*!%@?=0.eyx\t`"),
    st.sampled_from(["yes", "n", "on", "12:30", "2020-01-01", "0x1F", "1_000", ".inf", "~", "null", "<<", "=", "010"]),
    st.lists(st.text(alphabet="ab -:#'", min_size=1, max_size=30), min_size=5, max_size=20).map(" ".join),
    st.lists(st.lists(st.text(alphabet="ab.", min_size=1, max_size=30), max_size=8).map(" ".join), max_size=6).map(
        "\n".join
    ),
)
NUMBERS = st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def test_the_document_of_a_published_page_has_its_bytes() -> None:
    published = FROZEN.read_bytes()

    assert as_yaml(read_value(published, "")) + b"\n" == published


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@example({"": {"a": [[], {}, [["b"]], [{"c": "d\ne"}]]}})
@example({"a": "x" * 90 + " y", "b": "x " * 60 + "\n\n  code\nend\n"})
@example({"k" * 2000: {"'" * 600: ["x"]}})
@example({"a": 1e22, "b": -1.5e-9, "c": 10**30})
def test_readers_of_yaml_1_1_and_1_2_read_the_data_that_was_written(data: dict[str, Any]) -> None:
    written = as_yaml(data)

    assert read_value(written, "") == data
    assert yaml.safe_load(written) == data


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain text", "plain text"),
        ("200", "'200'"),
        ("it's", "it's"),
        ("a: b", "'a: b'"),
        ("one\ntwo\n", "|\n  one\n  two"),
        ("one\ntwo", "|-\n  one\n  two"),
        ("word " * 20 + "end", ">-\n  " + ("word " * 15).strip() + "\n  " + "word " * 5 + "end"),
        ("tab\there", '"tab\\there"'),
    ],
)
def test_texts_have_the_form_of_published_pages(text: str, written: str) -> None:
    assert as_yaml({"a": text}).decode() == f"a: {written}\n"


@pytest.mark.parametrize("data", [{}, [], "x", None, {"a": {}}, {"a": []}])
def test_any_json_value_can_be_written(data: Any) -> None:
    assert read_value(as_yaml(data), "") == data
