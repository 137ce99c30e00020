"""`tether-relay contract validate`, and what the other commands do with a contract with mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openapi.documents.errors import ContractError
from scripts.cli.commands import cli

BROKEN = """openapi: 3.0.3
info: {title: T}
paths:
  /a/{id}:
    get:
      parameters: [{in: query, name: q, schema: {type: string, pattern: '['}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: integer}, example: x}}}}
  /b:
    get: {responses: {'200': {$ref: '#/components/responses/No'}}}
"""
VALID = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return str(path)


def test_all_mistakes_are_listed_by_line(broken: str) -> None:
    result = run("contract", "validate", broken)
    lines = [line.split(" ")[0] for line in result.stdout.splitlines()]

    assert result.exit_code == 1
    assert lines == [f"{broken}:{number}:" for number in (2, 5, 6, 7, 9, 9)]


def test_the_mistakes_are_printed_as_json(broken: str) -> None:
    found = json.loads(run("contract", "validate", "--json", broken).stdout)

    assert found[0] == {"source": broken, "line": 2, "pointer": "/info", "reason": "'version' is missing"}


def test_a_valid_document_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "valid.yaml"
    path.write_text(VALID)

    assert run("contract", "validate", str(path)).exit_code == 0


@pytest.mark.parametrize("command", [["mock"], ["proxy", "--upstream", "http://127.0.0.1:1", "--contract"]])
def test_a_strict_document_refuses_the_first_mistake(command: list[str], broken: str) -> None:
    result = run(*command, broken, "--strict-document")

    assert isinstance(result.exception, ContractError)
    assert "line 9: '#/components/responses/No' does not exist" in str(result.exception)


def test_mistakes_of_swagger_2_are_those_of_the_document_as_written(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(
        'swagger: "2.0"\ninfo: {title: Old, version: "1"}\npaths:\n  /a:\n    get:\n      responses:\n'
        '        200: {description: A, schema: {$ref: "#/definitions/None"}}\n'
        "  /b:\n    get:\n      responses:\n        200: {description: B}\n"
    )

    done = run("contract", "validate", str(file))

    assert done.exit_code == 1
    assert "old.yaml:5: /paths/~1a/get: GET /a is not served: '#/definitions/None' does not exist" in done.stdout
    assert "components" not in done.stdout


def test_each_mistake_is_listed_with_the_file_that_it_is_in(tmp_path: Path) -> None:
    (tmp_path / "root.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  '/a/{id}': {$ref: item.yaml}\n"
    )
    (tmp_path / "item.yaml").write_text(
        "# An operation.\nget:\n  responses:\n    200:\n      description: A\n      content:\n"
        "        application/json:\n          schema: {$ref: 'schemas.yaml#/S'}\n          example: 5\n"
    )
    (tmp_path / "schemas.yaml").write_text(
        "x: 1\nx: 2\nS:\n  type: object\n  properties:\n    p: {type: string, pattern: '('}\n"
        "    q: {type: string, nullable: true}\n    r: {type: integer, default: x}\n"
    )

    done = run("contract", "validate", "--json", str(tmp_path / "root.yaml"))

    assert [(Path(each["source"]).name, each["line"], each["pointer"]) for each in json.loads(done.stdout)] == [
        ("item.yaml", 2, "/get"),
        ("item.yaml", 9, "/get/responses/200/content/application~1json/example"),
        ("schemas.yaml", 2, "/x"),
        ("schemas.yaml", 6, "/S/properties/p/pattern"),
        ("schemas.yaml", 7, "/S/properties/q/nullable"),
        ("schemas.yaml", 8, "/S/properties/r/default"),
    ]
    assert done.stderr == ""


def test_a_document_of_which_nothing_can_be_used_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    file.write_text("openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/none'}}}}}\n")

    found = run("contract", "validate", str(file)).exception

    assert isinstance(found, ContractError)
    assert "line 2: no operation can be used: GET /a is not served" in str(found)
