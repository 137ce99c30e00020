"""The selection of a declared response."""

from __future__ import annotations

import pytest

from openapi.contract import parse_contract
from openapi.mock.answers.refusals import PreferenceRefused, Refusal
from openapi.mock.answers.selection import select, statuses, usual_key
from openapi.mock.scenarios.scenarios import MockedOperation, derive_scenarios, mocked_operations, status_of

CONTRACT = """\
openapi: 3.0.3
info: {title: Invented, version: '1'}
paths:
  /letters:
    get:
      operationId: get_letters
      responses:
        '404':
          description: Gone
          content:
            application/json:
              schema: {type: object}
              examples:
                gone: {value: {}}
                'no name of a scenario': {value: {}}
        '201': {description: Made}
        '200':
          description: There
          content:
            text/plain; charset=utf-8: {schema: {type: string}}
            application/json:
              schema: {type: object}
              examples: {full: {value: {}}}
            image/*: {schema: {type: string}}
        5XX: {description: Broken}
        default: {description: Else}
"""


@pytest.fixture(scope="module")
def letters() -> MockedOperation:
    return mocked_operations({"": parse_contract(CONTRACT.encode(), "letters.yaml")})["get_letters"]


@pytest.mark.parametrize(
    ("statuses", "usual"),
    [
        ("404 201 200", "200"),
        ("404 201", "201"),
        ("404 2XX", "2XX"),
        ("404 default", "default"),
        ("404 302", "302"),
        ("500 404", "404"),
        ("x-note 404", "404"),
        ("1XX 404", "404"),
        ("100 101 default", "default"),
    ],
)
def test_without_a_preference_a_success_wins(statuses: str, usual: str) -> None:
    assert usual_key(dict.fromkeys(statuses.split())) == usual


@pytest.mark.parametrize(
    ("code", "accept", "selection"),
    [
        (None, None, ("200", 200, "application/json", "application/json")),
        (200, "text/*", ("200", 200, "text/plain; charset=utf-8", "text/plain; charset=utf-8")),
        (200, "image/png", ("200", 200, "image/*", "image/png")),
        (201, "text/html", ("201", 201, None, None)),
        (503, None, ("5XX", 503, None, None)),
        (418, None, ("default", 418, None, None)),
    ],
)
def test_a_response_is_selected_by_status_and_accept(
    letters: MockedOperation, code: int | None, accept: str | None, selection: tuple[str, int, str | None, str | None]
) -> None:
    found = select(letters, code, None, accept)
    media_type = None if found.content is None else found.content.media_type

    assert (found.response.key, found.status, media_type, found.content_type) == selection


def test_an_example_is_selected_by_name(letters: MockedOperation) -> None:
    assert select(letters, 404, "gone", None).status == 404


@pytest.mark.parametrize(
    ("code", "example", "accept", "sentence"),
    [
        (200, "gone", None, "get_letters has no example 'gone' for 200; it has full."),
        (201, "gone", None, "get_letters has no example 'gone' for 201; it has no examples."),
        (
            200,
            None,
            "text/html",
            "get_letters answers 200 with application/json or text/plain or image/png, "
            "but the Accept header excludes these.",
        ),
    ],
)
def test_an_undeclared_selection_is_refused_with_the_declared_ones(
    letters: MockedOperation, code: int, example: str | None, accept: str | None, sentence: str
) -> None:
    with pytest.raises(PreferenceRefused) as refused:
        select(letters, code, example, accept)

    assert str(refused.value) == sentence


def test_an_undeclared_status_is_refused_with_the_declared_ones() -> None:
    text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {/a: {get: {responses: {'200': {description: A}}}}}"
    operations = mocked_operations({"/x": parse_contract(text.encode(), "a.yaml", lenient=True)})
    (mocked,) = operations.values()

    with pytest.raises(PreferenceRefused, match=r"does not declare 418; it declares 200\.") as refused:
        select(mocked, 418, None, None)

    assert (refused.value.status, mocked.path) == (404, "/x/a")


def test_an_informational_status_is_not_an_answer() -> None:
    text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {/a: {get: {responses: {1XX: {description: A}}}}}"
    operations = mocked_operations({"": parse_contract(text.encode(), "a.yaml", lenient=True)})
    (mocked,) = operations.values()

    selection = select(mocked, None, None, None)

    assert (selection.status, selection.content) == (200, None)
    assert (statuses(mocked), list(derive_scenarios(operations))) == ([], [])


def test_statuses_and_examples_are_derived_scenarios(letters: MockedOperation) -> None:
    names = [scenario.name for scenario in derive_scenarios({"get_letters": letters})]

    assert names == ["200", "200-full", "201", "404", "404-gone", "5XX", "default"]


@pytest.mark.parametrize(("keys", "status"), [("200 default", 500), ("404 default", 200), ("2XX default", 500)])
def test_default_is_500_if_a_success_is_declared(keys: str, status: int) -> None:
    assert status_of("default", dict.fromkeys(keys.split())) == status


@pytest.mark.parametrize("accept", ["json", "*/json", "a/b c", "a/b;q=2", "a/b;q=0.1234", "a/b;q=-1", "a/b;q=x", "é/é"])
def test_a_malformed_accept_header_is_refused(letters: MockedOperation, accept: str) -> None:
    with pytest.raises(Refusal, match="Accept header") as refused:
        select(letters, None, None, accept)

    assert (refused.value.status, refused.value.code) == (400, "ACCEPT_MALFORMED")


VERSIONS = """\
openapi: 3.0.3
info: {title: Invented, version: '1'}
paths:
  /a:
    get:
      operationId: get_a
      responses:
        '200':
          description: There
          content:
            text/json: {schema: {type: integer}}
            application/json; v=1: {schema: {type: integer}}
            application/json; v=2: {schema: {type: integer}}
"""


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/json; v=1"),
        ("application/json", "application/json; v=1"),
        ("application/json; v=1", "application/json; v=1"),
        ("application/json; v=2", "application/json; v=2"),
        ("text/*", "text/json"),
    ],
)
def test_of_several_versions_the_first_or_the_accepted_one_is_given(accept: str | None, content_type: str) -> None:
    mocked = mocked_operations({"": parse_contract(VERSIONS.encode(), "a.yaml")})["get_a"]

    assert select(mocked, None, None, accept).content_type == content_type


def test_a_version_that_is_not_declared_is_refused_with_those_that_are() -> None:
    mocked = mocked_operations({"": parse_contract(VERSIONS.encode(), "a.yaml")})["get_a"]

    with pytest.raises(
        PreferenceRefused, match=r"200 with application/json; v=1 or application/json; v=2 or text/json, but"
    ):
        select(mocked, None, None, "application/json; v=3")
