"""Parameters of every location, type and style: the arguments of the handler, and the errors, which name the
parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.openapi.conftest import Client, Serve

CONTRACT = """
paths:
  /p/{text}/{number}/{items}:
    get:
      operationId: path
      parameters:
        - {in: path, name: text, required: true, schema: {type: string, maxLength: 5}}
        - {in: path, name: number, required: true, schema: {type: integer, minimum: 1}}
        - {in: path, name: items, required: true, schema: {type: array, items: {type: integer}}}
      responses: &ok {'200': {description: d, content: {application/json: {}}}}
  /q:
    get:
      operationId: query
      parameters:
        - {in: query, name: text, schema: {type: string, pattern: '^[a-zé ]*$'}}
        - {in: query, name: integer, schema: {type: integer, maximum: 9}}
        - {in: query, name: number, schema: {$ref: '#/components/schemas/Number'}}
        - {in: query, name: flag, schema: {type: boolean}}
        - {in: query, name: choice, schema: {type: string, enum: [a, b], default: b}}
        - {in: query, name: nullable, schema: {type: integer, nullable: true}}
        - {in: query, name: either, schema: {oneOf: [{enum: [a]}, {enum: [b]}]}}
        - {in: query, name: form, schema: {type: array, items: {$ref: '#/components/schemas/Number'}, maxItems: 2}}
        - {in: query, name: anything, schema: {type: array, items: {}}}
        - {in: query, name: commas, explode: false, schema: {type: array, items: {type: string}}}
        - {in: query, name: pipes, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {in: query, name: spaces, style: spaceDelimited, explode: false, schema: {type: array, items: {type: string}}}
        - in: query
          name: deep
          style: deepObject
          schema:
            type: object
            properties: {n: {type: integer}, o: {type: object, properties: {flag: {type: boolean}}}}
        - {in: query, name: kebab-Case, schema: {type: string}}
      responses: *ok
  /h:
    get:
      operationId: header
      parameters:
        - {in: header, name: X-Number, required: true, schema: {type: integer}}
        - {in: header, name: X-List, schema: {type: array, items: {$ref: '#/components/schemas/Number'}}}
        - {in: header, name: X-Default, schema: {type: number, default: 1.5}}
      responses: *ok
  /c:
    get:
      operationId: cookie
      parameters:
        - {in: cookie, name: session, required: true, schema: {type: string, minLength: 2}}
        - {in: cookie, name: items, schema: {type: array, items: {type: integer}}}
      responses: *ok
components: {schemas: {Number: {type: number}}}
"""
HANDLERS = """
async def path(**given): return given
async def query(choice, **given): return {**given, "choice": choice} if choice != "b" else given
async def header(**given): return given
async def cookie(**given): return given
"""


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS)


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ("/p/a/1/3", {"text": "a", "number": 1, "items": [3]}),
        ("/p/a/1/3,4", {"text": "a", "number": 1, "items": [3, 4]}),
        ("/p/%C3%A9%20/1/3", {"text": "é ", "number": 1, "items": [3]}),
        ("/p/a%2Fb/1/3", {"text": "a/b", "number": 1, "items": [3]}),
        ("/p/%252F/1/3", {"text": "%2F", "number": 1, "items": [3]}),
        ("/p/7/1/3", {"text": "7", "number": 1, "items": [3]}),
        ("/q", {}),
        ("/q?text=", {"text": ""}),
        ("/q?text=%C3%A9+a", {"text": "é a"}),
        ("/q?integer=-7", {"integer": -7}),
        ("/q?integer=1&integer=2", {"integer": 2}),
        ("/q?number=1.5", {"number": 1.5}),
        ("/q?flag=true", {"flag": True}),
        ("/q?flag=false", {"flag": False}),
        ("/q?choice=a", {"choice": "a"}),
        ("/q?nullable=null", {"nullable": None}),
        ("/q?either=b", {"either": "b"}),
        ("/q?form=1&form=2", {"form": [1, 2]}),
        ("/q?anything=1", {"anything": ["1"]}),
        ("/q?commas=a,b", {"commas": ["a", "b"]}),
        ("/q?pipes=1%7C2", {"pipes": [1, 2]}),
        ("/q?spaces=a%20b", {"spaces": ["a", "b"]}),
        ("/q?deep[n]=1&deep[o][flag]=true", {"deep": {"n": 1, "o": {"flag": True}}}),
        ("/q?kebab-Case=a", {"kebab_case": "a"}),
        ("/q?unknown=1&text=a&other[x]=2", {"text": "a"}),
    ],
)
def test_paths_and_queries_become_arguments(client: Client, target: str, given: dict[str, Any]) -> None:
    response = client.get(target)

    assert (response.status_code, response.json()) == (200, given)


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        ({"X-Number": "5"}, {"x_number": 5, "x_default": 1.5}),
        ({"x-number": "5", "X-DEFAULT": "2"}, {"x_number": 5, "x_default": 2}),
        ({"X-Number": "5", "X-List": "1, 2.5,3"}, {"x_number": 5, "x_list": [1, 2.5, 3], "x_default": 1.5}),
    ],
)
def test_headers_become_arguments(client: Client, headers: dict[str, str], given: dict[str, Any]) -> None:
    response = client.get("/h", headers=headers)

    assert (response.status_code, response.json()) == (200, given)


@pytest.mark.parametrize(
    ("cookie", "given"),
    [("session=ab", {"session": "ab"}), ("x=1; session=ab; items=1,2", {"session": "ab", "items": [1, 2]})],
)
def test_cookies_become_arguments(client: Client, cookie: str, given: dict[str, Any]) -> None:
    response = client.get("/c", headers={"cookie": cookie})

    assert (response.status_code, response.json()) == (200, given)


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    return response.status_code, response.json()["code"], response.json()["error"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/p/abcdef/1/3", "The path parameter 'text' is wrong: the value is longer than 5 characters."),
        ("/p/a/x/3", "The path parameter 'number' is wrong: the value is not of type \"integer\"."),
        ("/p/a/0/3", "The path parameter 'number' is wrong: the value is less than the minimum of 1."),
        ("/p/a/1/3,x", "The path parameter 'items' is wrong: /1: the value is not of type \"integer\"."),
        ("/q?text=A", "The query parameter 'text' is wrong: the value does not match \"^[a-zé ]*$\"."),
        ("/q?text=%ff", "The query parameter 'text' is wrong: the value does not match \"^[a-zé ]*$\"."),
        ("/q?integer=1.5", "The query parameter 'integer' is wrong: the value is not of type \"integer\"."),
        ("/q?integer=", "The query parameter 'integer' is wrong: the value is not of type \"integer\"."),
        ("/q?integer=10", "The query parameter 'integer' is wrong: the value is greater than the maximum of 9."),
        ("/q?integer=" + "9" * 5000, "The query parameter 'integer' is wrong: the value is not of type \"integer\"."),
        ("/q?number=nan", "The query parameter 'number' is wrong: the value is not of type \"number\"."),
        (
            "/q?number=1e999",
            "The query parameter 'number' is wrong: the number is beyond the range of a double-precision float.",
        ),
        ("/q?flag=1", "The query parameter 'flag' is wrong: the value is not of type \"boolean\"."),
        ("/q?choice=c", 'The query parameter \'choice\' is wrong: the value is not one of "a" or "b".'),
        ("/q?integer=null", "The query parameter 'integer' is wrong: the value is not of type \"integer\"."),
        ("/q?form=1&form=x", "The query parameter 'form' is wrong: /1: the value is not of type \"number\"."),
        ("/q?form=1&form=2&form=3", "The query parameter 'form' is wrong: the value has more than 2 items."),
        ("/q?deep[o]=1", "The query parameter 'deep' is wrong: /o: the value is not of type \"object\"."),
        ("/q?deep=1", "The query parameter 'deep' is wrong: the value is not of type \"object\"."),
        ("/q?deep={}", "The query parameter 'deep' is wrong: the value is not of type \"object\"."),
        ("/q?deep[n][x]=1", "The query parameter 'deep' is wrong: /n: the value is not of type \"integer\"."),
    ],
)
def test_the_error_for_a_wrong_parameter_names_it_and_the_reason(client: Client, target: str, message: str) -> None:
    assert refusal(client.get(target)) == (400, "REQUEST_INVALID", message)


@pytest.mark.parametrize("query", ["deep=1&deep[n]=2", "deep[n][x]=1&deep[n]=2", "deep[n]=1&deep[n][x]=2"])
def test_an_object_with_contradictory_parts_is_refused(client: Client, query: str) -> None:
    message = "The query parameter 'deep' is wrong: it has parts of an object that contradict each other."

    assert refusal(client.get(f"/q?{query}")) == (400, "REQUEST_INVALID", message)


@pytest.mark.parametrize(
    ("target", "headers", "message"),
    [
        ("/h", {}, "The header parameter 'X-Number' is missing."),
        ("/h", {"X-Number": "x"}, "The header parameter 'X-Number' is wrong: the value is not of type \"integer\"."),
        (
            "/h",
            {"X-Number": "5", "X-List": "1,x"},
            "The header parameter 'X-List' is wrong: /1: the value is not of type \"number\".",
        ),
        ("/c", {}, "The cookie parameter 'session' is missing."),
        ("/c", {"cookie": "other=1"}, "The cookie parameter 'session' is missing."),
        (
            "/c",
            {"cookie": "session=a"},
            "The cookie parameter 'session' is wrong: the value is shorter than 2 characters.",
        ),
    ],
)
def test_the_error_for_a_wrong_header_or_cookie_names_it(
    client: Client, target: str, headers: dict[str, str], message: str
) -> None:
    assert refusal(client.get(target, headers=headers)) == (400, "REQUEST_INVALID", message)


def test_the_error_for_a_missing_query_parameter_names_it(serve: Serve) -> None:
    text = CONTRACT.replace("name: flag,", "name: flag, required: true,")

    assert refusal(serve(text, HANDLERS).get("/q"))[2] == "The query parameter 'flag' is missing."


@pytest.mark.parametrize("target", ["/q?integer=s3cr3t", "/q?choice=s3cr3t", "/q?deep[n]=s3cr3t"])
def test_a_refusal_does_not_repeat_the_value(client: Client, target: str) -> None:
    assert "s3cr3t" not in client.get(target).text


def test_a_parameter_without_a_default_is_not_passed(serve: Serve) -> None:
    handlers = HANDLERS.replace("def query(choice, **given)", "def query(text='unsent', choice='b', **given)")
    handlers = handlers.replace("else given", "else {'text': text}")

    assert serve(CONTRACT, handlers).get("/q").json() == {"text": "unsent"}
