"""Bodies of sample requests, in every supported media type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.openapi.examples.judged import OBJECT, contract_of, made, with_body

FORM = {
    "type": "object",
    "required": ["tags", "place", "raw"],
    "properties": {
        "tags": {"type": "array", "minItems": 2, "items": {"type": "string"}, "example": ["a", "b"]},
        "place": {"type": "object", "example": {"city": "Lyon"}},
        "raw": {"type": "object", "example": {"x": 1}},
    },
}


def test_example_that_breaks_the_schema_is_not_sent() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5}}}
    sample = made(with_body("application/json", schema, example={"a": 1}))

    assert json.loads(sample.body)["a"] >= 5


def test_read_only_property_of_an_example_is_not_sent() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "a": {"type": "integer"}}}
    sample = made(with_body("application/json", schema, example={"id": 1, "a": 2}))

    assert json.loads(sample.body) == {"a": 2}


def test_generated_body_has_only_required_properties() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}

    assert json.loads(made(with_body("application/json", schema)).body).keys() == {"a"}


def test_generated_body_without_required_properties_has_all_properties() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}

    assert json.loads(made(with_body("application/json", schema)).body).keys() == {"a", "b"}


@pytest.mark.parametrize(("method", "has_body"), [("put", True), ("delete", False)])
def test_optional_body_is_sent_if_the_method_defines_its_meaning(method: str, has_body: bool) -> None:
    body = {"content": {"application/json": {"schema": OBJECT}}}

    assert bool(made(contract_of({"requestBody": body}, method=method)).body) == has_body


def test_optional_body_that_cannot_be_generated_is_left_out() -> None:
    impossible = {"type": "integer", "minimum": 2, "maximum": 1}
    body = {"content": {"application/json": {"schema": impossible}}}

    assert made(contract_of({"requestBody": body})).body == b""


def test_given_body_has_the_media_type_of_the_operation() -> None:
    sample = made(with_body("application/x-www-form-urlencoded", OBJECT), {"body": {"a": "x y"}})

    assert (sample.headers, sample.body) == ((("Content-Type", "application/x-www-form-urlencoded"),), b"a=x+y")


def test_form_follows_its_encoding_objects() -> None:
    encoding = {"tags": {"style": "pipeDelimited", "explode": False}, "raw": {"contentType": "application/json"}}
    plain = made(with_body("application/x-www-form-urlencoded", FORM))
    encoded = made(with_body("application/x-www-form-urlencoded", FORM, encoding=encoding))

    assert plain.body == b"tags=a&tags=b&place%5Bcity%5D=Lyon&raw%5Bx%5D=1"
    assert encoded.body == b"tags=a%7Cb&place%5Bcity%5D=Lyon&raw=%7B%22x%22%3A1%7D"


def test_multipart_body_has_a_part_for_each_property_and_a_file_for_a_binary_one() -> None:
    schema = {
        "type": "object",
        "required": ["title", "file", "about"],
        "properties": {
            "title": {"type": "string", "enum": ["T"]},
            "file": {"type": "string", "format": "binary", "example": "data"},
            "about": {"type": "object", "example": {"a": 1}},
        },
    }
    sample = made(with_body("multipart/form-data", schema, encoding={"file": {"contentType": "image/png, image/*"}}))
    boundary = "--tether-relay-8b7c1f4e2d905a63"

    assert sample.headers == (("Content-Type", f"multipart/form-data; boundary={boundary[2:]}"),)
    assert sample.body.decode().split("\r\n") == [
        *(boundary, 'Content-Disposition: form-data; name="title"', "", "T"),
        *(boundary, 'Content-Disposition: form-data; name="file"; filename="file"', "Content-Type: image/png"),
        *("", "data"),
        *(boundary, 'Content-Disposition: form-data; name="about"', "Content-Type: application/json", "", '{"a":1}'),
        *(f"{boundary}--", ""),
    ]


def test_multipart_body_has_a_file_for_text_of_another_media_type() -> None:
    """OpenAPI 3.1, "Considerations for File Uploads"."""
    picture = {"type": "string", "contentMediaType": "image/png", "examples": ["data"]}
    schema = {"type": "object", "required": ["picture"], "properties": {"picture": picture}}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    sample = made(contract_of({"requestBody": body}, openapi="3.1.0"))

    assert b'name="picture"; filename="picture"\r\nContent-Type: image/png\r\n\r\ndata\r\n' in sample.body


@pytest.mark.parametrize(
    ("media_type", "schema", "sent", "body"),
    [
        ("text/plain", {"type": "string", "enum": ["hello"]}, "text/plain", b"hello"),
        ("text/*", {"type": "string", "enum": ["hello"]}, "text/plain", b"hello"),
        ("application/octet-stream", {"type": "string", "format": "binary", "example": "x"}, None, b"x"),
        ("application/xml", {"type": "object", "xml": {"name": "box"}, "example": {"a": 1}}, None,
         b'<?xml version="1.0" encoding="UTF-8"?>\n<box><a>1</a></box>'),
        ("*/*", {"type": "object", "example": {"a": 1}}, "application/json", b'{"a":1}'),
        ("application/merge-patch+json", {"type": "object", "example": {"a": 1}}, None, b'{"a":1}'),
    ],
)  # fmt: skip
def test_body_is_encoded_in_its_media_type(
    media_type: str, schema: dict[str, Any], sent: str | None, body: bytes
) -> None:
    sample = made(with_body(media_type, schema))

    assert (sample.headers, sample.body) == ((("Content-Type", sent or media_type),), body)


def test_image_is_the_smallest_valid_file() -> None:
    sample = made(with_body("image/png", {"type": "string", "format": "binary"}))

    assert (sample.headers, sample.body[:4]) == ((("Content-Type", "image/png"),), b"\x89PNG")


def test_json_is_preferred_to_other_media_types() -> None:
    contents = {name: {"schema": OBJECT} for name in ("text/xml", "multipart/form-data", "application/json")}
    sample = made(contract_of({"requestBody": {"required": True, "content": contents}}))

    assert sample.headers == (("Content-Type", "application/json"),)
