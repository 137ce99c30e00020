# ruff: noqa: E501  # one row of a table is one line
"""Documents with mistakes: what is told about each, and that the rest of the document is used."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.documents.reading import read_document
from openapi.schemas import Direction, SchemaValidator
from tests.openapi.documents.broken import walk

INFO = "info: {title: T, version: '1'}"
HEAD = f"openapi: 3.0.3\n{INFO}"
HEAD31 = f"openapi: 3.1.0\n{INFO}"
OK = "responses: {'200': {description: d, content: {application/json: {schema: {type: string}}}}}"
GOOD = f"paths:\n  /ok: {{get: {{operationId: ok, {OK}}}}}"

# name -> (document, line of the warning, words of the warning); GOOD is in each, and is line 3 and 4.
DOCUMENT = {
    "no info": (f"openapi: 3.0.3\n{GOOD}", 1, "'info' is missing"),
    "no title": (f"openapi: 3.0.3\ninfo: {{version: '1'}}\n{GOOD}", 2, "'title' is missing"),
    "no version": (f"openapi: 3.0.3\ninfo: {{title: T}}\n{GOOD}", 2, "'version' is missing"),
    "version as a number": (f"openapi: 3.0.3\ninfo: {{title: T, version: 1.0}}\n{GOOD}", 2, "read as '1.0'"),
    "two numbers of the version": (f"openapi: 3.0\n{INFO}\n{GOOD}", 1, "three numbers"),
    "info as text": (f"openapi: 3.0.3\ninfo: T\n{GOOD}", 2, "must be an object"),
    "unknown top-level member": (f"{HEAD}\n{GOOD}\ncomponent: {{}}", 5, "no 'component' here"),
    "Swagger's top-level members": (f"{HEAD}\n{GOOD}\nbasePath: /v1", 5, "no 'basePath' here"),
    "$ref in place of the description": (f"{HEAD}\n{GOOD}\ntags: [{{name: n, description: {{$ref: '#/info/title'}}}}]", 5, "no $ref in place of text"),
    "$ref to no text": (f"{HEAD}\n{GOOD}\ntags: [{{name: n, description: {{$ref: '#/no'}}}}]", 5, "leads to no text"),
    "license without a name": (f"openapi: 3.0.3\ninfo: {{title: T, version: '1', license: {{}}}}\n{GOOD}", 2, "'name' is missing"),
    "server without url": (f"{HEAD}\n{GOOD}\nservers: [{{}}]", 5, "'url' is missing"),
    "servers as an object": (f"{HEAD}\n{GOOD}\nservers: {{url: /}}", 5, "must be a list"),
    "variable without default": (f"{HEAD}\n{GOOD}\nservers: [{{url: '/{{a}}', variables: {{a: {{enum: [b]}}}}}}]", 5, "'default' is missing"),
    "tag without name": (f"{HEAD}\n{GOOD}\ntags: [{{description: d}}]", 5, "'name' is missing"),
    "tags as text": (f"{HEAD}\n{GOOD}\ntags: 5", 5, "must be a list"),
    "docs without url": (f"{HEAD}\n{GOOD}\nexternalDocs: {{description: d}}", 5, "'url' is missing"),
    "undeclared security scheme": (f"{HEAD}\n{GOOD}\nsecurity: [{{key: []}}]", 5, "'key' is not declared"),
    "security as an object": (f"{HEAD}\n{GOOD}\nsecurity: {{key: []}}", 5, "must be a list"),
    "components as a list": (f"{HEAD}\n{GOOD}\ncomponents: []", 5, "must be an object"),
    "unknown components": (f"{HEAD}\n{GOOD}\ncomponents: {{definitions: {{}}}}", 5, "no 'definitions' here"),
    "unused dangling reference": (f"{HEAD}\n{GOOD}\ncomponents: {{schemas: {{A: {{properties: {{a: {{$ref: '#/no'}}}}}}}}}}", 5, "'#/no' does not exist"),
    "reference to itself": (f"{HEAD}\n{GOOD}\ncomponents: {{schemas: {{A: {{$ref: '#/components/schemas/A'}}}}}}", 5, "refers to itself"),
    "a key twice": (f"{HEAD}\n{GOOD}\ntags: []\ntags: []", 6, "the key 'tags' twice"),
    "a path twice": (f"{HEAD}\n{GOOD}\n  /ok: {{get: {{{OK}}}}}", 5, "the key '/ok' twice"),
    "unknown tag of YAML": (f"{HEAD}\n{GOOD}\ntags: !Tags []", 5, "the tag is ignored"),
    "version as a date": (f"openapi: 3.0.3\ninfo: {{title: 1, version: 2020-01-01}}\n{GOOD}", 2, "read as '1'"),
    "name of a component": (f"{HEAD}\n{GOOD}\ncomponents: {{schemas: {{'a b': {{type: string}}}}}}", 5, "names of components"),
    "name of a component in 3.1": (f"{HEAD31}\n{GOOD}\ncomponents: {{schemas: {{'a b': {{type: string}}}}}}", 5, "names of components"),
    "unknown dialect": (f"{HEAD31}\n{GOOD}\njsonSchemaDialect: https://example.com/d", 5, "dialect is not known"),
}  # fmt: skip
SCHEMES = {
    "basic of 2.0": ("{type: basic}", "'type: http, scheme: basic'"),
    "unknown type": ("{type: magic}", "no security scheme of type 'magic'"),
    "key without name": ("{type: apiKey, in: header}", "'name' is missing"),
    "key in the path": ("{type: apiKey, in: path, name: k}", "not in 'path'"),
    "bearerFormat of basic": ("{type: http, scheme: basic, bearerFormat: JWT}", "'bearerFormat' has no meaning"),
    "flow without scopes": ("{type: oauth2, flows: {password: {tokenUrl: /t}}}", "'scopes' is missing"),
    "no type": ("{name: k}", "'type' is missing"),
}
# Mistakes beside the good operation, in an operation that is still served: its members.
OPERATION = {
    "no responses": ("summary: s", "'responses' is missing"),
    "no description of a response": ("responses: {'200': {}}", "'description' is missing"),
    "empty responses": ("responses: {}", "no response is declared"),
    "status in lower case": ("responses: {2xx: {description: d}}", "read as '2XX'"),
    "no status": ("responses: {ok: {description: d}, '200': {description: d}}", "not a status"),
    "response as text": ("responses: {'200': fine}", "must be an object"),
    "summary as a list": (f"summary: [], {OK}", "must be text"),
    "deprecated as text": (f"deprecated: 'true', {OK}", "true or false"),
    "unknown member": (f"consumes: [a/b], {OK}", "no 'consumes' here"),
    "parameters as an object": (f"parameters: {{in: query, name: q, schema: {{}}}}, {OK}", "must be a list"),
    "parameter without schema": (f"parameters: [{{in: query, name: q}}], {OK}", "'schema' is missing"),
    "parameter without name": (f"parameters: [{{in: query, schema: {{}}}}], {OK}", "'name' is missing"),
    "parameter in the body": (f"parameters: [{{in: body, name: b, schema: {{}}}}], {OK}", "not in 'body'"),
    "parameter twice": (f"parameters: [{{in: query, name: q, schema: {{}}}}, {{in: query, name: q, schema: {{}}}}], {OK}", "declared twice"),
    "schema and content": (f"parameters: [{{in: query, name: q, schema: {{}}, content: {{a/b: {{}}}}}}], {OK}", "the content is ignored"),
    "two contents": (f"parameters: [{{in: query, name: q, content: {{a/b: {{}}, c/d: {{}}}}}}], {OK}", "only one media type"),
    "style of another place": (f"parameters: [{{in: header, name: q, style: form, schema: {{}}}}], {OK}", "no style 'form'"),
    "example and examples": (f"parameters: [{{in: query, name: q, schema: {{}}, example: 1, examples: {{a: {{value: 2}}}}}}], {OK}", "this example is ignored"),
    "example and examples of an answer": ("responses: {'200': {description: d, content: {a/b: {example: 1, examples: {a: {value: 2}}}}}}", "this example is ignored"),
    "examples as a list": (f"parameters: [{{in: query, name: q, schema: {{}}, examples: [1]}}], {OK}", "they are numbered"),
    "example without value": (f"parameters: [{{in: query, name: q, schema: {{}}, examples: {{a: {{b: 1}}}}}}], {OK}", "under 'value'"),
    "body without content": (f"requestBody: {{}}, {OK}", "'content' is missing"),
    "header without schema": ("responses: {'200': {description: d, headers: {X-A: {description: d}}}}", "'schema' is missing"),
    "same operationId": (f"operationId: ok, {OK}", "'ok' too"),
    "undeclared scheme": (f"security: [{{key: []}}], {OK}", "'key' is not declared"),
}  # fmt: skip
# Mistakes in a schema: (version, schema, words of the warning, a valid value, an invalid value or None).
SCHEMAS: dict[str, tuple[str, str, str, Any, Any]] = {
    "type list": ("3.0.3", "{type: [string, 'null']}", "null is read as nullable", None, 1),
    "several types": ("3.0.3", "{type: [string, integer]}", "several types as anyOf", 1, True),
    "type in one text": ("3.0.3", "{type: 'string,null'}", "is not a type", None, 1),
    "type any": ("3.0.3", "{type: any}", "is not a type", [1], ...),
    "type file": ("3.0.3", "{type: file}", "read as 'string'", "a", 1),
    "type int": ("3.0.3", "{type: int}", "read as 'integer'", 1, "a"),
    "const": ("3.0.3", "{const: a}", "an enum with one value", "a", "b"),
    "numeric bound": ("3.0.3", "{type: integer, exclusiveMinimum: 3}", "that is excluded", 4, 3),
    "list of examples": ("3.0.3", "{type: integer, examples: [3]}", "the first one", 4, "a"),
    "contentEncoding": ("3.0.3", "{type: string, contentEncoding: base64}", "format: byte", "YQ==", 1),
    "patternProperties": ("3.0.3", "{type: object, patternProperties: {a: {}}, additionalProperties: false}", "any name", {"a": 1}, 1),
    "prefixItems": ("3.0.3", "{type: array, prefixItems: [{type: integer}]}", "one schema for all items", [1], ["a"]),
    "if": ("3.0.3", "{type: integer, if: {}}", "no 'if'", 1, "a"),
    "unknown keyword": ("3.0.3", "{type: integer, minimun: 1}", "no 'minimun'", 0, "a"),
    "nullable beside $ref": ("3.0.3", "{$ref: '#/components/schemas/S', nullable: true}", "null is allowed", None, 1),
    "schema as a name": ("3.0.3", "string", "read as type: string", "a", 1),
    "schema as a list": ("3.0.3", "[]", "any value is allowed", 1, ...),
    "required as a flag": ("3.0.3", "{type: object, properties: {a: {type: integer, required: true}}}", "list of the object", {"a": 1}, {}),
    "required as a name": ("3.0.3", "{type: object, required: a}", "list of names", {"a": 1}, {}),
    "enum as text": ("3.0.3", "{type: string, enum: a}", "list of values", "b", 1),
    "length as text": ("3.0.3", "{type: string, maxLength: '2'}", "read as 2", "ab", "abc"),
    "negative length": ("3.0.3", "{type: string, maxLength: -1}", "0 or more", "ab", 1),
    "multipleOf zero": ("3.0.3", "{type: integer, multipleOf: 0}", "above 0", 1, "a"),
    "properties as a list": ("3.0.3", "{type: object, properties: [a]}", "map of schemas", {}, 1),
    "discriminator as text": ("3.0.3", "{type: object, discriminator: a}", "propertyName", {}, 1),
    "nullable in 3.1": ("3.1.0", "{type: string, nullable: true}", "a word of OpenAPI 3.0", None, 1),
    "nullable beside $ref in 3.1": ("3.1.0", "{$ref: '#/components/schemas/S', nullable: true}", "a word of OpenAPI 3.0", None, 1),
    "flag as a bound in 3.1": ("3.1.0", "{type: integer, minimum: 3, exclusiveMinimum: true}", "is excluded", 4, 3),
    "list of items in 3.1": ("3.1.0", "{type: array, items: [{type: integer}], additionalItems: false}", "prefixItems", [1], [1, 2]),
    "dependencies in 3.1": ("3.1.0", "{type: object, dependencies: {a: [b]}}", "dependentRequired", {"a": 1, "b": 1}, {"a": 1}),
    "unknown $schema in 3.1": ("3.1.0", "{$schema: 'https://example.com/s', type: string}", "not known", "a", 1),
}  # fmt: skip


def lenient(text: str) -> Contract:
    return parse_contract(text.encode(), "c.yaml", lenient=True)


def told(contract: Contract, words: str, line: int) -> bool:
    return any(words in mistake.reason and mistake.line == line for mistake in contract.warnings)


@pytest.mark.parametrize(("text", "line", "words"), DOCUMENT.values(), ids=DOCUMENT)
def test_a_mistake_in_the_document_is_told_with_its_line(text: str, line: int, words: str) -> None:
    contract = lenient(text)

    assert told(contract, words, line), contract.warnings
    assert walk(contract) == 1


@pytest.mark.parametrize(("scheme", "words"), SCHEMES.values(), ids=SCHEMES)
def test_a_mistake_in_a_security_scheme_is_told(scheme: str, words: str) -> None:
    contract = lenient(f"{HEAD}\n{GOOD}\nsecurity: [{{s: []}}]\ncomponents:\n  securitySchemes: {{s: {scheme}}}")

    assert told(contract, words, 7), contract.warnings
    assert walk(contract) == 1


@pytest.mark.parametrize(("members", "words"), OPERATION.values(), ids=OPERATION)
def test_a_mistake_in_an_operation_is_told_and_the_operation_served(members: str, words: str) -> None:
    contract = lenient(f"{HEAD}\n{GOOD}\n  /odd: {{get: {{{members}}}}}")

    assert told(contract, words, 5), contract.warnings
    assert walk(contract) == 2


@pytest.mark.parametrize(("version", "schema", "words", "valid", "invalid"), SCHEMAS.values(), ids=SCHEMAS)
def test_a_mistake_in_a_schema_is_told_and_the_rest_is_checked(
    version: str, schema: str, words: str, valid: Any, invalid: Any
) -> None:
    contract = lenient(
        f"openapi: {version}\n{INFO}\n{GOOD}\ncomponents:\n  schemas:\n    S: {{type: string}}\n    O: {schema}"
    )
    validator = SchemaValidator(contract.schemas["O"], Direction.RESPONSE)

    assert told(contract, words, 8), contract.warnings
    assert validator.is_valid(valid)
    assert invalid is ... or not validator.is_valid(invalid)
    walk(contract)


def test_a_valid_document_has_no_warnings() -> None:
    assert lenient(f"{HEAD}\n{GOOD}").warnings == ()


@pytest.mark.parametrize("head", [HEAD, HEAD31])
def test_a_component_with_an_odd_name_is_checked_and_referred_to(head: str) -> None:
    schema = "{$ref: '#/components/schemas/a%20b~1c'}"
    contract = lenient(
        f"{head}\npaths: {{/a: {{get: {{parameters: [{{in: query, name: q, schema: {schema}}}], {OK}}}}}}}\n"
        "components: {schemas: {'a b/c': {type: integer, minimum: '3'}}}"
    )
    validator = SchemaValidator(contract.operations[0].parameters[0].schema, Direction.REQUEST)

    assert told(contract, "read as 3", 4)
    assert (validator.is_valid(3), validator.is_valid(2)) == (True, False)


def test_the_example_of_a_parameter_of_3_1_does_not_count_beside_examples() -> None:
    parameter = "{in: query, name: q, schema: {}, example: 1, examples: {a: {value: 2}}}"
    contract = lenient(f"{HEAD31}\npaths: {{/a: {{get: {{parameters: [{parameter}], {OK}}}}}}}")

    assert told(contract, "this example is ignored", 3)


def test_operations_that_need_a_dangling_reference_are_named_and_not_served() -> None:
    contract = lenient(
        f"{HEAD}\n{GOOD}\n  /a: {{get: {{responses: {{'200': {{$ref: '#/components/responses/R'}}}}}}, put: {{{OK}}}}}\n"
        "components: {responses: {R: {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/No'}}}}}}"
    )

    assert [operation.label for operation in contract.operations] == ["GET /ok", "PUT /a"]
    assert told(contract, "GET /a is not served: '#/components/schemas/No' does not exist", 5)


def test_an_operation_that_needs_a_dangling_reference_through_many_others_is_not_served() -> None:
    """Also through a part in a list, an escaped name and a schema that contains itself."""
    contract = lenient(
        f"{HEAD}\n{GOOD}\n"
        "  /a: {get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/A%20b'}}}}}}}\n"
        "  /c: {get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/C'}}}}}}}\n"
        "components: {schemas: {A b: {properties: {self: {$ref: '#/components/schemas/A b'}, x: {allOf: [{}, {$ref: '#/components/schemas/B/anyOf/0'}]}}},\n"
        "  B: {anyOf: [{items: {$ref: '#/no'}}, {}]}, C: {properties: {b: {$ref: '#/components/schemas/B/anyOf/1'}}}}}"
    )

    assert [operation.label for operation in contract.operations] == ["GET /ok", "GET /c"]


def test_a_missing_file_costs_the_operations_that_need_it(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"{HEAD}\n{GOOD}\n  /a: {{get: {{responses: {{'200': {{$ref: no.yaml}}}}}}}}")

    assert [operation.path for operation in load_contract(path, lenient=True).operations] == ["/ok"]


def test_a_reference_in_place_of_all_paths_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"{HEAD}\npaths: {{$ref: paths.yaml}}")
    (tmp_path / "paths.yaml").write_text(f"/a: {{get: {{{OK}}}}}")

    assert [operation.path for operation in load_contract(path, lenient=True).operations] == ["/a"]


def test_a_path_without_a_slash_gets_one() -> None:
    contract = lenient(f"{HEAD}\n{GOOD}\n  a: {{get: {{{OK}}}}}")

    assert [operation.path for operation in contract.operations] == ["/ok", "/a"]
    assert told(contract, "read as '/a'", 5)


def test_a_path_parameter_is_required() -> None:
    contract = lenient(
        f"{HEAD}\npaths: {{'/a/{{b}}': {{get: {{parameters: [{{in: path, name: b, schema: {{}}}}], {OK}}}}}}}"
    )

    assert contract.operations[0].parameters[0].required


def test_a_document_of_which_nothing_can_be_used_is_refused_with_the_reason() -> None:
    with pytest.raises(ContractError, match="no operation can be used: GET /a is not served: '#/no' does not exist"):
        lenient(f"{HEAD}\npaths: {{/a: {{get: {{responses: {{'200': {{$ref: '#/no'}}}}}}}}}}")


FOLDER = Path(__file__).parents[1] / "mock"
RICH, SWAGGER = (read_document((FOLDER / name).read_bytes(), name) for name in ("rich.yaml", "rich-2.0.yaml"))
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, "", "text", "[", [], {}, [1], ["x"], [{}], {"a": 1}),
    *({"$ref": "#/nowhere"}, {"$ref": "#/info"}, {"$ref": "#/info/title"}, {"$ref": 5}, {"$ref": "http://x/y"}),
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step)
        if isinstance(child, dict | list):
            yield from nodes(child, (*path, step))


def mutated(original: dict[str, Any], seed: int) -> bytes:
    """A document with up to four nodes removed, renamed, replaced or added."""
    chosen = random.Random(seed)  # noqa: S311 - no secret
    document = copy.deepcopy(original)
    if "openapi" in document:
        document["openapi"] = chosen.choice(["3.0.3", "3.1.0", "3.2.0"])
    places = [path for path in nodes(original) if path not in (("openapi",), ("swagger",))]
    for path in chosen.sample(places, chosen.choice([1, 1, 2, 4])):
        holder: Any = document
        try:
            for step in path[:-1]:
                holder = holder[step]
            if (kind := chosen.random()) < 0.4:
                del holder[path[-1]]
            elif kind < 0.5 and isinstance(holder, dict):
                holder["odd name"] = holder.pop(path[-1])
            elif kind < 0.7 and isinstance(holder, dict):
                holder["odd"] = chosen.choice(ODD)
            else:
                holder[path[-1]] = copy.deepcopy(chosen.choice(ODD))
        except (LookupError, TypeError):
            continue  # an earlier change removed the place
    return json.dumps(document).encode()


def load_and_walk(original: dict[str, Any], seeds: range) -> int:
    """How many of the mutated documents load; all that load can be walked."""
    loaded = 0
    for seed in seeds:
        try:
            contract = parse_contract(mutated(original, seed), "rich.yaml", lenient=True)
        except ContractError:
            continue
        walk(contract)
        loaded += 1
    return loaded


@pytest.mark.parametrize("original", [RICH, SWAGGER], ids=["3", "2"])
def test_a_mutated_document_loads_and_can_be_walked(original: dict[str, Any]) -> None:
    assert load_and_walk(original, range(20)) >= 18


@pytest.mark.long
@pytest.mark.parametrize("original", [RICH, SWAGGER], ids=["3", "2"])
def test_hundreds_of_mutated_documents_load_and_can_be_walked(original: dict[str, Any]) -> None:
    assert load_and_walk(original, range(100, 500)) >= 360
