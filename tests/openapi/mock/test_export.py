"""The exports for TypeScript: compiled by the real compiler, and run with the real Mock Service Worker."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.http.messages import Response
from openapi.mock.export.msw import msw_module
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import ABSENT, Course, MockedOperation, Scenario, Step, mocked_operations
from openapi.typescript.types import typescript_types
from tests.npm import install

Tool = Callable[[str], str]
HOSTILE = "*/ process.exit(9); /* ${process.exit(9)} `\" ' \\ \u2028 </script>"


class Invented:
    """Answers with the body of the step or an empty object, and to faults with their kind."""

    def step(self, mocked: MockedOperation, step: Step) -> Response:
        body = {} if step.body is ABSENT else step.body
        headers = (("content-type", "application/json"), ("content-length", "9"), *step.headers.items())
        return Response(step.status or 200, headers, json.dumps(body).encode())

    def fault(self, mocked: MockedOperation, fault: Fault) -> Response | None:
        if fault.kind not in ("unavailable", "error"):
            return None
        retry = () if fault.retry_after is None else (("Retry-After", str(fault.retry_after)),)
        return Response(599, (("content-type", "text/plain"), *retry), fault.kind.encode())


def module(scenarios: list[Scenario], contract: Contract) -> str:
    operations = mocked_operations({"": contract})
    return msw_module(operations, {scenario.name: scenario for scenario in scenarios}, Invented())


def contract_of(
    components: dict[str, Any], paths: dict[str, Any] | None = None, version: str = "3.0.3", *, lenient: bool = False
) -> Contract:
    """A contract with these schemas and paths."""
    document = {
        "openapi": version,
        "info": {"title": "Test", "version": "1"},
        "paths": paths or {},
        "components": {"schemas": components},
    }
    return parse_contract(json.dumps(document).encode(), "test.json", lenient=lenient)


def declared(schema: dict[str, Any], version: str = "3.0.3") -> str:
    """The TypeScript type of a schema."""
    (line,) = (
        text.partition(" = ")[2].partition(";\n\n/**")[0]
        for text in typescript_types(contract_of({"U": {}, "T": schema}, version=version)).split("export type T")
        if text.startswith(" = ")
    )
    return line


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer", "nullable": True}, "number | null"),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, '"a" | null'),
        ({"type": "string", "nullable": True, "enum": ["a"]}, '"a"'),
        ({"type": "array", "items": {"type": "boolean"}}, "Array<boolean>"),
        ({"type": "string", "format": "binary"}, "Blob"),
        ({}, "unknown"),
        ({"type": "object"}, "Record<string, unknown>"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object", "additionalProperties": False}, "Record<string, never>"),
        (
            {"required": ["a"], "properties": {"a": {"type": "string"}, "b-c": {"type": "number"}}},
            '{\n  a: string;\n  "b-c"?: number;\n}',
        ),
        (
            {"properties": {"a": {"type": "string"}}, "additionalProperties": True},
            "{\n  a?: string;\n  [name: string]: unknown;\n}",
        ),
        ({"oneOf": [{"type": "string"}, {"type": "number"}]}, "string | number"),
        ({"allOf": [{"$ref": "#/components/schemas/U"}, {"type": "object"}]}, "U"),
        ({"nullable": True, "allOf": [{"type": "string"}]}, "string"),
        ({"nullable": True, "type": "string", "allOf": [{"type": "string"}]}, "string"),
        (
            {
                "nullable": True,
                "type": "object",
                "properties": {"a": {}},
                "allOf": [{"$ref": "#/components/schemas/U"}],
            },
            "{\n  a?: unknown;\n} & U | null",
        ),
        (
            {"allOf": [{"oneOf": [{"type": "string"}, {"type": "number"}]}, {"enum": ["a", 1]}]},
            '(string | number) & ("a" | 1)',
        ),
    ],
)
def test_a_schema_has_this_typescript_type(schema: dict[str, Any], kind: str) -> None:
    assert declared(schema) == kind


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"const": "a"}, '"a"'),
        ({"type": ["string", "integer", "null"]}, "string | number | null"),
        ({"type": ["array", "string"], "items": {"type": "boolean"}}, "Array<boolean> | string"),
        ({"type": "null"}, "null"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"prefixItems": [{"type": "string"}, {"const": 1}], "items": False, "minItems": 1}, "[string, (1)?]"),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "number"}, "minItems": 1},
            "[string, ...Array<number>]",
        ),
        (
            {"type": "object", "patternProperties": {"^a": {"type": "number"}}, "additionalProperties": False},
            "Record<string, number>",
        ),
        ({"properties": {"a": False}}, "{\n  a?: never;\n}"),
        ({"$ref": "#/components/schemas/U", "maxLength": 3}, "U"),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"const": 1}], "minItems": 2, "maxItems": 2},
            "[string, 1]",
        ),
        ({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}, "string"),
        ({"type": "string", "contentMediaType": "application/octet-stream"}, "Blob"),
        ({"type": "string", "contentMediaType": "application/json"}, "string"),
    ],
)
def test_a_schema_of_3_1_has_this_typescript_type(schema: dict[str, Any], kind: str) -> None:
    assert declared(schema, "3.1.0") == kind


def test_reserved_and_colliding_type_names_are_changed() -> None:
    types = typescript_types(contract_of({"string": {}, "a.b": {}, "a_b": {}, "1st": {}}))

    names = [line.split()[2] for line in types.splitlines() if line.startswith("export type") and "unknown" in line]
    assert names == ["string_2", "a_b", "a_b2", "_1st"]


def test_operations_have_parameters_bodies_and_responses() -> None:
    get = {
        "operationId": "getThing",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "string"}}}},
        "responses": {"204": {"description": "x"}, "default": {"description": "x", "content": {"image/png": {}}}},
    }

    types = typescript_types(contract_of({}, {"/things/{id}": {"put": get}}))

    assert "id: number;" in types
    assert "body: string | undefined;" in types
    assert "204: undefined;" in types
    assert "default: Blob;" in types


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/x-www-form-urlencoded", "{\n      a?: string;\n    } | URLSearchParams"),
        ("multipart/form-data", "FormData"),
        ("image/png", "Blob"),
    ],
)
def test_the_type_of_a_form_is_what_fetch_accepts(media_type: str, kind: str) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    post = {"operationId": "send", "requestBody": body, "responses": {"204": {"description": "x"}}}

    assert f"    body: {kind};\n" in typescript_types(contract_of({}, {"/": {"post": post}}))


@pytest.fixture(scope="module")
def project(tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the TypeScript compiler and Mock Service Worker."""
    folder = tmp_path_factory.mktemp("typescript")
    install(tool("npm"), folder, "msw@2.15.0", "typescript@5.9.3", "@types/node@20.19.0")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def compile_module(tool: Tool, project: Path, **files: str) -> None:
    for name, text in files.items():
        (project / f"{name}.ts").write_text(text)
    options = [
        "--strict",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--types",
        "node",
        "--noUncheckedIndexedAccess",
        "--skipLibCheck",
    ]
    compiler = project / "node_modules" / "typescript" / "bin" / "tsc"
    sources = [f"{name}.ts" for name in files]
    done = subprocess.run([tool("node"), compiler, *options, *sources], cwd=project, capture_output=True, text=True)
    assert done.stdout == ""


