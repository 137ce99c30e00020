"""Documents of third parties: what a lenient contract accepts, and what it still refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi.contract import Contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.schemas import Direction, Schema, SchemaValidator

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
OK = "responses: {'200': {description: d}}"


def lenient(text: str, *, mended: bool = True) -> Contract:
    return parse_contract((HEAD + text.replace("OK", OK)).encode(), "c.yaml", lenient=True, mended=mended)


def ids(contract: Contract) -> list[str]:
    return [operation.operation_id for operation in contract.operations]


def test_an_operation_without_an_id_gets_one_from_its_method_and_path() -> None:
    contract = lenient(
        "paths: {'/api/calls/{id}': {get: {OK}, put: {operationId: own, OK}, post: {operationId: '', OK}}}"
    )

    assert ids(contract) == ["get_api_calls_id", "own", "post_api_calls_id"]


def test_the_document_has_the_ids_too() -> None:
    contract = lenient("paths: {/: {get: {OK}}}")

    assert contract.root["paths"]["/"]["get"]["operationId"] == "get"
    assert b"operationId" not in contract.content


def test_equal_ids_are_numbered() -> None:
    contract = lenient("paths: {/a/b: {get: {OK}}, /a-b: {get: {OK}}, /c: {get: {operationId: get_a_b_2, OK}}}")

    assert ids(contract) == ["get_a_b", "get_a_b_3", "get_a_b_2"]


def test_a_path_item_of_two_paths_has_an_id_for_each() -> None:
    contract = lenient("paths: {/a: {$ref: '#/x-item'}, /b: {$ref: '#/x-item'}, x-c: {get: 5}}\nx-item: {get: {OK}}")

    assert ids(contract) == ["get_a", "get_b"]


def test_the_error_for_a_duplicate_id_names_both_operations() -> None:
    with pytest.raises(ContractError) as caught:
        lenient("paths: {/a: {get: {operationId: a, OK}, put: {operationId: a, OK}}}", mended=False)

    assert (
        str(caught.value)
        == "c.yaml#/paths/~1a/put/operationId: /paths/~1a/get has the operationId 'a' too; change one of them"
    )


def test_ids_stay_when_an_overlay_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text("overlay: 1.0.0\nactions: [{target: $.info, update: {title: U}}]")
    contract = lenient("paths: {'/a/{b}': {get: {OK}}}").with_overlay(path)

    assert (ids(contract), contract.root["info"]["title"]) == (["get_a_b"], "U")


@pytest.mark.parametrize(
    "text",
    [
        "paths: {'/a/{id}': {get: {OK}}}",
        "paths: {/a: {get: {parameters: [{in: query, name: q, schema: {type: integer, default: x}}], OK}}}",
        "paths: {/a: {get: {OK}}}\nx-a: {$ref: '#/nowhere'}",
        "paths: {/a: {get: {OK}}}\n"
        "components: {schemas: {A: {discriminator: {propertyName: p, mapping: {b: 'b.yaml#/B'}}}}}",
    ],
    ids=["undeclared path parameter", "default of another type", "extension", "mapping"],
)
def test_a_harmless_error_is_accepted(text: str) -> None:
    assert len(lenient(text).operations) == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("paths: {/a: {get: {}}}", "c.yaml#/paths/~1a/get: 'responses' is a required property"),
        (
            "paths: {/a: {$ref: '#/info'}}",
            "c.yaml#/paths/~1a/$ref: '#/info' is not a valid PathItem object; correct the reference or its target",
        ),
        (
            "paths: {/a: {get: {parameters: [{$ref: '#/info'}], OK}}}",
            "c.yaml#/paths/~1a/get/parameters/0/$ref: "
            "'#/info' is not a valid Parameter object; correct the reference or its target",
        ),
        (
            "paths: {}\ncomponents: {schemas: {A: {$ref: '#/tags'}}}\ntags: []",
            "c.yaml#/components/schemas/A/$ref: '#/tags' is not an object; refer to an object",
        ),
    ],
)
def test_an_invalid_document_that_is_not_mended_is_refused(text: str, error: str) -> None:
    with pytest.raises(ContractError) as caught:
        lenient(text, mended=False)

    assert str(caught.value) == error


PATTERN = r"""
paths: {}
components:
  schemas:
    Odd:
      type: object
      properties: {pattern: {type: string, pattern: '(?i)^[\w-\.]+$'}, a: {type: string, pattern: '^(?=.*\d)a\/\d+$'}}
      default: {pattern: '['}
"""


def test_a_pattern_that_cannot_be_compiled_is_skipped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """One pattern in a document of a third party must not make the whole document unusable."""
    contract = lenient(PATTERN)
    pointer = "/components/schemas/Odd"
    validator = SchemaValidator(Schema(contract, {"$ref": f"#{pointer}"}, pointer), Direction.RESPONSE)
    outcome = [validator.is_valid(each) for each in ({"pattern": "!"}, {"pattern": 5}, {"a": "a/1"}, {"a": "a/"})]

    assert outcome == [True, False, True, False]
    assert caplog.messages == [
        rf"c.yaml#{pointer}: a pattern cannot be compiled and is not checked: '(?i)^[\\w-\\.]+$'"
    ]


def test_a_strict_contract_refuses_a_pattern_that_cannot_be_compiled() -> None:
    contract = parse_contract(f"{HEAD}paths: {{}}".encode(), "c.yaml")
    schema = {"pattern": r"(?i)^a"}

    with pytest.raises(ValueError, match=r"^the schema at /a has a pattern that cannot be compiled: "):
        SchemaValidator(Schema(contract, schema, "/a"), Direction.RESPONSE)


def test_a_schema_that_cannot_be_compiled_for_another_reason_is_an_error() -> None:
    contract = lenient("paths: {}")

    with pytest.raises(ValueError, match=r"^the schema at /a cannot be compiled: "):
        _ = SchemaValidator(Schema(contract, {"minLength": "x"}, "/a"), Direction.RESPONSE).is_valid
