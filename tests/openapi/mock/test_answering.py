"""The answers of the mock from a contract, in process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from openapi.contract import PUBLISHED
from openapi.mock.contract_warnings import check_snapshot
from openapi.mock.mocking import Mock
from openapi.mock.scenarios.scenario_file import SCENARIOS
from openapi.mock.settings import MockSettings
from openapi.schemas import Direction, Schema, SchemaValidator

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

LETTERS = """\
paths:
  /letters:
    get:
      operationId: get_letters
      parameters: [{name: page, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        '200':
          description: Letters
          headers:
            X-Total: {schema: {type: integer, minimum: 3, maximum: 3}}
            x-tags: {schema: {type: array, items: {type: string}}, example: [a, b]}
            X-Map: {schema: {type: object}, example: {a: 1}}
            Link: {schema: {type: string}, example: </letters?page=2>}
            Content-Length: {schema: {type: integer, minimum: 100000}}
            Content-Encoding: {schema: {type: string, enum: [gzip]}}
            Access-Control-Allow-Origin: {schema: {type: string}}
            Impossible: {schema: {type: integer, minimum: 2, maximum: 1}}
            Nonsense: {schema: {type: string}, example: "a\\nb"}
          content:
            application/json:
              schema:
                type: object
                required: [id, count]
                properties: {id: {type: string, format: uuid}, count: {type: integer, minimum: 0, maximum: 100000}}
              examples:
                full: {value: {id: 0b4c3a2e-9b1e-4c39-9a53-0a1b2c3d4e5f, count: 3}}
                wrong: {value: {count: -1}}
            text/csv: {schema: {type: string}, example: "id,count"}
        '422': {$ref: '#/components/responses/Problem'}
        '404': {$ref: '#/components/responses/Problem'}
        '500': {description: No body}
    post:
      operationId: post_letter
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [to], properties: {to: {type: string}}}}
      responses:
        '201':
          description: Sent
          content: {application/json: {schema: {type: object, properties: {id: {type: integer}}, required: [id]}}}
        '400': {$ref: '#/components/responses/Problem'}
  /plain:
    get:
      operationId: get_plain
      parameters: [{name: n, in: query, required: true, schema: {type: integer}}]
      responses: {'200': {description: Text, content: {text/plain: {schema: {type: string}, example: Hello.}}}}
  /form:
    get:
      operationId: get_form
      responses:
        '200':
          description: A form
          content:
            application/x-www-form-urlencoded: {schema: {type: object}, example: {a: [1, 2], b: c d}}
  /numbers:
    get:
      operationId: get_numbers
      responses: {'200': {description: Numbers, content: {text/plain: {schema: {type: integer}, example: 7}}}}
  /picture:
    get:
      operationId: get_picture
      responses: {'200': {description: A picture, content: {image/png: {schema: {type: string, format: binary}}}}}
  /nothing:
    delete: {operationId: delete_nothing, responses: {'204': {description: Gone}, default: {description: Else}}}
components:
  responses:
    Problem:
      description: Why not
      content:
        application/problem+json:
          schema:
            type: object
            required: [title, status]
            properties: {title: {type: string}, status: {type: integer}, detail: {type: string}}
"""
FLAKY = """\
flaky:
  description: It fails twice, and then works.
  operations:
    get_letters:
      steps:
        - {status: 500, times: 2}
        - {status: 200, example: full, headers: {X-TOTAL: '9', Cache-Control: max-age=1}}
job:
  description: Round and round.
  operations:
    get_letters:
      end: repeat
      steps: [{status: 404}, {status: 200}]
html:
  description: A proxy answers.
  operations:
    get_plain: {status: 200, body: <p>Oops</p>, headers: {Content-Type: text/html}}
retry:
  description: A step that is not there at first.
  operations:
    get_letters:
      steps: [{fault: {kind: unavailable, retryAfter: 1, times: 1}}, {status: 200}]
