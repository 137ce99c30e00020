"""Media types with their parameters."""

from __future__ import annotations

import time

import pytest

from openapi.http.media_types import parse_media_type


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        ("; v=1", {"v": "1"}),
        (" ;; v=1 ; ", {"v": "1"}),
        ("; V = 1;w=2", {"v": "1", "w": "2"}),
        ("; v=1; V=2", {"v": "2"}),
        ('; v="1; w=2"', {"v": "1; w=2"}),
        ('; v="a\\"\\b\\\\"', {"v": 'a"b\\'}),
        ('; v=""', {"v": ""}),
        ("; boundary=--=_a/b", {"boundary": "--=_a/b"}),
        ("; v; w=2", {"w": "2"}),
        ("; v=; w=2", {"w": "2"}),
        ("; v=a b; w=2", {"w": "2"}),
        ('; v="1"x; w=2', {"w": "2"}),
        ('; v="1; w=2', {"w": "2"}),
        ("; a*=x; a*0=y", {"a*": "x", "a*0": "y"}),
        (f"; a*{'9' * 5000}=x", {f"a*{'9' * 5000}": "x"}),
    ],
)
def test_parameters_are_read_and_malformed_ones_ignored(text: str, parameters: dict[str, str]) -> None:
    found = parse_media_type(f"Application/JSON {text}")

    assert (found.name, found.parameters) == ("application/json", parameters)


@pytest.mark.parametrize("part", [";", 'b="', "\\", "a=", ";a", " ", '="'])
def test_a_long_header_is_read_in_time(part: str) -> None:
    start = time.perf_counter()
    parse_media_type('text/plain; a="' + part * 60_000)

    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("UTF-8", "é".encode(), "é"),
        ("us-ascii", b"e", "e"),
        ("iso-8859-1", b"\xe9", "é"),
        ("ISO-8859-15", b"\xa4", "€"),
        ("windows-1252", b"\x80", "€"),
        ("utf-16", "é".encode("utf-16"), "é"),
        ("utf-32be", "é".encode("utf-32-be"), "é"),
        ("Shift_JIS", "電".encode("shift_jis"), "電"),
        ("EUC-JP", "電".encode("euc-jp"), "電"),
        ("gb18030", "電".encode("gb18030"), "電"),
        ("Big5", "電".encode("big5"), "電"),
        ("koi8-r", "я".encode("koi8-r"), "я"),
    ],
)
def test_text_is_decoded_in_its_charset(charset: str, content: bytes, text: str) -> None:
    assert content.decode(parse_media_type(f"text/plain; charset={charset}").charset) == text


@pytest.mark.parametrize(
    "charset", ["nonsense", "idna", "punycode", "utf-7", "unicode_escape", "rot13", "hex", "a\0b", "é", "..", "utf-8\0"]
)
def test_an_unknown_charset_is_utf_8(charset: str) -> None:
    assert parse_media_type(f'text/plain; charset="{charset}"').charset == "utf-8"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_lone_surrogate_is_not_decoded(charset: str) -> None:
    content = "\ud800".encode(charset, "surrogatepass")

    with pytest.raises(UnicodeDecodeError):
        content.decode(parse_media_type(f"text/plain; charset={charset}").charset)
