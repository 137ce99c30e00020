"""JSON texts are read exactly."""

from __future__ import annotations

import pytest

from openapi.http.json import read_json


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**64), 10**400])
def test_an_integer_of_any_size_is_exact(number: int) -> None:
    assert read_json(b'{"n": %d}' % number) == {"n": number}


def test_an_integer_of_more_digits_than_python_converts_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="digits"):
        read_json(b"1" * 5000)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"NaN", b"\xff", b'"\\ud800"', b"\xef\xbb\xbf{}", b"12345678901234567890 x"]
)
def test_invalid_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_json(content)
