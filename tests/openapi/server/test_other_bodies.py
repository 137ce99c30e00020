"""Bodies other than JSON: a form becomes an object with the types of its schema, text a string, all others bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.openapi.conftest import Client, Serve

CONTRACT = """
paths:
  /a:
    post:
      operationId: echo
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Form'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}
          text/plain: {schema: {type: string, maxLength: 5}}
          image/*: {schema: {type: string, format: binary}}
      responses: {'200': {description: d, content: {application/json: {}}}}
components:
  schemas:
    Form:
      type: object
      required: [n]
      properties:
        n: {type: integer}
        flag: {type: boolean}
        list: {type: array, items: {type: number}}
        deep: {type: object, properties: {n: {type: integer}, list: {type: array, items: {type: string}}}}
        rows: {type: array, items: {type: object, properties: {n: {type: integer}}}}
        file: {type: string, format: binary}
        either: {anyOf: [{type: integer}, {type: string, enum: ['']}]}
"""
HANDLERS = """
def shown(value):
    if type(value) is dict:
        return {name: shown(inner) for name, inner in value.items()}
    return {"bytes": value.hex()} if type(value) is bytes else value
async def echo(body=None): return shown(body)
"""


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS)


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("n=5&flag=true", {"n": 5, "flag": True}),
        ("n=5&list=1&list=2.5", {"n": 5, "list": [1, 2.5]}),
        ("n=5&list=1", {"n": 5, "list": [1]}),
        ("n=5&list[]=1&list[]=2", {"n": 5, "list": [1, 2]}),
        ("n=5&deep[n]=1&deep[list][]=a", {"n": 5, "deep": {"n": 1, "list": ["a"]}}),
        ("n=5&rows[0][n]=1&rows[1][n]=2", {"n": 5, "rows": [{"n": 1}, {"n": 2}]}),
        ("n=5&either=7", {"n": 5, "either": 7}),
        ("n=5&either=", {"n": 5, "either": ""}),
        ("n=5&other=%C3%A9+a", {"n": 5, "other": "é a"}),
        ("n=5&=a", {"n": 5, "": "a"}),
    ],
)
def test_a_form_becomes_an_object(client: Client, form: str, body: dict[str, Any]) -> None:
    response = client.post("/a", content=form, headers={"content-type": "application/x-www-form-urlencoded"})

    assert (response.status_code, response.json()) == (200, body)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("flag=true", '"n" is a required property'),
        ("n=x", '/n: the value is not of type "integer"'),
        ("n=5&rows[0][n]=x", '/rows/0/n: the value is not of type "integer"'),
    ],
)
def test_a_form_that_breaks_its_schema_is_refused(client: Client, form: str, reason: str) -> None:
    response = client.post("/a", content=form, headers={"content-type": "application/x-www-form-urlencoded"})

    assert (response.status_code, response.json()["error"]) == (400, f"The body breaks the contract: {reason}.")


@pytest.mark.parametrize("form", ["n=5&deep=1&deep[n]=2", "n=5&deep[n]=2&deep=1"])
def test_a_form_with_contradictory_parts_is_refused(client: Client, form: str) -> None:
    response = client.post("/a", content=form, headers={"content-type": "application/x-www-form-urlencoded"})

    assert (response.status_code, response.json()["code"]) == (400, "REQUEST_INVALID")


def test_files_are_bytes_next_to_the_other_parts(client: Client) -> None:
    response = client.post("/a", data={"n": "5", "deep": '{"n": 1}'}, files={"file": ("a.bin", b"\xff\x00")})

    assert response.json() == {"n": 5, "deep": {"n": 1}, "file": {"bytes": "ff00"}}


def test_an_invalid_multipart_body_is_refused(client: Client) -> None:
    response = client.post("/a", content=b"x", headers={"content-type": "multipart/form-data"})

    assert (response.status_code, response.json()["error"]) == (
        400,
        "The body is not multipart/form-data: its Content-Type has no boundary.",
    )


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("text/plain", "é".encode(), 200),
        ("text/plain; charset=latin-1", "é".encode("latin-1"), 200),
        ("text/plain", b"\xff", 400),
        ("text/plain", b"abcdef", 400),
    ],
)
def test_text_is_a_string(client: Client, media_type: str, content: bytes, status: int) -> None:
    response = client.post("/a", content=content, headers={"content-type": media_type})

    assert (response.status_code, response.json() == "é") == (status, status == 200)


@pytest.mark.parametrize(("media_type", "status"), [("image/png", 200), ("audio/ogg", 415)])
def test_a_media_range_accepts_every_media_type_in_it(client: Client, media_type: str, status: int) -> None:
    response = client.post("/a", content=b"\x89", headers={"content-type": media_type})

    assert (response.status_code, response.json() == {"bytes": "89"}) == (status, status == 200)