def run(tool: Tool, project: Path, module: str, script: str) -> Any:
    """The JSON that a script prints, compiled together with `module`."""
    compile_module(tool, project, msw=module, script=script)
    done = subprocess.run([tool("node"), "script.js"], cwd=project, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return json.loads(done.stdout)


SETUP = """
import { setupServer } from "msw/node";
import { handlers, scenarioNames, type ScenarioName } from "./msw.js";

const server = setupServer();
server.listen({ onUnhandledRequest: "error" });
const found: unknown[] = [];
const ask = async (path: string, init?: RequestInit) => {
  try {
    const response = await fetch("http://api.test" + path, init);
    const retry = response.headers.get("retry-after");
    found.push([response.status, await response.text(), ...(retry === null ? [] : [retry])]);
  } catch (error) {
    found.push((error as Error).name);
  }
};
"""
END = "server.close(); console.log(JSON.stringify(found));"


@pytest.mark.long
def test_the_types_compile_and_reject_undeclared_values(tool: Tool, project: Path) -> None:
    use = """
import type { CallsActiveProviderResponse, OperationId, ResponseBody } from "./types.js";
const good: CallsActiveProviderResponse = { provider: null, phoneNumber: "+14165550100", other: 1 };
// @ts-expect-error there is no such provider
const bad: CallsActiveProviderResponse = { provider: "telnyx" };
const id: OperationId = "get_calls_providers";
const body: ResponseBody<"get_calls_providers", 200> = good;
const error: ResponseBody<"get_calls_providers", 401>["success"] = false;
export default [bad, id, body, error];
"""

    compile_module(tool, project, types=typescript_types(load_contract()), use=use)


@pytest.mark.long
def test_types_of_3_1_compile_and_reject_undeclared_values(tool: Tool, project: Path) -> None:
    schemas = {
        "Kind": {"const": "a"},
        "Pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "minItems": 2},
        "Either": {"type": ["string", "integer", "null"]},
        "Tree": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree", "minProperties": 1}}},
        "Closed": {"type": "object", "properties": {"a": True, "b": False}, "unevaluatedProperties": False},
    }
    use = """
import type { Closed, Either, Kind, Pair, Tree } from "./modern.js";
const good: [Kind, Pair, Either, Tree, Closed] = ["a", ["x", 1], null, { next: { next: {} } }, { a: 1 }];
// @ts-expect-error another constant
const kind: Kind = "b";
// @ts-expect-error the second item is a number
const pair: Pair = ["x", "y"];
// @ts-expect-error true is none of the types
const either: Either = true;
// @ts-expect-error nothing is allowed there
const closed: Closed = { b: 1 };
export default [good, kind, pair, either, closed];
"""

    compile_module(tool, project, modern=typescript_types(contract_of(schemas, version="3.1.0")), use_modern=use)


CIRCULAR = {
    "Pet": {"type": "object", "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Lion"}]},
    "Cat": {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"m": {"type": "string"}}}]
    },
    "Lion": {"allOf": [{"$ref": "#/components/schemas/Cat"}, {"properties": {"r": {"type": "string"}}}]},
    "Node": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Node"}]},
    "One": {"oneOf": [{"$ref": "#/components/schemas/Other"}, {"type": "string"}]},
    "Other": {"oneOf": [{"$ref": "#/components/schemas/One"}, {"type": "integer"}]},
    "Itself": {"allOf": [{"$ref": "#/components/schemas/Itself"}, {"properties": {"z": {"type": "string"}}}]},
    "List": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
    "Map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Map"}},
    "Mixed": {
        "oneOf": [
            {"type": "array", "items": {"$ref": "#/components/schemas/Mixed"}},
            {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Mixed"}},
        ]
    },
}
USE_CIRCULAR = """
import type { Cat, Map, Mixed, Node, One, Other, Pet } from "./circular.js";

const cat: Cat = { m: "a" };
const pet: Pet = cat;
const lion: Pet = { m: "a", r: "b" };
const node: Node = "a";
const one: One[] = ["a", 1];
const other: Other[] = ["a", 1];
const map: Map = { a: { b: {} } };
const mixed: Mixed = [{ a: [] }];
// @ts-expect-error: a cat has no wings
const bird: Cat = { wings: 2 };
export { bird, lion, map, mixed, node, one, other, pet };
"""


