"""A document that is split over several files is bundled into one; errors name the file and the line."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi.contract import Contract, load_contract
from openapi.documents.errors import ContractError
from openapi.schemas import Direction, SchemaValidator

ROOT = """
openapi: 3.0.3
info: {title: Split, version: '1'}
paths:
  /users/{id}: {$ref: './paths/user.yaml'}
  /users:
    get:
      operationId: list_users
      responses:
        default: {$ref: 'common.yaml#/responses/Failure'}
        '200':
          description: d
          content:
            application/json:
              schema: {type: array, items: {$ref: './schemas/user.yaml#/User'}}
components:
  schemas:
    User: {type: string}
    Own: {type: integer}
"""
FILES = {
    "api.yaml": ROOT,
    "paths/user.yaml": """
        parameters: [{$ref: ../common.yaml#/parameters/Id}]
        get:
          operationId: get_user
          responses:
            '200': {description: d, content: {application/json: {schema: {$ref: ../schemas/user.yaml#/User}}}}
            '404': {$ref: ../common.yaml#/responses/Failure}
        """,
    "schemas/user.yaml": """
        User:
          type: object
          properties:
            name: {type: string}
            own: {$ref: '../api.yaml#/components/schemas/Own'}
            friends: {type: array, items: {$ref: '#/User'}}
            address: {$ref: address%20book.json}
        """,
    "schemas/address book.json": """
        {"type": "object", "properties": {"of": {"$ref": "user.yaml#/User"}, "zip": {"type": "string"}}}
        """,
    "common.yaml": """
        parameters: {Id: {in: path, name: id, required: true, schema: {type: integer}}}
        responses: {Failure: {description: d, content: {application/json: {schema: {$ref: '#/x/Failure'}}}}}
        x: {Failure: {type: object, required: [error]}}
        """,
}

Split = Callable[..., Path]


@pytest.fixture
def split(tmp_path: Path) -> Split:
    """Write the default files of a document; `files` replaces or adds some by name, None omits one."""

    def write(files: dict[str, str | None] | None = None) -> Path:
        for name, text in {**FILES, **(files or {})}.items():
            if text is not None:
                path = tmp_path / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(textwrap.dedent(text))
        return tmp_path / "api.yaml"

    return write


def answer(contract: Contract, operation_id: str, status: str) -> SchemaValidator:
    (content,) = contract.operation(operation_id).responses[status].contents
    return SchemaValidator(content.schema, Direction.RESPONSE)


@pytest.mark.parametrize("lenient", [False, True])
def test_a_bundle_has_every_operation_with_its_references(split: Split, lenient: bool) -> None:
    contract = load_contract(split(), lenient=lenient)
    found = [(each.operation_id, [parameter.name for parameter in each.parameters]) for each in contract.operations]

    assert found == [("get_user", ["id"]), ("list_users", [])]


@pytest.mark.parametrize(
    ("user", "valid"),
    [
        ({"name": "a", "own": 1, "friends": [{"own": 2}], "address": {"of": {"name": "b"}}}, True),
        ({"own": "a"}, False),
        ({"friends": [{"friends": [{"name": 5}]}]}, False),
        ({"address": {"zip": 5}}, False),
        ({"address": {"of": {"address": {"of": {"own": "a"}}}}}, False),
    ],
)
def test_references_work_across_files_and_in_cycles(split: Split, user: Any, valid: bool) -> None:
    contract = load_contract(split())

    assert answer(contract, "get_user", "200").is_valid(user) is valid
    assert answer(contract, "list_users", "200").is_valid([user]) is valid


def test_a_part_of_another_file_becomes_a_component_with_a_unique_name(split: Split) -> None:
    components = load_contract(split()).root["components"]
    names = {kind: sorted(parts) for kind, parts in components.items()}

    assert names == {
        "schemas": ["Failure", "Own", "User", "User_2", "address_book"],
        "parameters": ["Id"],
        "responses": ["Failure"],
    }


def test_a_contract_has_its_files_and_its_published_bytes(split: Split) -> None:
    path = split()
    contract = load_contract(path)

    assert contract.files[0] == path
    assert {file.resolve() for file in contract.files} == {path.parent.resolve() / name for name in FILES}
    assert contract.content == path.read_bytes()


def test_a_discriminator_mapping_to_a_file_is_bundled(split: Split) -> None:
    pets = """
        Pet: {oneOf: [{$ref: '#/Cat'}], discriminator: {propertyName: kind, mapping: {c: '#/Cat', d: no/file.yaml}}}
        Cat: {type: object, required: [kind]}
        """
    contract = load_contract(split({"schemas/user.yaml": pets.replace("Pet:", "User:")}))
    mapping = contract.root["components"]["schemas"]["User_2"]["discriminator"]["mapping"]

    assert mapping == {"c": "#/components/schemas/Cat", "d": "no/file.yaml"}


def test_a_reference_in_an_extension_is_kept(split: Split) -> None:
    path = split()
    path.write_text(path.read_text() + "x-samples: {$ref: samples/a.sh}\n")

    assert load_contract(path, lenient=True).root["x-samples"] == {"$ref": "samples/a.sh"}


@pytest.mark.parametrize(
    ("files", "error"),
    [
        (
            {"schemas/address book.json": None},
            "schemas/user.yaml#/User/properties/address/$ref: line 8: 'address%20book.json' cannot be read: "
            "{folder}/schemas/address book.json is not a file",
        ),
        (
            {"common.yaml": "parameters: {Id: {in: path, name: id, required: true, schema: {type: integer}}}"},
            "api.yaml#/paths/~1users/get/responses/default/$ref: "
            "line 10: 'common.yaml#/responses/Failure' does not exist; correct the reference or add its target",
        ),
        (
            {"schemas/user.yaml": "User: {items: {$ref: 'https://a.example/b.yaml'}}"},
            "schemas/user.yaml#/User/items/$ref: line 1: 'https://a.example/b.yaml' is on the web; download the "
            "file and refer to your copy",
        ),
        (
            {"schemas/user.yaml": "User: {items: {$ref: '//[a'}}"},
            "schemas/user.yaml#/User/items/$ref: line 1: '//[a' is not a URI; correct the reference",
        ),
        (
            {"schemas/user.yaml": "User: {items: {$ref: ''}}"},
            "schemas/user.yaml#/User/items/$ref: line 1: '' is empty; write a reference such as "
            "'#/components/schemas/Name'",
        ),
        (
            {"schemas/user.yaml": "User: {items: {$ref: '#User'}}"},
            "schemas/user.yaml#/User/items/$ref: line 1: '#User' is not a JSON pointer; write a slash after the #",
        ),
        (
            {"schemas/user.yaml": "User: [5]"},
            "api.yaml#/paths/~1users/get/responses/200/content/application~1json/schema/items/$ref: "
            "line 15: './schemas/user.yaml#/User' is not an object; refer to an object",
        ),
        ({"schemas/user.yaml": "User: ["}, "schemas/user.yaml: line 2: did not find expected node content"),
        ({"schemas/user.yaml": "User: {type: text}"}, "schemas/user.yaml#/User/type: line 1: 'text' is not one of"),
        (
            {"paths/user.yaml": "{$ref: user.yaml}"},
            "paths/user.yaml#/$ref: line 1: 'user.yaml' refers to itself; replace it with the Path Item",
        ),
        ({"paths/user.yaml": "get: {operationId: a}"}, "paths/user.yaml#/get: line 1: 'responses' is a required"),
    ],
    ids=[
        "missing file", "missing part", "web", "not a URI", "empty", "not a pointer", "not an object", "syntax",
        "structure", "itself", "path item",
    ],
)  # fmt: skip
def test_an_error_names_the_file_and_the_line_of_its_cause(
    split: Split, tmp_path: Path, files: dict[str, str | None], error: str
) -> None:
    with pytest.raises(ContractError) as caught:
        load_contract(split(files), lenient=True, mended=False)

    assert str(caught.value).startswith(f"{tmp_path}/{error.format(folder=tmp_path)}")
