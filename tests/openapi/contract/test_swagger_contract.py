"""Contracts of Swagger 2.0: their operations are those of the converted document, what is told about them refers to the
document as written."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.documents.pointer import resolve_pointer
from openapi.examples.checks import faulty_examples
from openapi.schemas import Direction, SchemaValidator

RICH = Path(__file__).parents[1] / "mock" / "rich-2.0.yaml"
HEAD = "swagger: '2.0'\ninfo: {title: Small, version: '1'}\n"
SMALL = """\
basePath: /v1
paths:
  /a:
    post:
      operationId: post_a
      parameters:
        - {in: query, name: q, type: integer, maximum: 9}
        - in: body
          name: b
          schema:
            $ref: '#/definitions/Name«A»'
      responses:
        '200': {description: '', schema: {type: integer, maximum: 3}}
definitions:
  Name«A»:
    type: string
    maxLength: 2
    example: abc
"""


def contract_of(text: str, *, lenient: bool = False) -> Contract:
    return parse_contract((HEAD + textwrap.dedent(text)).encode(), "c.yaml", lenient=lenient)


def refusal(text: str, *, lenient: bool = False) -> str:
    with pytest.raises(ContractError) as caught:
        contract_of(text, lenient=lenient)
    return str(caught.value)


@pytest.mark.parametrize("lenient", [False, True])
def test_a_rich_document_has_its_operations_under_its_base_path(lenient: bool) -> None:
    contract = load_contract(RICH, lenient=lenient)

    assert [operation.label for operation in contract.operations][:3] == [
        *("GET /shapes", "POST /shapes", "GET /path/{number}/{items}")
    ]
    assert contract.base_path == "/v2"
    assert contract.content == RICH.read_bytes()
    assert contract.published()["swagger"] == "2.0"


def test_the_parts_of_an_operation_have_the_styles_of_the_collection_formats() -> None:
    operation = load_contract(RICH).operation("list_shapes")

    assert {each.name: (each.style, each.explode) for each in operation.parameters} == {
        "limit": ("form", True),
        "kinds": ("form", True),
        "commas": ("form", False),
        "pipes": ("pipeDelimited", False),
        "spaces": ("spaceDelimited", False),
        "tabs": ("form", True),
        "verbose": ("form", True),
        "X-Trace": ("simple", False),
        "X-Levels": ("simple", False),
    }


def test_the_place_of_a_violation_is_that_in_the_document_as_written() -> None:
    contract = contract_of(SMALL)
    operation = contract.operation("post_a")
    assert operation.body is not None
    body, parameter, answer = operation.body.contents[0].schema, operation.parameters[0], operation.responses["200"]

    (long,) = SchemaValidator(body, Direction.REQUEST).violations("abc")
    (large,) = SchemaValidator(parameter.schema, Direction.REQUEST).violations(10)
    (wrong,) = SchemaValidator(answer.contents[0].schema, Direction.RESPONSE).violations(4)

    assert [violation.place for violation in (long, large, wrong)] == [
        "/definitions/Name«A»/maxLength",
        "/paths/~1a/post/parameters/0/maximum",
        "/paths/~1a/post/responses/200/schema/maximum",
    ]
    assert [resolve_pointer(contract.written, violation.place) for violation in (long, large, wrong)] == [2, 9, 3]
    assert str(long).endswith("(/definitions/Name«A»/maxLength)")


def test_the_declaration_of_a_part_is_that_in_the_document_as_written() -> None:
    operation = contract_of(SMALL).operation("post_a")
    assert operation.body is not None

    assert operation.as_written(operation.body.pointer) == "/paths/~1a/post/parameters/1"
    assert operation.origin_of(operation.body.contents[0].schema.pointer) == "/definitions/Name«A»"


def test_a_faulty_example_is_reported_at_its_place_as_written() -> None:
    (problem,) = faulty_examples(contract_of(SMALL))

    assert problem.pointer == "/definitions/Name«A»/example"
    assert problem.reason.endswith("(/definitions/Name«A»/maxLength).")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paths: []", "c.yaml#/paths: [] is not of type 'object'"),
        (
            "paths: {/a: {get: {parameters: [{in: query, name: q}]}}}",
            "c.yaml#/paths/~1a/get: 'responses' is a required property",
        ),
        (
            "paths: {/a: {get: {responses: {'200': {$ref: '#/responses/No'}}}}}",
            "c.yaml#/paths/~1a/get/responses/200/$ref: '#/responses/No' does not exist; correct the reference or add "
            "its target",
        ),
        (
            "paths: {/a: {get: {operationId: a, security: [{k: []}], responses: {'200': {description: ''}}}}}",
            "c.yaml#/paths/~1a/get/security: the security scheme 'k' is not declared; add it to securityDefinitions",
        ),
        (
            "paths: {/a: {get: {responses: {'200': {description: ''}}}}}",
            "c.yaml#/paths/~1a/get: the operation has no operationId; add a unique one",
        ),
        (
            "paths: {/a: {parameters: [{in: query, name: q}]}}",
            "c.yaml#/paths/~1a/parameters/0: 'type' is a required property",
        ),
        (
            "paths: {/a: {parameters: [{in: path, name: q, type: string}]}}",
            "c.yaml#/paths/~1a/parameters/0: 'required' is a required property",
        ),
        (
            "paths: {/a: {parameters: [{in: cookie, name: q, type: string}]}}",
            "c.yaml#/paths/~1a/parameters/0/in: 'cookie' is not one of 'header', 'formData', 'query', 'path'",
        ),
        (
            "paths: {}\nsecurityDefinitions: {s: {type: http}}",
            "c.yaml#/securityDefinitions/s/type: 'http' is not one of 'basic', 'apiKey', 'oauth2'",
        ),
        (
            "paths: {}\ndefinitions: {'A B': {allOf: [{$ref: '#/definitions/A B'}]}}",
            "c.yaml#/definitions/A B/allOf/0: a schema cannot be a part of itself; remove this reference",
        ),
    ],
)
def test_an_error_in_a_strict_document_has_the_pointer_as_written(text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_an_error_has_the_line_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(HEAD + SMALL.replace("maximum: 3", "maximum: three"))

    with pytest.raises(ContractError) as caught:
        load_contract(file)

    pointer = "/paths/~1a/post/responses/200/schema/maximum"
    assert str(caught.value) == f"{file}#{pointer}: line 15: 'three' is not of type 'number'"


def test_a_mistake_in_a_lenient_document_is_a_warning() -> None:
    contract = contract_of("paths: {/a: {get: {parameters: [{name: q}], responses: {'200': {}}}}}", lenient=True)

    assert [operation.label for operation in contract.operations] == ["GET /a"]
    assert [warning.pointer for warning in contract.warnings][:2] == [
        *("/paths/~1a/get/parameters/0", "/paths/~1a/get/responses/200")
    ]


def test_parts_in_other_files_go_to_the_sections_of_the_document(tmp_path: Path) -> None:
    files = {
        "api.yaml": HEAD + "paths:\n  /a: {$ref: 'paths/a.yaml'}\n",
        "paths/a.yaml": (
            "get:\n  operationId: get_a\n  parameters:\n    - {$ref: '../shared.yaml#/parameters/q'}\n"
            "    - {$ref: '../shared.yaml#/parameters/b'}\n"
            "  responses:\n    '200': {description: '', schema: {$ref: '../shared.yaml#/definitions/example'}}\n"
            "    default: {$ref: '../shared.yaml#/responses/Bad'}\n"
        ),
        "shared.yaml": (
            "parameters:\n  q: {in: query, name: q, type: integer}\n"
            "  b: {in: body, name: b, schema: {$ref: '#/definitions/example'}}\n"
            "definitions:\n  example: {type: object, properties: {self: {$ref: '#/definitions/example'}}}\n"
            "responses:\n  Bad: {description: Bad, schema: {type: string}}\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    contract = load_contract(tmp_path / "api.yaml")

    operation = contract.operation("get_a")
    assert [each.name for each in operation.parameters] == ["q"]
    assert operation.body is not None
    assert list(contract.schemas) == ["example"]
    assert contract.published().keys() >= {"definitions", "parameters", "responses"}
    assert len(contract.files) == 3


def test_an_error_in_another_file_names_the_file_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(HEAD + "paths:\n  /a: {$ref: 'a.yaml'}\n")
    (tmp_path / "a.yaml").write_text("get:\n  operationId: a\n  responses:\n    '200':\n      description: 5\n")

    with pytest.raises(ContractError) as caught:
        load_contract(tmp_path / "api.yaml")

    assert str(caught.value).startswith(f"{tmp_path / 'a.yaml'}#/get/responses/200")
    assert "line " in str(caught.value)


def test_an_overlay_changes_the_document_as_written(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\n"
        "actions: [{target: '$.definitions[*]', update: {maxLength: 7}}]\n"
    )

    changed = contract_of(SMALL).with_overlay(overlay)

    assert changed.schemas["Name_A"].resolved["maxLength"] == 7
    assert changed.as_written("/components/schemas/Name_A") == "/definitions/Name«A»"


def test_a_document_whose_version_is_a_number_is_a_warning_or_an_error() -> None:
    text = b"swagger: 2.0\ninfo: {title: T, version: '1'}\npaths: {}"

    assert [warning.pointer for warning in parse_contract(text, "c.yaml", lenient=True).warnings] == ["/swagger"]
    with pytest.raises(ContractError, match=r"c\.yaml#/swagger"):
        parse_contract(text, "c.yaml")


def test_the_document_for_libraries_is_openapi_3_0() -> None:
    assert contract_of(SMALL).as_dict()["openapi"] == "3.0.3"