@pytest.mark.long
def test_types_that_contain_themselves_compile(tool: Tool, project: Path) -> None:
    types = typescript_types(contract_of(CIRCULAR, lenient=True))

    compile_module(tool, project, circular=types, use_circular=USE_CIRCULAR)


@pytest.mark.long
def test_hostile_text_of_a_contract_is_not_executed(tool: Tool, project: Path) -> None:
    schemas = {HOSTILE: {"type": "object", "description": HOSTILE, "properties": {HOSTILE: {"enum": [HOSTILE]}}}}
    get = {"operationId": HOSTILE, "summary": HOSTILE, "responses": {"200": {"description": "x"}}}
    contract = contract_of(schemas, {"/x": {"get": get}})

    compile_module(tool, project, types=typescript_types(contract))
    course = Course((Step(body=HOSTILE, headers={"x-odd": "${1}"}),))
    text = module([Scenario("x", HOSTILE, {HOSTILE: course})], contract)
    script = 'server.resetHandlers(...handlers("x")); await ask("/x");'

    assert run(tool, project, text, SETUP + script + END) == [[200, json.dumps(HOSTILE, ensure_ascii=False)]]


@pytest.mark.long
def test_names_of_scenarios_are_a_type(tool: Tool, project: Path) -> None:
    script = """
const known: ScenarioName = "down";
// @ts-expect-error there is no such scenario
const unknown: ScenarioName = "up";
void [known, unknown];
"""

    assert run(tool, project, module([Scenario("down", "")], load_contract()), SETUP + script + END) == []


