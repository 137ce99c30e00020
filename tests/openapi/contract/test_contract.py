"""Loading a contract: the published one, the documents that are refused, and the operations of a contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.contract import STRICT, Contract, SecurityScheme, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.publishing.page import read_page
from tests.frozen import FROZEN, FROZEN_PAGE

if TYPE_CHECKING:
    from tests.openapi.conftest import ContractOf

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
OK = "responses: {'200': {description: d}}"


def test_the_contract_is_its_page_byte_for_byte() -> None:
    assert FROZEN.read_bytes() == read_page(FROZEN_PAGE.read_bytes(), str(FROZEN_PAGE)).content


def test_the_operation_of_the_dialer_is_published_and_needs_a_token() -> None:
    found = [(each.operation_id, each.method, each.path, each.public) for each in load_contract().operations]

    assert ("get_calls_providers", "get", "/api/calls/providers", False) in found


def test_the_strict_overlay_applies_to_the_published_contract() -> None:
    strict = load_contract().with_overlay(STRICT)

    assert strict.root["components"]["schemas"]["CallsErrorResponse"]["required"] == ["success", "error", "code"]


def broken(text: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        parse_contract(text.replace("OK", OK).encode(), "c.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("text", "pointer", "reason"),
    [
        ("paths: {/a: [}", "", "line 3: did not find expected node content"),
        ("paths: {}\npaths: {}", "", "line 4: the mapping has the key 'paths' twice; remove one"),
        ("", "", "'paths' is a required property"),
        ("paths: []", "/paths", "[] is not of type 'object'"),
        ("paths: {a: {}}", "/paths", "'a' does not match any of the regexes: '^\\\\/', '^x-'"),
        ("paths: {/a: {get: {operationId: a}}}", "/paths/~1a/get", "'responses' is a required property"),
        ("paths: {/a: {get: {operationId: 5, OK}}}", "/paths/~1a/get/operationId", "5 is not of type 'string'"),
        ("paths: {/a: {get: {OK}}}", "/paths/~1a/get", "the operation has no operationId; add a unique one"),
        (
            "paths: {/a: {get: {operationId: a, OK}, put: {operationId: a, OK}}}",
            "/paths/~1a/put/operationId",
            "/paths/~1a/get has the operationId 'a' too; change one of them",
        ),
        (
            "paths: {/a: {get: {operationId: a, security: [{key: []}], OK}}}",
            "/paths/~1a/get/security",
            "the security scheme 'key' is not declared; add it to components/securitySchemes",
        ),
        (
            "security: [{key: []}]\npaths: {/a: {get: {operationId: a, OK}}}",
            "/paths/~1a/get/security",
            "the security scheme 'key' is not declared; add it to components/securitySchemes",
        ),
        (
            "paths: {'/a/{id}': {get: {operationId: a, OK}}}",
            "",
            "Path parameter 'id' for 'get' operation in '/a/{id}' was not resolved",
        ),
    ],
    ids=[
        "syntax", "duplicate key", "no paths", "paths is a list", "path without slash", "no responses",
        "operationId is a number", "no operationId", "duplicate operationId", "undeclared scheme",
        "undeclared scheme for all", "undeclared path parameter",
    ],
)  # fmt: skip
def test_an_invalid_document_is_reported_on_one_line(text: str, pointer: str, reason: str) -> None:
    assert str(broken(HEAD + text)) == f"c.yaml{pointer and '#'}{pointer}: {reason}"


@pytest.mark.parametrize(
    ("version", "found", "mend"),
    [
        ("openapi: 3.3.0", "is OpenAPI 3.3.0", "; convert it to one of these versions"),
        ("openapi: 4.0.0", "is OpenAPI 4.0.0", "; convert it to one of these versions"),
        ("openapi: 3.0", "is OpenAPI 3.0", "; write openapi: 3.0.0"),
        ("openapi: 3.1", "is OpenAPI 3.1", "; write openapi: 3.1.0"),
        ("swagger: '1.2'", "is Swagger 1.2", "; convert it, or let the tool that generates it write 3.1"),
        ("x-none: 1", "has no OpenAPI version", "; add openapi: 3.1.0"),
    ],
)
def test_the_error_for_another_version_says_what_to_do(version: str, found: str, mend: str) -> None:
    error = broken(f"{version}\ninfo: {{title: T, version: '1'}}\npaths: {{}}")

    assert (
        str(error)
        == f"c.yaml#/openapi: the document {found}; Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are supported{mend}"
    )


MISSING = "does not exist; correct the reference or add its target"


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("#/components/schemas/B", f"'#/components/schemas/B' {MISSING}"),
        ("#/tags/0", f"'#/tags/0' {MISSING}"),
        ("#/info/title/0", f"'#/info/title/0' {MISSING}"),
        ("#B", "'#B' is not a JSON pointer; write a slash after the #"),
        ("other.yaml#/B", "'other.yaml#/B' refers to another document; bundle the documents into one file first"),
        (
            "https://a.example/b",
            "'https://a.example/b' refers to another document; bundle the documents into one file first",
        ),
        ("", "'' refers to another document; bundle the documents into one file first"),
    ],
)
def test_a_broken_reference_is_reported_on_one_line(reference: str, reason: str) -> None:
    error = broken(HEAD + f"paths: {{}}\ncomponents: {{schemas: {{A: {{items: {{$ref: '{reference}'}}}}}}}}")

    assert str(error) == f"c.yaml#/components/schemas/A/items/$ref: {reason}"


@pytest.mark.parametrize(
    ("schemas", "pointer"),
    [
        ("A: {$ref: '#/components/schemas/A'}", "/components/schemas/A"),
        ("A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}", "/components/schemas/B"),
    ],
)
def test_a_reference_to_itself_is_reported_on_one_line(schemas: str, pointer: str) -> None:
    error = broken(f"{HEAD}paths: {{}}\ncomponents: {{schemas: {{{schemas}}}}}")

    assert str(error) == f"c.yaml#{pointer}: the $ref refers to itself; replace it with a definition"


@pytest.mark.parametrize(
    ("schemas", "pointer"),
    [
        ("A: {allOf: [{$ref: '#/components/schemas/A'}]}", "A/allOf/0"),
        ("A: {allOf: [{oneOf: [{}, {$ref: '#/components/schemas/A'}]}]}", "A/allOf/0/oneOf/1"),
        ("A: {anyOf: [{$ref: '#/components/schemas/B'}]}, B: {allOf: [{$ref: '#/components/schemas/A'}]}", "B/allOf/0"),
    ],
)
def test_a_schema_that_is_a_part_of_itself_is_reported_on_one_line(schemas: str, pointer: str) -> None:
    error = broken(f"{HEAD}paths: {{}}\ncomponents: {{schemas: {{{schemas}}}}}")

    reason = "a schema cannot be a part of itself; remove this reference"
    assert str(error) == f"c.yaml#/components/schemas/{pointer}: {reason}"


def test_a_reference_to_an_object_of_another_kind_is_reported_on_one_line() -> None:
    error = broken(HEAD + "paths: {/a: {get: {operationId: a, parameters: [{$ref: '#/info'}], OK}}}")

    reason = "'#/info' is not a valid Parameter object; correct the reference or its target"
    assert str(error) == f"c.yaml#/paths/~1a/get/parameters/0/$ref: {reason}"


def test_a_ref_in_data_is_not_a_reference() -> None:
    text = "paths: {}\ncomponents: {schemas: {A: {example: {$ref: nowhere}, properties: {example: {$ref: '#/x-b'}}}}}"

    assert parse_contract((HEAD + text + "\nx-b: {type: string}").encode(), "c.yaml").operations == ()


def test_a_schema_may_contain_itself() -> None:
    text = "paths: {}\ncomponents: {schemas: {A: {properties: {a: {$ref: '#/components/schemas/A'}}}}}"

    assert parse_contract((HEAD + text).encode(), "c.yaml").operations == ()


def test_a_missing_file_is_reported_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        load_contract(tmp_path / "none.yaml")

    assert str(caught.value) == f"{tmp_path}/none.yaml: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "paths:\n  /a:\n    get:\n      responses: {'200': {$ref: '#/components/responses/A'}}\n",
            "#/paths/~1a/get/responses/200/$ref: line 6",
        ),
        ("paths:\n  /a:\n    get:\n      tags: a\n      OK\n", "#/paths/~1a/get/tags: line 6"),
        ("servers:\n  - url: /\n  - {}\npaths: {}\n", "#/servers/1: line 5"),
    ],
)
def test_an_error_in_a_file_names_its_line(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(HEAD + text.replace("OK", "responses: {'200': {description: d}}"))
    with pytest.raises(ContractError) as caught:
        load_contract(path, lenient=True, mended=False)

    assert str(caught.value).startswith(f"{path}{place}: ")


def test_a_folder_is_reported_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        load_contract(tmp_path)

    assert str(caught.value) == f"{tmp_path}: cannot be read: Is a directory"


def test_a_file_in_json_is_a_contract(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(load_contract().root))

    assert load_contract(path).root == load_contract().root


WHOLE = """
security: [{key: []}]
x-note: kept
paths:
  x-note: no path
  /a/{id}:
    $ref: '#/x-items/one'
  /b:
    get: {operationId: open, security: [], OK}
    put: {operationId: optional, security: [{}, {key: []}], OK}
    post: {operationId: closed, OK}
