"""Parameters in every style of OpenAPI 3.0.3 ("Style Values"), and parameters with `content`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.openapi.conftest import Serve

CONTRACT = """
paths:
  /{p}:
    get:
      operationId: get_p
      parameters: [{in: %s, name: p, required: true, %s}]
      responses: {'200': {description: d, content: {application/json: {}}}}
"""
HANDLER = "async def get_p(p): return p"
SCALAR = "schema: {type: integer}"
TEXT = "schema: {type: string}"
ARRAY = "schema: {type: array, items: {type: integer}}"
TEXTS = "schema: {type: array, maxItems: 2, items: {type: string}}"
OBJECT = (
    "schema: {type: object, properties: {r: {type: integer}, g: {type: string}}, additionalProperties: {type: boolean}}"
)
ANYTHING = "schema: {oneOf: [{type: integer}, {type: array, items: {type: boolean}}]}"
RED: dict[str, Any] = {"r": 100, "g": "a"}

Reads = Callable[..., tuple[int, Any]]


@pytest.fixture
def read(serve: Serve) -> Reads:
    """The value of a parameter in the handler, or the error message."""

    def ask(place: str, definition: str, sent: str) -> tuple[int, Any]:
        contract = CONTRACT if place == "path" else CONTRACT.replace("/{p}", "/p")
        client = serve(contract % (place, definition), HANDLER)
        target, headers = asked(place, sent)
        response = client.get(target, headers=headers)
        data = response.json()
        return response.status_code, data if response.status_code == 200 else data["error"]

    return ask


def asked(place: str, sent: str) -> tuple[str, dict[str, str]]:
    """The target and the headers of a request with the parameter in that location."""
    if place in ("path", "query"):
        return f"/{sent}" if place == "path" else f"/p?{sent}", {}
    return "/p", {"p" if place == "header" else "cookie": sent}


@pytest.mark.parametrize(
    ("definition", "sent", "given"),
    [
        (f"style: simple, {SCALAR}", "5", 5),
        (f"style: simple, {ARRAY}", "3,4,5", [3, 4, 5]),
        (f"style: simple, {ARRAY}", "3%2C4", [3, 4]),
        (f"style: simple, {TEXTS}", "a%2Cb,c", ["a,b", "c"]),
        (f"style: simple, {OBJECT}", "r,100,g,a", RED),
        (f"style: simple, explode: true, {OBJECT}", "r=100,g=a,b=true", {**RED, "b": True}),
        (f"style: label, {SCALAR}", ".5", 5),
        (f"style: label, {TEXT}", ".a.b", "a.b"),
        (f"style: label, {ARRAY}", ".3.4.5", [3, 4, 5]),
        (f"style: label, {ARRAY}", ".3,4,5", [3, 4, 5]),
        (f"style: label, explode: true, {ARRAY}", ".3.4.5", [3, 4, 5]),
        (f"style: label, {OBJECT}", ".r.100.g.a", RED),
        (f"style: label, {OBJECT}", ".r,100,g,a", RED),
        (f"style: label, explode: true, {OBJECT}", ".r=100.g=a", RED),
        (f"style: matrix, {SCALAR}", ";p=5", 5),
        (f"style: matrix, {TEXT}", ";p=", ""),
        (f"style: matrix, {TEXT}", ";p=a%3Db", "a=b"),
        (f"style: matrix, {ARRAY}", ";p=3,4,5", [3, 4, 5]),
        (f"style: matrix, explode: true, {ARRAY}", ";p=3;p=4;p=5", [3, 4, 5]),
        (f"style: matrix, {OBJECT}", ";p=r,100,g,a", RED),
        (f"style: matrix, explode: true, {OBJECT}", ";r=100;g=a", RED),
        (ANYTHING, "5", 5),
        (ANYTHING, "true,false", [True, False]),
        ("content: {application/json: {schema: {type: object}}}", "%7B%22a%22%3A%5B1%5D%7D", {"a": [1]}),
    ],
)
def test_a_path_parameter_is_read_in_every_style(read: Reads, definition: str, sent: str, given: object) -> None:
    assert read("path", definition, sent) == (200, given)


@pytest.mark.parametrize(
    ("definition", "sent", "given"),
    [
        (f"style: form, {ARRAY}", "p=3&p=4", [3, 4]),
        (f"style: form, {TEXTS}", "p=a,b", ["a,b"]),
        (f"style: form, explode: false, {ARRAY}", "p=3,4", [3, 4]),
        (f"style: form, explode: false, {ARRAY}", "p=3%2C4", [3, 4]),
        (f"style: form, explode: false, {ARRAY}", "p=", []),
        (f"style: form, explode: false, {TEXTS}", "p=a%2Cb,c+d", ["a,b", "c d"]),
        (f"style: form, {OBJECT}", "r=100&g=a&b=true", {**RED, "b": True}),
        (f"style: form, {OBJECT}", "", {}),
        (f"style: form, explode: false, {OBJECT}", "p=r,100,g,a", RED),
        (f"style: spaceDelimited, explode: false, {ARRAY}", "p=3%204+5", [3, 4, 5]),
        (f"style: spaceDelimited, explode: false, {OBJECT}", "p=r%20100%20g%20a", RED),
        (f"style: pipeDelimited, explode: false, {TEXTS}", "p=3|4%7C5", ["3", "4|5"]),
        (f"style: pipeDelimited, explode: false, {ARRAY}", "p=3%7C4", [3, 4]),
        (f"style: pipeDelimited, explode: false, {OBJECT}", "p=r|100|g|a", RED),
        (f"style: pipeDelimited, explode: true, {ARRAY}", "p=3&p=4", [3, 4]),
        (f"style: deepObject, {OBJECT}", "p[r]=100&p%5Bg%5D=a&other=1", RED),
        (f"allowEmptyValue: true, {SCALAR}", "p=", None),
        ("content: {application/json: {schema: {type: array}}}", "p=%5B1%2C%22a%22%5D", [1, "a"]),
        ("content: {text/plain: {schema: {type: string, maxLength: 2}}}", "p=1", "1"),
        ("content: {text/plain: {}}", "p=1", "1"),
    ],
)
def test_a_query_parameter_is_read_in_every_style(read: Reads, definition: str, sent: str, given: object) -> None:
    assert read("query", definition, sent) == (200, given)


@pytest.mark.parametrize(
    ("place", "definition", "sent", "given"),
    [
        ("header", ARRAY, "3, 4,,5", [3, 4, 5]),
        ("header", OBJECT, "r, 100, g, a", RED),
        ("header", f"explode: true, {OBJECT}", "r=100, g=a", RED),
        ("header", "content: {application/json: {schema: {type: object}}}", '{"a": 1}', {"a": 1}),
        ("cookie", ARRAY, "p=3,4", [3, 4]),
        ("cookie", f"explode: false, {OBJECT}", "p=r,100,g,a", RED),
        ("cookie", "content: {application/json: {schema: {type: array}}}", "p=[1]", [1]),
    ],
)
def test_headers_and_cookies_can_have_lists_and_objects(
    read: Reads, place: str, definition: str, sent: str, given: object
) -> None:
    assert read(place, definition, sent) == (200, given)


NO_STYLE = "the value does not follow the declared style"


@pytest.mark.parametrize(
    ("place", "definition", "sent", "reason"),
    [
        ("path", f"style: label, {SCALAR}", "5", NO_STYLE),
        ("path", f"style: label, {ARRAY}", "3,4", NO_STYLE),
        ("path", f"style: matrix, {SCALAR}", ";q=5", NO_STYLE),
        ("path", f"style: matrix, {SCALAR}", ";p=x", 'the value is not of type "integer"'),
        ("path", f"style: matrix, explode: true, {ARRAY}", ";p=3;q=4", NO_STYLE),
        ("path", f"style: matrix, explode: true, {ARRAY}", "p=3", NO_STYLE),
        ("path", f"style: matrix, {OBJECT}", ";p=r,100,g", NO_STYLE),
        ("path", f"style: simple, explode: true, {OBJECT}", "r=100,g", NO_STYLE),
        ("path", f"style: simple, {OBJECT}", "r,x", '/r: the value is not of type "integer"'),
        ("query", f"style: form, {OBJECT}", "b=1", '/b: the value is not of type "boolean"'),
        ("query", f"style: form, {OBJECT}", "p=1", 'the value is not of type "object"'),
        ("query", f"style: form, {TEXTS}", "p=a&p=b&p=c", "the value has more than 2 items"),
        ("query", SCALAR, "p=", 'the value is not of type "integer"'),
        ("query", "content: {application/json: {schema: {type: array}}}", "p=1", 'the value is not of type "array"'),
        ("query", "content: {text/plain: {schema: {type: string, maxLength: 2}}}", "p=abc",
         "the value is longer than 2 characters"),
        ("header", f"explode: true, {OBJECT}", "r=x", '/r: the value is not of type "integer"'),
    ],
)  # fmt: skip
def test_a_value_that_breaks_its_style_or_schema_is_refused(
    read: Reads, place: str, definition: str, sent: str, reason: str
) -> None:
    assert read(place, definition, sent) == (400, f"The {place} parameter 'p' is wrong: {reason}.")


def test_content_that_is_not_valid_json_is_refused(read: Reads) -> None:
    status, sentence = read("query", "content: {application/json: {schema: {}}}", "p=%7B")

    assert (status, sentence.partition(":")[0]) == (400, "The query parameter 'p' is wrong")
    assert "not valid JSON" in sentence


@pytest.mark.parametrize("definition", [ARRAY, f"style: deepObject, {OBJECT}", "content: {application/json: {}}"])
def test_a_missing_required_parameter_is_refused(read: Reads, definition: str) -> None:
    assert read("query", definition, "q=1") == (400, "The query parameter 'p' is missing.")


def test_an_open_object_does_not_take_the_fields_of_other_parameters(serve: Serve) -> None:
    text = CONTRACT.replace("/{p}", "/p").replace(
        "parameters: [", "security: [{key: []}, {}]\n      parameters: [{in: query, name: page, schema: {}},"
    )
    schemes = "components: {securitySchemes: {key: {type: apiKey, in: query, name: token}}}\n"
    client = serve(text % ("query", "schema: {type: object}") + schemes, HANDLER)

    assert client.get("/p?a=1&page=2&token=3").json() == {"a": "1"}
