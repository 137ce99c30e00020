"""Errors of the mock in the form that the contract declares for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openapi.contract import Contract
from openapi.http.messages import Request, Response
from openapi.validation import OF_THE_MOCK, ContractValidator

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

MISSING = 'The body breaks the contract: "name" is a required property.'


def refused(mock_of: MockOf, responses: str, **headers: str) -> Any:
    """The answer to a body without the required `name`, of an operation with these responses beside its 204."""
    ask = mock_of(f"""
        paths:
          /people:
            post:
              operationId: add
              requestBody:
                required: true
                content: {{application/json: {{schema: {{type: object, required: [name]}}}}}}
              responses: {{'204': {{description: Added}}, {responses}}}
    """)
    return ask("/people", "POST", json={}, headers=headers)


def declared(status: str, schema: str, media_type: str = "application/json", more: str = "") -> str:
    return f"'{status}': {{description: Wrong, content: {{{media_type}: {{schema: {schema}{more}}}}}}}"


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        (declared("400", "{type: object}") + ", " + declared("422", "{type: object}"), 422),
        (declared("422", "{type: object}"), 422),
        (declared("400", "{type: object}"), 400),
        (declared("4XX", "{type: object}"), 400),
        (declared("default", "{type: object}"), 400),
        (declared("404", "{type: object}"), 400),
    ],
)
def test_the_declared_status_for_invalid_requests_is_sent(mock_of: MockOf, responses: str, status: int) -> None:
    assert refused(mock_of, responses).status_code == status


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ("{type: string}", MISSING),
        ("{type: array, items: {type: string}}", [MISSING]),
        ("{type: array, items: {type: object, properties: {detail: {type: string}}}}", [{"detail": MISSING}]),
        ("{oneOf: [{type: object, properties: {message: {type: string}}}, {type: object, properties: "
         "{error: {type: string}}}]}", {"message": MISSING}),
        ("{type: object}", {"code": "REQUEST_INVALID", "message": MISSING}),
        ("{}", {"code": "REQUEST_INVALID", "message": MISSING}),
        ("{type: object, required: [type, description], properties: {type: {type: string}, "
         "description: {type: string}}}", {"type": "REQUEST_INVALID", "description": MISSING}),
        ("{type: object, properties: {title: {type: string}, reason: {type: string}}}",
         {"title": "Bad Request", "reason": MISSING}),
    ],
)  # fmt: skip
def test_the_sentence_is_put_where_the_schema_has_room(mock_of: MockOf, schema: str, body: object) -> None:
    assert refused(mock_of, declared("400", schema)).json() == body


def test_required_members_beside_the_sentence_are_made(mock_of: MockOf) -> None:
    item = (
        "{type: object, required: [id, detail], properties: {id: {type: string, format: uuid}, detail: {type: string}}}"
    )
    errors = f"{{type: array, minItems: 2, items: {item}}}"
    body = refused(mock_of, declared("400", f"{{type: object, required: [errors], properties: {{errors: {errors}}}}}"))

    assert [error["detail"] for error in body.json()["errors"]] == [MISSING, MISSING]
    assert all(len(error["id"]) == 36 for error in body.json()["errors"])


def test_an_error_without_room_for_the_sentence_says_it_in_the_header(mock_of: MockOf) -> None:
    schema = "{type: object, required: [trace], properties: {trace: {type: integer}}}"
    answer = refused(mock_of, declared("400", schema))

    assert list(answer.json()) == ["trace"]
    assert answer.headers["x-mock-reason"].startswith(MISSING)


def test_the_declared_example_comes_first(mock_of: MockOf) -> None:
    schema = "{type: object, properties: {message: {type: string}}}"

    assert refused(mock_of, declared("422", schema, more=", example: {message: No.}")).json() == {"message": "No."}


def test_an_example_without_a_schema_is_sent(mock_of: MockOf) -> None:
    response = "'400': {description: Wrong, content: {application/json: {example: {oops: true}}}}"

    assert refused(mock_of, response).json() == {"oops": True}


def test_of_several_examples_the_one_with_the_code_is_sent(mock_of: MockOf) -> None:
    examples = ", examples: {a: {value: {code: OTHER}}, b: {value: {code: REQUEST_INVALID, hint: b}}}"

    assert refused(mock_of, declared("400", "{type: object}", more=examples)).json()["hint"] == "b"


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/csv;q=0.5", "not an accept header"])
def test_an_error_does_not_depend_on_accept(mock_of: MockOf, accept: str) -> None:
    answer = refused(mock_of, declared("400", "{type: string}", "text/plain"), Accept=accept)

    assert (answer.status_code, answer.headers["content-type"], answer.text) == (400, "text/plain", MISSING)


def test_a_preferred_error_does_not_depend_on_accept(mock_of: MockOf) -> None:
    responses = f"{{'200': {{description: A}}, {declared('404', '{type: object}')}}}"
    ask = mock_of(f"paths: {{/a: {{get: {{responses: {responses}}}}}}}\n")

    assert ask("/a", headers={"Prefer": "code=404", "Accept": "image/png"}).status_code == 404


def test_an_undeclared_error_is_a_problem_that_says_so(mock_of: MockOf) -> None:
    answer = refused(mock_of, declared("404", "{type: object}"))

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": MISSING,
        "code": "REQUEST_INVALID",
    }
    assert OF_THE_MOCK in answer.headers["x-mock-reason"]


def test_an_undeclared_error_has_the_envelope_that_is_set(mock_of: MockOf) -> None:
    ask = mock_of("paths: {}\n".replace("{}", "{/a: {get: {responses: {'200': {description: A}}}}}"),
                  envelope=lambda status, code, sentence: {"wrong": [status, code]})  # fmt: skip

    assert ask("/b").json() == {"wrong": [404, "ROUTE_NOT_FOUND"]}


def test_a_validator_does_not_hold_an_undeclared_error_of_the_mock_against_the_contract(
    mock_of: MockOf,
) -> None:
    ask = mock_of("""
        paths:
          /a: {get: {operationId: a, parameters: [{name: n, in: query, schema: {type: integer}}],
                     responses: {'200': {description: A}}}}
    """)
    contract: Contract = ask.mock.snapshot.mounts[""].contract
    answer = ask("/a?n=x")
    validator = ContractValidator(contract)
    operation = validator.operation(Request("GET", "/a"))

    assert operation is not None
    assert violations(validator, operation, answer.headers.multi_items()) == []
    assert violations(validator, operation, []) == ["status-undeclared"]


def violations(validator: ContractValidator, operation: Any, headers: list[tuple[str, str]]) -> list[str]:
    return [found.rule for found in validator.response(operation, "GET", Response(400, tuple(headers)))]


@pytest.fixture
def strict(mock_of: MockOf) -> Asked:
    return mock_of("""
        paths:
          /a: {get: {operationId: a, parameters: [{name: n, in: query, required: true, schema: {type: integer}}],
                     responses: {'200': {description: A, content: {application/json: {examples: {x: {value: 1}}}}}}}}
    """)


@pytest.mark.parametrize(
    ("prefer", "sentence"),
    [
        ("code=418", "a does not declare 418; it declares 200."),
        ("example=none", "a has no example 'none' for 200; it has x."),
        ("example=nö", "a has no example 'nö' for 200; it has x."),
    ],
)
def test_an_undeclared_preference_is_a_404_even_if_the_request_is_invalid(
    strict: Asked, prefer: str, sentence: str
) -> None:
    answer = strict("/a", headers={"Prefer": prefer.encode()})

    assert (answer.status_code, answer.json()["detail"]) == (404, sentence)
