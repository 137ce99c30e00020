"""Forms are read as lists of fields."""

from __future__ import annotations

import pytest

from openapi.http.forms import FormField, read_urlencoded
from openapi.http.media_types import parse_media_type
from openapi.http.multipart import read_multipart

FORM = parse_media_type("multipart/form-data; boundary=b")


def part(headers: str, content: str) -> str:
    return f"--b\r\nContent-Disposition: form-data; {headers}\r\n\r\n{content}\r\n"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", []),
        (b"a=1&a=2", [("a", "1"), ("a", "2")]),
        (b"a=", [("a", "")]),
        (b"a", [("a", "")]),
        (b"=1", [("", "1")]),
        (b"a%5B%5D=%C3%A9+b", [("a[]", "é b")]),
    ],
)
def test_an_urlencoded_form_has_its_fields_in_order(body: bytes, fields: list[tuple[str, str]]) -> None:
    assert [(field.name, field.content) for field in read_urlencoded(body)] == fields


def test_an_urlencoded_form_is_decoded_with_the_charset_of_its_media_type() -> None:
    assert read_urlencoded(b"a=%E9", "latin-1") == [FormField("a", "é", encoded="%E9")]


def test_a_part_without_a_file_name_is_text() -> None:
    body = part('name="a"', "é") + "--b--\r\n"

    assert read_multipart(FORM, body.encode()) == [FormField("a", "é")]


def test_a_part_with_a_file_name_is_bytes() -> None:
    body = part('name="a"; filename="x"', "é") + "--b--\r\n"

    assert read_multipart(FORM, body.encode()) == [FormField("a", "é".encode())]


def test_a_part_with_a_json_media_type_is_json() -> None:
    body = part('name="a"; filename="x"\r\nContent-Type: application/json; charset=utf-8', "{}") + "--b--\r\n"

    assert read_multipart(FORM, body.encode()) == [FormField("a", b"{}", is_json=True)]


@pytest.mark.parametrize(
    ("media_type", "body", "reason"),
    [
        ("multipart/form-data", "", "has no boundary"),
        ("multipart/form-data; boundary=b", "", "last boundary"),
        ("multipart/form-data; boundary=b", part('name="a"', "1"), "last boundary"),
        ("multipart/form-data; boundary=b", part("", "1") + "--b--\r\n", "a part has no name"),
        ("multipart/form-data; boundary=b", "oh", "Expected boundary"),
        (
            "multipart/form-data; boundary=b",
            part('name="a"', "1") * 1001 + "--b--\r\n",
            "the form has more than 1000 fields",
        ),
    ],
)
def test_a_malformed_multipart_body_is_a_value_error(media_type: str, body: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_multipart(parse_media_type(media_type), body.encode())
