"""What documents declare that HTTP, JSON or a generator cannot do: never an error of the mock itself."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from openapi.mock.contract_warnings import check_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.openapi.mock.conftest import Asked, MockOf

ODD = r"""
servers:
  - {url: https://api.example/v1}
  - {url: '/{tenant}/v2', variables: {tenant: {default: acme, enum: [acme, umbrella]}}}
paths:
  /big: {get: {responses: {'200': {description: A, content: {application/json: {
    schema: {type: object, properties: {n: {type: integer}}}, example: {n: 123456789012345678901234567890}}}}}}}
  /pattern: {get: {responses: {'200': {description: A, content: {application/json: {
    schema: {type: object, required: [slug], properties: {slug: {type: string, pattern: '^[\w-.]+$'}}}}}}}}}
  /lucky: {get: {responses: {'200': {description: A, content: {application/json: {
    schema: {type: object, required: [k], properties: {k: {
      type: string, pattern: '^(?=.*qz)(?=.*zq)(?=.*xj)(?=.*jx).{9,9}$', example: qzqzqxjxa}}}}}}}}}
  /headers: {get: {operationId: headers, responses: {'200': {description: A, headers: {
    X-Line: {schema: {type: string}, example: "a\nb"}, X-Far: {schema: {type: string}, example: 日本},
    X-Good: {schema: {type: string}, example: good}, Cache-Control: {schema: {type: string}, example: max-age=60}}}}}}
  /cached: {get: {responses: {'200': {description: A, headers: {
    Cache-Control: {required: true, schema: {type: string, enum: [private]}}}}}}}
  /stored: {get: {responses: {'200': {description: A, headers: {Cache-Control: {schema: {type: string}}}}}}}
  /enum: {get: {parameters: [{name: q, in: query, schema: {enum: [1, '2', null, 'a b', true]}}],
    responses: {'204': {description: A}}}}
  /early: {get: {responses: {'103': {description: Hints}}}}
  /own: {servers: [{url: /other}], get: {responses: {'204': {description: A}}}}
  /u/{id}: {get: {operationId: by_id, parameters: [{name: id, in: path, required: true, schema: {type: integer}}],
    responses: {'200': {description: A, content: {application/json: {example: by id}}}}}}
  /u/{name}: {get: {operationId: by_name, parameters: [
    {name: name, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}],
    responses: {'200': {description: A, content: {application/json: {example: by name}}}}}}
  /none:
    get: {responses: {'204': {description: A, content: {application/json: {schema: {type: object}}}}}}
    put: {responses: {'304': {description: A, content: {application/json: {example: 1}}}}}
    post: {responses: {'205': {description: A, content: {application/json: {example: 1}}}}}
"""


@pytest.fixture
def odd(mock_of: MockOf) -> Asked:
    return mock_of(ODD)


@pytest.mark.parametrize(("method", "status"), [("GET", 204), ("PUT", 304), ("POST", 205)])
def test_a_status_without_content_has_none_whatever_is_declared(odd: Asked, method: str, status: int) -> None:
    answer = odd("/none", method)

    assert (answer.status_code, answer.content, answer.headers.get("content-type")) == (status, b"", None)
    assert f"a {status} never has any" in answer.headers["x-mock-reason"]


def test_an_operation_with_informational_responses_alone_answers_with_nothing(odd: Asked) -> None:
    answer = odd("/early")

    assert (answer.status_code, answer.content) == (200, b"")


def test_an_integer_of_more_than_64_bits_is_sent(odd: Asked) -> None:
    assert odd("/big").json() == {"n": 123456789012345678901234567890}


def test_text_for_a_pattern_of_browsers_is_made(odd: Asked) -> None:
    assert odd("/pattern").json()["slug"].replace("-", "").replace(".", "").isalnum()


def test_an_example_is_sent_where_no_text_is_found_for_a_pattern(odd: Asked) -> None:
    assert odd("/lucky").json() == {"k": "qzqzqxjxa"}


def test_header_text_that_http_cannot_carry_is_left_out_with_a_warning(odd: Asked) -> None:
    headers = odd("/headers").headers
    warnings = [each for each in check_snapshot(odd.mock.snapshot)[""] if "HTTP cannot carry" in each]

    assert {"x-line", "x-far"} & headers.keys() == set()
    assert headers["x-good"] == "good"
    assert len(warnings) == 2


@pytest.mark.parametrize(
    ("path", "value"), [("/headers", "max-age=60"), ("/cached", "private"), ("/stored", "no-store")]
)
def test_a_declared_cache_control_is_sent(odd: Asked, path: str, value: str) -> None:
    assert odd(path).headers.get_list("cache-control") == [value]


@pytest.mark.parametrize(
    ("text", "status"),
    [("1", 204), ("2", 204), ("null", 204), ("a%20b", 204), ("true", 204), ("%222%22", 204), ("3", 400), ("True", 400)],
)
def test_values_of_an_enum_without_a_type_match_by_text_and_by_json(odd: Asked, text: str, status: int) -> None:
    assert odd(f"/enum?q={text}").status_code == status


@pytest.mark.parametrize(
    "path", ["/big", "/v1/big", "/acme/v2/big", "/umbrella/v2/big", "/own", "/v1/own", "/other/own"]
)
def test_every_server_has_its_path(odd: Asked, path: str) -> None:
    assert odd(path).is_success


@pytest.mark.parametrize(("path", "found"), [("/u/7", "by id"), ("/u/anna", "by name"), ("/v1/u/anna", "by name")])
def test_of_two_equal_templates_the_one_that_accepts_the_values_answers(odd: Asked, path: str, found: str) -> None:
    assert odd(path).json() == found


NOTES = """
paths:
  /notes:
    post:
      requestBody:
        content:
          application/json: {schema: {type: object, required: [n], properties: {n: {type: integer, format: int32}}}}
          application/xml: {schema: {type: object}}
      responses: {'204': {description: Taken}}
"""


@pytest.mark.parametrize(
    ("content", "coding", "status"),
    [
        (gzip.compress(b'{"n": 1}', mtime=0), "gzip", 204),
        (gzip.compress(b'{"n": "x"}', mtime=0), "gzip", 400),
        (b"not gzip", "gzip", 400),
        (b"{}", "compress", 415),
        (gzip.compress(bytes(11 * 1024 * 1024), mtime=0), "gzip", 415),
        (b'{"n": 1}', "identity", 204),
        (b'{"n": 2147483648}', "identity", 400),
    ],
)
def test_a_coded_body_is_decoded_within_bounds(mock_of: MockOf, content: bytes, coding: str, status: int) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}

    assert mock_of(NOTES)("/notes", "POST", content=content, headers=headers).status_code == status


@pytest.mark.parametrize(("content", "status"), [("<a><b/></a>", 204), ("<a><b></a>", 400), ("", 204), ("a", 400)])
def test_malformed_xml_is_refused(mock_of: MockOf, content: str, status: int) -> None:
    headers = {"Content-Type": "application/xml"}

    assert mock_of(NOTES)("/notes", "POST", content=content, headers=headers).status_code == status


UPLOAD = """
paths:
  /form:
    post:
      requestBody: {required: true, content: {application/x-www-form-urlencoded: {schema: {type: object,
        required: ['expand[]'], properties: {'expand[]': {type: array, items: {type: string}}}}}}}
      responses: {'204': {description: Taken}}
  /files:
    post:
      requestBody: {required: true, content: {multipart/form-data: {schema: {type: object, required: [files],
        properties: {files: {type: array, items: {type: string, format: binary}},
                     'more[]': {type: array, items: {type: string, format: binary}}}}}}}
      responses: {'204': {description: Taken}}
"""


@pytest.mark.parametrize("body", ["expand[]=a", "expand[]=a&expand[]=b", "expand%5B%5D=a"])
def test_declared_names_of_a_form_may_have_brackets(mock_of: MockOf, body: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert mock_of(UPLOAD)("/form", "POST", content=body, headers=headers).status_code == 204


@pytest.mark.parametrize("names", [["files"], ["files", "files"], ["files", "more[]"], ["files", "more[]", "more[]"]])
def test_one_file_is_taken_for_a_list_of_files(mock_of: MockOf, names: list[str]) -> None:
    files = [(name, ("a.png", b"x", "image/png")) for name in names]

    assert mock_of(UPLOAD)("/files", "POST", files=files).status_code == 204


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("given.json", {"a": 1}), ("../beside-{}.json", {}), ("https://x.example/given.json", {}), ("missing.json", {})],
)
def test_an_external_value_is_read_from_a_file_in_the_folder_of_the_document(
    mock_of: MockOf, tmp_path: Path, reference: str, expected: object
) -> None:
    (tmp_path / "given.json").write_text('{"a": 1}')
    (tmp_path.parent / f"beside-{tmp_path.name}.json").write_text('{"a": 1}')
    examples = f"{{far: {{externalValue: '{reference.format(tmp_path.name)}'}}}}"
    response = f"{{description: A, content: {{application/json: {{schema: {{type: object}}, examples: {examples}}}}}}}"
    ask = mock_of(f"paths: {{/a: {{get: {{responses: {{'200': {response}}}}}}}}}\n")

    assert ask("/a").json() == expected