"""


@pytest.fixture
def letters(mock_of: MockOf) -> Asked:
    return mock_of(LETTERS, FLAKY)


def test_the_answer_is_a_valid_example_and_an_invalid_one_only_by_name(letters: Asked) -> None:
    usual, wrong = letters("/letters"), letters("/letters", headers={"Prefer": "example=wrong"})

    assert usual.json()["count"] == 3
    assert "the example 'full'" in usual.headers["x-mock-reason"]
    assert wrong.json() == {"count": -1}
    assert letters("/__mock/requests").json()[-1]["violations"] != []


def test_declared_headers_are_sent_except_those_that_the_mock_sets(letters: Asked) -> None:
    response = letters("/letters", headers={"Origin": "http://app.example"})

    assert [response.headers[name] for name in ("X-Total", "X-Tags", "X-Map")] == ["3", "a,b", "a,1"]
    assert response.headers["link"] == "</letters?page=2>"
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers.get_list("access-control-allow-origin") == ["http://app.example"]
    assert not {"content-encoding", "impossible", "nonsense"} & response.headers.keys()


def test_every_header_is_exposed_to_pages_by_name(letters: Asked) -> None:
    response = letters("/letters", headers={"Origin": "http://app.example"})
    exposed = response.headers["access-control-expose-headers"].split(", ")
    sent = [name for name in response.headers if not name.startswith("access-control-")]

    assert set(exposed) == set(sent)
    assert "x-mock-reason" in exposed
    assert response.headers["access-control-allow-credentials"] == "true"


def test_a_sequence_advances_with_each_request_and_restarts_after_a_reset(letters: Asked) -> None:
    letters.put("scenario", name="flaky")
    first = [letters("/letters").status_code for _ in range(4)]
    letters("/__mock/reset", "POST")
    letters.put("scenario", name="flaky")

    assert first == [500, 500, 200, 200]
    assert letters("/letters").status_code == 500


def test_a_sequence_can_repeat(letters: Asked) -> None:
    letters.put("scenario", name="job")

    assert [letters("/letters").status_code for _ in range(4)] == [404, 200, 404, 200]


def test_each_session_has_its_own_place_in_a_sequence(letters: Asked) -> None:
    letters.put("scenario", name="job")
    headers = [{}, {"X-Mock-Session": "one"}, {"X-Mock-Session": "two"}]

    assert [letters("/letters", headers=each).status_code for each in headers] == [404] * 3


def test_a_refused_request_consumes_no_step(letters: Asked) -> None:
    letters.put("scenario", name="job")

    assert [letters(target).status_code for target in ("/letters?page=0", "/letters")] == [422, 404]


def test_headers_of_a_scenario_replace_the_usual_ones(letters: Asked) -> None:
    letters.put("scenario", name="flaky")
    response = [letters("/letters") for _ in range(3)][-1]

    assert response.headers.get_list("x-total") == ["9"]
    assert response.headers.get_list("cache-control") == ["max-age=1"]


def test_a_scenario_can_send_an_undeclared_media_type(letters: Asked) -> None:
    response = letters("/plain?n=1&__scenario=html")

    assert (response.headers.get_list("content-type"), response.text) == (["text/html"], "<p>Oops</p>")


def test_the_fault_of_a_step_ends_after_its_times(letters: Asked) -> None:
    letters.put("scenario", name="retry")
    responses = [letters("/letters") for _ in range(2)]

    assert [(response.status_code, response.headers.get("retry-after")) for response in responses] == [
        (503, "1"),
        (200, None),
    ]


@pytest.mark.parametrize(
    ("target", "content_type", "content"),
    [
        ("/plain?n=1", "text/plain", b"Hello."),
        ("/form", "application/x-www-form-urlencoded", b"a=1&a=2&b=c+d"),
        ("/numbers", "text/plain", b"7"),
    ],
)
def test_other_media_types_than_json_are_encoded(
    letters: Asked, target: str, content_type: str, content: bytes
) -> None:
    response = letters(target)

    assert (response.status_code, response.headers["content-type"], response.content) == (200, content_type, content)


def test_accept_selects_the_media_type(letters: Asked) -> None:
    assert letters("/letters", headers={"Accept": "text/csv, */*;q=0.1"}).text == "id,count"
    assert letters("/picture").headers["content-type"] == "image/png"


def test_several_accept_headers_are_joined(letters: Asked) -> None:
    response = letters("/letters", headers=[("Accept", "image/png"), ("Accept", "text/csv")])

    assert response.headers["content-type"] == "text/csv"


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [("GET", "/letters?page=0", None, 422), ("GET", "/letters?page=x", None, 422), ("POST", "/letters", {}, 400)],
)
def test_an_invalid_request_gets_the_declared_error(
    letters: Asked, method: str, target: str, body: object, status: int
) -> None:
    response = letters(target, method, json=body)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert letters("/__mock/requests").json()[-1]["violations"] == [response.headers["x-mock-reason"].split(" Pre")[0]]


def test_an_invalid_request_gets_a_problem_if_no_error_is_declared(letters: Asked) -> None:
    response = letters("/plain?n=x")

    assert (response.status_code, response.json()["code"]) == (400, "REQUEST_INVALID")
    assert response.headers["content-type"] == "application/problem+json"
    assert "n" in response.json()["detail"]


def test_an_undeclared_415_becomes_a_declared_400(mock_of: MockOf) -> None:
    """An undeclared 415 becomes a declared 400; if neither is declared, it stays 415."""
    texts = [LETTERS, LETTERS.replace("'400': {$ref", "4XX: {$ref"), LETTERS.replace("'400': {$ref", "'401': {$ref")]
    answers = [
        mock_of(text)("/letters", "POST", content="to=me", headers={"Content-Type": "text/plain"}) for text in texts
    ]

    assert [answer.status_code for answer in answers] == [400, 415, 415]
    assert [answer.json().get("status") for answer in answers] == [400, 415, 415]


def test_head_has_the_headers_of_get(mock_of: MockOf) -> None:
    ask = mock_of(LETTERS.replace("examples:", "x-examples:"))
    get, head = (ask("/letters", method) for method in ("GET", "HEAD"))

    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["x-total"] == get.headers["x-total"]


def test_preferences_in_the_query_are_not_parameters(mock_of: MockOf) -> None:
    numbers = "{type: object, additionalProperties: {type: integer}}"
    text = LETTERS.replace("{name: n, in: query, required: true, schema: {type: integer}}",
                           f"{{name: n, in: query, required: true, schema: {numbers}}}")  # fmt: skip
    ask = mock_of(text)

    assert [ask(f"/plain?{query}").status_code for query in ("a=1&__code=200", "a=1&code=x")] == [200, 400]


@pytest.mark.parametrize("target", ["/letters", "/nothing"])
def test_head_and_204_have_no_body(letters: Asked, target: str) -> None:
    method = "DELETE" if target == "/nothing" else "HEAD"
    response = letters(target, method)

    assert response.content == b""
    assert response.status_code == (204 if method == "DELETE" else 200)


def test_a_status_of_default_can_be_preferred(letters: Asked) -> None:
    assert letters("/nothing", "DELETE", headers={"Prefer": "code=418"}).status_code == 418


@pytest.mark.parametrize("status", [404, 422])
def test_the_body_of_an_error_has_its_status(letters: Asked, status: int) -> None:
    assert letters("/letters", headers={"Prefer": f"code={status}"}).json()["status"] == status


def test_several_preferences_apply_together(letters: Asked) -> None:
    response = letters("/letters", headers={"Prefer": "code=200, example=full, dynamic=false"})

    assert response.json()["count"] == 3
    assert response.headers["x-mock-reason"].startswith("As preferred: 200, the example 'full'.")


def test_the_reason_lists_the_alternatives(letters: Asked) -> None:
    reason = letters("/letters").headers["x-mock-reason"]

    assert reason == (
        "No scenario: 200, the example 'full'. "
        "Prefer: code=200|422|404|500, example=full|wrong, scenario=flaky|job|retry"
    )


@pytest.mark.parametrize(
    ("target", "headers", "sentence"),
    [
        ("/letters", {"Prefer": "senario=none"}, "The preference 'senario' is unknown. Did you mean 'scenario'?"),
        ("/letters?__senario=none", {}, "The preference '__senario' is unknown. Did you mean '__scenario'?"),
        ("/letters?__colour=red", {}, "The preference '__colour' is unknown."),
        (
            "/letters",
            {"Cookie": "mock-scenario=flakey"},
            "The cookie mock-scenario names the unknown scenario 'flakey'.",
        ),
    ],
)
def test_the_reason_names_an_unknown_preference(
    letters: Asked, target: str, headers: dict[str, str], sentence: str
) -> None:
    response = letters(target, headers=headers)

    assert response.status_code == 200
    assert sentence in response.headers["x-mock-reason"]
    assert sentence in letters("/__mock/requests").json()[-1]["reason"]


def test_the_reason_ignores_preferences_for_other_programs(letters: Asked) -> None:
    response = letters("/letters", headers={"Prefer": "respond-async, wait=10, return=minimal"})

    assert "unknown" not in response.headers["x-mock-reason"]


@pytest.mark.parametrize(
    ("method", "target", "status", "reason"),
    [
        ("GET", "/nowhere", 404, "No operation has this path"),
        ("PATCH", "/letters", 405, "The path does not support this method"),
        ("OPTIONS", "/letters", 204, "Allow lists the methods of the path. A preflight has Origin and"),
        ("GET", "/openapi.yaml", 200, "The contract."),
    ],
)
def test_an_answer_without_an_operation_has_a_reason(
    letters: Asked, method: str, target: str, status: int, reason: str
) -> None:
    response = letters(target, method)

    assert response.status_code == status
    assert reason in response.headers["x-mock-reason"]


def bodies(ask: Asked, count: int = 3, **headers: str) -> list[bytes]:
    return [ask("/letters", headers=headers).content for _ in range(count)]


def test_generated_data_depends_on_the_seed_and_the_request(mock_of: MockOf) -> None:
    text = LETTERS.replace("examples:", "x-examples:")
    first, again, other = (bodies(mock_of(text, seed=seed)) for seed in (1, 1, 2))

    assert len(set(first)) == 1
    assert first == again
    assert first[0] != other[0]


def test_dynamic_data_differs_between_requests_but_not_between_runs(mock_of: MockOf) -> None:
    first, again, other = (bodies(mock_of(LETTERS, seed=seed, dynamic=True)) for seed in (1, 1, 2))

    assert len(set(first)) == 3
    assert first == again
    assert set(first).isdisjoint(other)


def test_prefer_turns_dynamic_data_on_and_off(mock_of: MockOf) -> None:
    assert len(set(bodies(mock_of(LETTERS), Prefer="dynamic=true"))) == 3
    assert len(set(bodies(mock_of(LETTERS, dynamic=True), Prefer="dynamic=false"))) == 1


def test_a_named_example_wins_over_dynamic_data(mock_of: MockOf) -> None:
    ask = mock_of(LETTERS, dynamic=True)

    assert ask("/letters", headers={"Prefer": "example=full"}).json()["count"] == 3


def test_dynamic_bodies_keep_the_contract(mock_of: MockOf) -> None:
    ask = mock_of(LETTERS, dynamic=True)
    (mount,) = ask.mock.snapshot.mounts.values()
    schema = mount.contract.root["paths"]["/letters"]["get"]["responses"]["200"]["content"]["application/json"]
    validator = SchemaValidator(Schema(mount.contract, schema["schema"], ""), Direction.RESPONSE)

    assert all(validator.is_valid(ask("/letters").json()) for _ in range(20))


COMPOSED = """\
paths:
  /tree: {get: {operationId: get_tree, responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}}}}
  /pet: {get: {operationId: get_pet, responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}}
  /both: {get: {operationId: get_both, responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Both'}}}}}}}
  /endless: {get: {operationId: get_endless, responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Endless'}}}}}}}
  /never: {get: {operationId: get_never, responses: {'200': {description: A, content: {application/json: {schema: {type: integer, minimum: 2, maximum: 1}}}}}}}
components:
  schemas:
    Tree: {type: object, required: [name, children], properties: {name: {type: string}, children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}}
    Cat: {type: object, required: [kind, lives], properties: {kind: {type: string, enum: [cat]}, lives: {type: integer, minimum: 1, maximum: 9}}}
    Dog: {type: object, required: [kind, tricks], properties: {kind: {type: string, enum: [dog]}, tricks: {type: array, minItems: 1, items: {type: string}}}}
    Both: {allOf: [{type: object, required: [a], properties: {a: {type: string, nullable: true, enum: [x, null]}}}, {type: object, required: [b], properties: {b: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}}}]}
    Endless: {type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Endless'}}}
"""  # noqa: E501


@pytest.mark.parametrize(("target", "name"), [("/tree", "Tree"), ("/pet", "Pet"), ("/both", "Both")])
@pytest.mark.parametrize("dynamic", [False, True])
def test_composed_and_recursive_schemas_have_valid_answers(
    mock_of: MockOf, target: str, name: str, dynamic: bool
) -> None:
    ask = mock_of(COMPOSED, dynamic=dynamic)
    (mount,) = ask.mock.snapshot.mounts.values()
    validator = SchemaValidator(
        Schema(mount.contract, {"$ref": f"#/components/schemas/{name}"}, ""), Direction.RESPONSE
    )
    responses = [ask(target) for _ in range(5)]

    assert {response.status_code for response in responses} == {200}
    assert all(validator.is_valid(response.json()) for response in responses)
    assert max(len(response.content) for response in responses) < 10_000


@pytest.mark.parametrize(("target", "operation"), [("/endless", "get_endless"), ("/never", "get_never")])
def test_an_impossible_schema_has_an_empty_answer_and_a_warning_with_the_operation(
    mock_of: MockOf, target: str, operation: str
) -> None:
    ask = mock_of(COMPOSED)
    response = ask(target)
    warnings = check_snapshot(ask.mock.snapshot)[""]

    assert response.status_code == 200
    assert "no data can be generated" in response.headers["x-mock-reason"]
    assert [
        warning for warning in warnings if warning.startswith(f"{operation}: the mock cannot generate data for 200")
    ]


def test_a_warning_names_the_pointer_of_an_invalid_example(letters: Asked) -> None:
    mock = Mock(scenario_file=SCENARIOS)
    pointer = "/components/schemas/CallsErrorResponse/example"

    assert any(warning.startswith(pointer) and "401" in warning for warning in check_snapshot(mock.snapshot)[""])
    broken = "/paths/~1letters/get/responses/200/content/application~1json/examples/wrong/value"
    assert any(warning.startswith(broken) for warning in check_snapshot(letters.mock.snapshot)[""])


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer x", "Prefer": "code=401"}, {"Authorization": "Basic eDp5"}],
    ids=["no token", "preferred", "no bearer token"],
)
@pytest.mark.parametrize("dynamic", [False, True])
def test_a_401_does_not_have_the_message_of_a_404(asked: Any, headers: dict[str, str], dynamic: bool) -> None:
    response = asked(Mock(settings=MockSettings(dynamic=dynamic)))("/api/calls/providers", headers=headers)

    assert response.status_code == 401
    assert response.json()["success"] is False
    assert "not found" not in response.text.lower()


def test_the_contract_is_served_byte_for_byte(asked: Any) -> None:
    ask = asked(Mock())
    response, head = ask("/openapi.yaml"), ask("/openapi.yaml", "HEAD")

    assert response.content == PUBLISHED.read_bytes()
    assert head.headers["content-length"] == str(len(response.content))
    assert (head.content, response.headers["content-type"]) == (b"", "application/yaml")


def test_a_contract_in_several_files_is_served_as_one_document(asked: Any, tmp_path: Path) -> None:
    (tmp_path / "schemas.yaml").write_text(
        "A: {type: object, required: [b], properties: {b: {$ref: '#/B'}}}\nB: {type: integer}"
    )
    contract = tmp_path / "contract.yaml"
    contract.write_text(
        "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {/a: {get: {operationId: get_a, responses: "
        "{'200': {description: A, content: {application/json: {schema: {$ref: 'schemas.yaml#/A'}}}}}}}}"
    )
    mock = Mock({"/p": contract})
    ask = asked(mock)

    assert isinstance(ask("/p/a").json()["b"], int)
    assert ask("/p/openapi.yaml").json()["openapi"] == "3.0.3"
    assert ask("/q").status_code == 404
    assert mock.files == {contract, tmp_path / "schemas.yaml"}


def test_operations_also_answer_below_the_path_of_the_server(mock_of: MockOf) -> None:
    ask = mock_of("servers: [{url: 'https://api.example/v1/'}]\n" + LETTERS)

    assert [ask(target).status_code for target in ("/letters", "/v1/letters", "/v2/letters")] == [200, 200, 404]


@pytest.mark.parametrize("url", ["https://[", "https://{host}/{base}", "v1"])
def test_a_server_without_a_usable_path_is_ignored(mock_of: MockOf, url: str) -> None:
    assert mock_of(f"servers: [{{url: '{url}'}}]\n{LETTERS}")("/letters").status_code == 200


def test_colliding_paths_are_a_warning(mock_of: MockOf) -> None:
    response = "{get: {responses: {'200': {description: A}}}}"
    ask = mock_of(f"paths: {{'/a/{{b}}': {response}, '/a/{{c}}': {response}}}")
    (contract,) = ask("/__mock/state").json()["contracts"]

    assert [warning for warning in contract["warnings"] if "is not served" in warning]


@pytest.mark.parametrize("kind", ["malform", "error", "unavailable"])
def test_a_fault_hits_the_answer(letters: Asked, kind: str) -> None:
    letters.put("fault", fault={"kind": kind, "delay": [1, 2]})
    response = letters("/letters")

    assert response.status_code == {"malform": 200, "error": 500, "unavailable": 503}[kind]
    assert response.headers["x-mock-reason"].startswith(f"Fault: {kind}")


def test_a_fault_also_hits_a_refusal(mock_of: MockOf) -> None:
    ask = mock_of(LETTERS)
    ask.put("fault", fault={"kind": "malform"})
    response = ask("/letters?page=0")

    assert response.status_code == 422
    assert not is_json(response.content)


def test_malform_sends_invalid_json(letters: Asked) -> None:
    letters.put("fault", fault={"kind": "malform"})

    assert not is_json(letters("/letters").content)


def is_json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except ValueError:
        return False
    return True


def test_the_seed_determines_which_share_of_the_requests_is_hit(mock_of: MockOf) -> None:
    def hit(seed: int) -> list[int]:
        ask = mock_of(LETTERS, seed=seed)
        ask.put("fault", fault={"kind": "unavailable", "share": 0.5})
        return [ask("/letters").status_code for _ in range(12)]

    assert hit(1) == hit(1) != hit(2)
    assert set(hit(1)) == {200, 503}


@pytest.mark.parametrize(
    ("prefer", "status", "sentence"),
    [
        ("scenario=nope", 404, "There is no scenario 'nope'. Available scenarios: flaky, job, retry, 200"),
        ("code=abc", 400, "The preferred code must be a status"),
        ("code=418", 404, "get_letters does not declare 418; it declares 200, 422, 404, 500."),
        ("example=nope", 404, "get_letters has no example 'nope' for 200; it has full, wrong."),
    ],
)
def test_an_impossible_preference_is_refused_with_the_alternatives(
    letters: Asked, prefer: str, status: int, sentence: str
) -> None:
    response = letters("/letters", headers={"Prefer": prefer})

    assert response.status_code == status
    assert response.json()["detail"].startswith(sentence)


def test_an_error_ignores_accept_if_only_its_media_type_is_declared(letters: Asked) -> None:
    response = letters("/letters?page=0", headers={"Accept": "text/csv"})

    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


def test_a_value_that_a_pattern_cannot_judge_is_refused_as_by_the_server(mock_of: MockOf) -> None:
    ask = mock_of("""
        paths:
          /x:
            post:
              requestBody: {content: {application/json: {schema: {type: string, pattern: '^(a|aa)+\\1?$'}}}}
              responses: {'204': {description: Done.}}
    """)
    judged, undecided = (ask("/x", "POST", json=text) for text in ("aaa", "a" * 60 + "!"))

    assert (judged.status_code, undecided.status_code) == (204, 400)
    assert "cannot be judged" in undecided.json()["detail"]
