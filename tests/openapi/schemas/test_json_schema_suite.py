"""The cases of the JSON Schema Test Suite, judged by the validator of a contract's schemas.

The suite is in the source distribution of the package jsonschema.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from openapi.contract import Contract, parse_contract
from openapi.schemas import Direction, SchemaValidator

pytestmark = pytest.mark.long

# Cases about what documents of OpenAPI do not have.
_ELSEWHERE: Final = {
    "remote HTTP ref with different $id": "a reference to the address of a file, which is not downloaded",
    "remote HTTP ref with different URN $id": "a reference to the address of a file, which is not downloaded",
    "schema that uses custom metaschema with with no validation vocabulary": "a dialect that is not known",
}
# `format` restricts data in OpenAPI tools; the suite expects that it does not.
_FORMAT: Final = "format.json"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    package = f"jsonschema=={importlib.metadata.version('jsonschema')}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", package]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        for member in files:
            if member.isfile() and "/json/" in member.name and (content := files.extractfile(member)) is not None:
                file = folder / "json" / member.name.partition("/json/")[2]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    return folder / "json"


def remotes(suite: Path) -> dict[str, Any]:
    """The schemas of the suite that others refer to, as components with identifiers."""
    shared = (suite / "remotes").glob("*.json")
    own = (suite / "remotes" / "draft2020-12").rglob("*.json")
    found = {}
    for number, path in enumerate((*shared, *own)):
        schema = json.loads(path.read_text())
        if isinstance(schema, dict):
            address = f"http://localhost:1234/{path.relative_to(suite / 'remotes').as_posix()}"
            found[f"Remote{number}"] = {"$id": address, **schema}
    return found


def contract_with(schema: Any, others: dict[str, Any]) -> Contract:
    """A contract of OpenAPI 3.1 with a schema that is a resource of its own, as in the suite."""
    schema = {"$id": "http://example.test/schema", **schema} if isinstance(schema, dict) else schema
    components = {"schemas": {"Tested": schema, **others}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": components}
    return parse_contract(json.dumps(document).encode(), "suite", lenient=True)


def cases(suite: Path, draft: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((suite / "tests" / draft).glob("*.json")):
        for case in json.loads(path.read_text()):
            yield path.name, case


def test_draft_2020_12_is_validated_as_the_suite_expects(suite: Path) -> None:
    others = remotes(suite)
    wrong, judged = [], 0
    for file, case in cases(suite, "draft2020-12"):
        if file == _FORMAT or case["description"] in _ELSEWHERE:
            continue
        validator = SchemaValidator(contract_with(case["schema"], others).schemas["Tested"], Direction.REQUEST)
        for test in case["tests"]:
            judged += 1
            if validator.is_valid(test["data"]) is not test["valid"]:
                wrong.append((file, case["description"], test["description"]))

    assert wrong == []
    assert judged > 1100


def test_every_violation_of_the_suite_has_a_pointer_into_the_document(suite: Path) -> None:
    others = remotes(suite)
    for file, case in cases(suite, "draft2020-12"):
        if file == _FORMAT or case["description"] in _ELSEWHERE:
            continue
        schema = contract_with(case["schema"], others).schemas["Tested"]
        invalid = [test["data"] for test in case["tests"] if not test["valid"]]
        found = [
            violation for data in invalid for violation in SchemaValidator(schema, Direction.REQUEST).violations(data)
        ]
        assert all(violation.pointer.startswith("/components/schemas/") for violation in found), (file, case)


# Words of draft 4 that OpenAPI 3.0 does not have (section "Schema Object"). `format` as above.
_NOT_IN_OPENAPI: Final = frozenset({"additionalItems", "dependencies", "id", "patternProperties"})
# References in a document of OpenAPI are relative to the document, and siblings of `$ref` are mended.
_OTHER_FILES: Final = frozenset({"format.json", "definitions.json", "refRemote.json", "id.json"})
_OTHER_REFERENCES: Final = frozenset(
    {
        "ref overrides any sibling keywords",
        "$ref prevents a sibling id from changing the base uri",
        "empty tokens in $ref json-pointer",  # no component has an empty name
    }
)


def words_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every member of a schema, at all levels."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key, value
            yield from words_of(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from words_of(each)


def is_expressible(schema: Any) -> bool:
    """Whether OpenAPI 3.0 has all words of a schema of draft 4."""
    return not any(
        key in _NOT_IN_OPENAPI or (key == "items" and isinstance(value, list)) or (key == "$ref" and ":" in str(value))
        for key, value in words_of(schema)
    )


def as_component(schema: Any) -> Any:
    """A schema whose references lead to components."""
    if isinstance(schema, list):
        return [as_component(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {
        key: value if key == "enum" else as_component(value) for key, value in schema.items() if key != "definitions"
    }
    if isinstance(reference := schema.get("$ref"), str):
        path = reference.removeprefix("#")
        is_definition = path.startswith("/definitions/")
        result["$ref"] = "#/components/schemas" + (path[len("/definitions") :] if is_definition else f"/Tested{path}")
    return result


def test_draft_4_is_validated_as_the_suite_expects_as_far_as_openapi_3_0_has_its_words(suite: Path) -> None:
    wrong, judged = [], 0
    for file, case in cases(suite, "draft4"):
        if file in _OTHER_FILES or case["description"] in _OTHER_REFERENCES or not is_expressible(case["schema"]):
            continue
        definitions = {name: as_component(each) for name, each in case["schema"].get("definitions", {}).items()}
        schemas = {"Tested": as_component(case["schema"]), **definitions}
        document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
        content = json.dumps({**document, "components": {"schemas": schemas}}).encode()
        contract = parse_contract(content, "suite", lenient=True)
        validator = SchemaValidator(contract.schemas["Tested"], Direction.REQUEST)
        for test in case["tests"]:
            judged += 1
            if validator.is_valid(test["data"]) is not test["valid"]:
                wrong.append((file, case["description"], test["description"]))

    assert wrong == []
    assert judged > 400
