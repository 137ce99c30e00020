"""JSON texts are read exactly."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.http.json import NumberOutOfRange, read_json, write_json


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**64), 10**400])
def test_an_integer_of_any_size_is_exact(number: int) -> None:
    assert read_json(b'{"n": %d}' % number) == {"n": number}


def test_an_integer_of_more_digits_than_python_converts_is_a_value_error() -> None:
    with pytest.raises(NumberOutOfRange, match="an integer has too many digits to be read"):
        read_json(b"1" * 5000)


@pytest.mark.parametrize("text", [b"1e400", b"-1e400", b'{"n": [1E999]}', b"[1e400, " + b"1" * 301 + b"]"])
def test_a_number_beyond_the_range_of_a_float_is_named(text: bytes) -> None:
    with pytest.raises(NumberOutOfRange, match="a number is beyond the range of a double-precision float"):
        read_json(text)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"NaN", b"\xff", b'"\\ud800"', b"\xef\xbb\xbf{}", b"12345678901234567890 x"]
)
def test_invalid_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_json(content)


def test_a_huge_integer_nested_too_deeply_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(b"[" * 1000 + b"1" * 301 + b"]" * 1000)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, None, 0.5], "a": "é"}, '{"b":[1,null,0.5],"a":"é"}'),
        (10**29, "1" + "0" * 29),
        ({"b": -(2**64), "a": 1}, '{"b":-18446744073709551616,"a":1}'),
    ],
)
def test_data_is_written_with_integers_of_any_size(value: Any, text: str) -> None:
    assert write_json(value) == text.encode()


@pytest.mark.parametrize("value", [1, 10**29])
def test_the_names_of_an_object_are_sorted_on_request(value: int) -> None:
    assert write_json({"b": value, "a": 0}, sort_keys=True) == b'{"a":0,"b":%d}' % value


@pytest.mark.parametrize("value", [object(), [10**29, object()]])
def test_a_value_that_is_no_json_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        write_json(value)