@pytest.mark.long
def test_handlers_play_sequences_and_faults(tool: Tool, project: Path) -> None:
    ok, pending, broken = Step(body={"a": 1}), Step(body={"b": 2}, times=2), Step(status=500, body={"c": 3})
    courses = {
        "twice": Course((Step(status=500, body={"c": 3}, times=2), ok)),
        "again": Course((pending, broken), "repeat"),
        "unavailable": Course((Step(fault=Fault("unavailable", times=1, retry_after=7)),)),
        "truncated": Course((Step(body={"a": 1}, fault=Fault("truncate")),)),
        "malformed": Course((Step(body={"a": 1}, fault=Fault("malform")),)),
        "broken": Course((Step(fault=Fault("error", delay=(1, 2))),)),
        "spared": Course((Step(fault=Fault("error", share=0.5)),)),
        "late": Course((Step(body={"a": 1}, fault=Fault(delay=(1, 1))),)),
    }
    scenarios = [Scenario(name, "", {"get_calls_providers": course}) for name, course in courses.items()]
    # The fault of the step comes first, and after its end the fault of all operations.
    scenarios.append(Scenario("both", "", {"get_calls_providers": courses["unavailable"]}, Fault("error", times=2)))
    script = """
for (const name of scenarioNames) {
  server.resetHandlers(...handlers(name, { random: () => 0.7 }));
  for (let i = 0; i < 4; i++) await ask("/api/calls/providers");
}
"""

    answers = run(tool, project, module(scenarios, load_contract()), SETUP + script + END)

    names = [scenario.name for scenario in scenarios]
    four = dict(zip(names, (answers[i : i + 4] for i in range(0, len(answers), 4)), strict=True))
    a, b, c = [200, '{"a":1}'], [200, '{"b":2}'], [500, '{"c":3}']
    assert four["twice"] == [c, c, a, a]
    assert four["again"] == [b, b, c, b]
    unavailable, usual = [599, "unavailable", "7"], [200, "{}"]
    assert four["unavailable"] == [unavailable, usual, usual, usual]
    assert four["truncated"][0] == "TypeError"
    assert four["malformed"][0] == [200, '{"a{"']
    assert four["broken"] == [[599, "error"]] * 4
    assert four["spared"] == [usual] * 4
    assert four["late"] == [a] * 4
    assert four["both"] == [unavailable, [599, "error"], [599, "error"], usual]


@pytest.mark.long
def test_paths_with_parameters_and_odd_characters_are_matched(tool: Tool, project: Path) -> None:
    ok = {"200": {"description": "x"}}
    some_id, name = (
        [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}] for name in ("some-id", "name")
    )
    paths = {
        "/a/{some-id}/b": {
            "parameters": some_id,
            "get": {"operationId": "templated", "responses": ok},
            "put": {"operationId": "p", "responses": ok},
        },
        "/a/fixed/b": {"get": {"operationId": "fixed", "responses": ok}},
        "/odd(1)/x+y:z": {"get": {"operationId": "odd", "responses": ok}},
        "/files/{name}.json": {"parameters": name, "get": {"operationId": "suffix", "responses": ok}},
    }
    contract = contract_of({}, paths)
    operations = mocked_operations({"": contract})
    courses = {name: Course((Step(body=name),)) for name in operations}
    text = msw_module(operations, {"all": Scenario("all", "", courses)}, Invented())
    script = """
server.resetHandlers(...handlers("all", { baseUrl: "http://api.test" }));
for (const path of ["/a/7/b", "/a/fixed/b", "/odd(1)/x+y:z", "/files/today.json"]) await ask(path);
await ask("/a/7/b", { method: "PUT" });
"""

    answers = run(tool, project, text, SETUP + script + END)

    assert [json.loads(text) for _, text in answers] == ["templated", "fixed", "odd", "suffix", "p"]