x-items:
  one:
    parameters:
      - {in: path, name: id, required: true, schema: {type: string}}
      - {in: query, name: q, schema: {type: string}}
    get:
      operationId: own
      parameters: [{$ref: '#/components/parameters/Q'}, {in: header, name: q, schema: {type: string}}]
      OK
components:
  parameters: {Q: {in: query, name: q, required: true, schema: {type: integer}}}
  securitySchemes: {key: {$ref: '#/x-scheme'}}
x-scheme: {type: http, scheme: bearer}
""".replace("OK", OK)


@pytest.fixture
def whole(contract_of: ContractOf) -> Contract:
    return contract_of(WHOLE)


def test_operations_are_in_the_order_of_the_document(whole: Contract) -> None:
    assert [each.operation_id for each in whole.operations] == ["own", "open", "optional", "closed"]


def test_security_of_an_operation_overrides_that_of_the_document(whole: Contract) -> None:
    public = {each.operation_id: each.public for each in whole.operations}

    assert public == {"own": False, "open": True, "optional": True, "closed": False}


def test_parameters_of_an_operation_override_those_of_its_path(whole: Contract) -> None:
    found = [(each.location, each.name, each.schema.type) for each in whole.operation("own").parameters]

    assert found == [("path", "id", "string"), ("query", "q", "integer"), ("header", "q", "string")]


def test_references_to_security_schemes_are_followed(whole: Contract) -> None:
    assert whole.security_schemes == {"key": SecurityScheme("key", "http", "bearer")}


def test_an_operation_has_its_pointer(whole: Contract) -> None:
    assert whole.operation("own").pointer == "/paths/~1a~1{id}/get"


def test_an_unknown_operation_is_a_lookup_error(whole: Contract) -> None:
    with pytest.raises(LookupError, match="unknown"):
        whole.operation("unknown")


def test_an_overlay_that_breaks_the_contract_is_refused(whole: Contract, tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text("overlay: 1.0.0\nactions: [{target: $.info, update: {title: 5}}]")

    with pytest.raises(ContractError) as caught:
        whole.with_overlay(path)

    assert str(caught.value) == "invented.yaml with overlay.yaml#/info/title: 5 is not of type 'string'"
