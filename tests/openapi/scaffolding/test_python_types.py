"""The types of schemas in Python."""

from __future__ import annotations

import json
import sys
import typing
from types import ModuleType
from typing import Any

import pytest

from openapi.contract import parse_contract
from openapi.scaffolding.type_modules import schema_types

HOSTILE = 'A """quote""" \\N{DIGIT ONE} \\" and\r\n    import os\x00\u2028 #"""'


def module_of(schemas: dict[str, Any], version: str = "3.0.3", paths: dict[str, Any] | None = None) -> str:
    """The source of the types of a contract with these schemas."""
    document = {
        "openapi": version,
        "info": {"title": HOSTILE, "version": "1"},
        "paths": paths or {},
        "components": {"schemas": schemas},
    }
    return schema_types(parse_contract(json.dumps(document).encode(), "test.json", lenient=True))


def definitions(schemas: dict[str, Any], version: str = "3.0.3") -> dict[str, str]:
    """The definitions by name, without comments and docstrings."""
    found = {}
    for block in module_of(schemas, version).split("\n\n\n")[1:]:
        lines = [line for line in block.strip().splitlines() if line.strip() and not line.startswith("#")]
        head = lines[0]
        name = head.split("(")[0].split(":")[0].split(" =")[0].removeprefix("class ")
        fields = [line.strip() for line in lines[1:] if ": " in line and '"""' not in line]
        is_class = head.startswith("class ")
        found[name] = (
            f"{'total=False ' if 'total=False' in head else ''}{{{', '.join(fields)}}}"
            if is_class
            else json.loads(head.partition("= ")[2])
            if "TypeAlias" in head
            else "".join(lines)
        )
    return found


def type_of(schema: dict[str, Any], version: str = "3.0.3") -> str:
    return definitions({"X": schema}, version)["X"]


OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "format": "date-time"}, "str"),
        ({"type": "string", "format": "binary"}, "str | bytes"),
        ({"type": "integer"}, "int"),
        ({"type": "number"}, "float"),
        ({"type": "boolean"}, "bool"),
        ({}, "object"),
        ({"type": "string", "nullable": True}, "str | None"),
        ({"enum": ["a", 1, True, None]}, 'Literal["a", 1, True, None]'),
        ({"enum": [1.5, 2.5]}, "float"),
        ({"enum": ['"', "\\", "\n"]}, 'Literal["\\"", "\\\\", "\\n"]'),
        ({"type": "array", "items": {"type": "string"}}, "list[str]"),
        ({"type": "array", "items": {}}, "list[object]"),
        ({"type": "object"}, "dict[str, object]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"allOf": [{"type": "string"}], "nullable": True}, "str"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "str | int"),
        ({"anyOf": [{"type": "string"}, {}]}, "object"),
        ({"not": {}}, "Never"),
    ],
    ids=json.dumps,
)
def test_a_schema_of_openapi_3_0_has_a_type(schema: dict[str, Any], kind: str) -> None:
    assert type_of(schema) == kind


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": ["integer", "string"]}, "int | str"),
        ({"const": "a"}, 'Literal["a"]'),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "str | None"),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, "list[object]"),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, "list[str | int]"),
        (
            {"type": "object", "patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False},
            "dict[str, str]",
        ),
    ],
    ids=json.dumps,
)
def test_a_schema_of_openapi_3_1_has_a_type(schema: dict[str, Any], kind: str) -> None:
    assert type_of(schema, "3.1.0") == kind


def test_required_properties_are_required() -> None:
    schema = {**OBJECT, "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}

    assert type_of(schema) == "{a: str, b: NotRequired[int]}"


def test_an_object_without_required_properties_is_not_total() -> None:
    assert type_of(OBJECT) == "total=False {a: str}"


def test_a_property_of_one_direction_is_not_required() -> None:
    schema = {"required": ["id"], "properties": {"id": {"type": "string", "readOnly": True}}}

    assert type_of(schema) == "total=False {id: str}"


def test_all_of_is_one_object() -> None:
    schemas = {
        "Base": {**OBJECT, "required": ["a"]},
        "X": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"b": {"type": "integer"}}}]},
    }

    assert definitions(schemas)["X"] == "{a: str, b: NotRequired[int]}"


def test_properties_beside_alternatives_belong_to_each() -> None:
    schema = {
        "properties": {"id": {"type": "string"}},
        "required": ["id"],
        "oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}],
    }
    found = definitions({"X": schema})

    assert found == {
        "X": "X1 | X2",
        "X1": "{id: str, a: NotRequired[str]}",
        "X2": "{id: str, b: NotRequired[str]}",
    }


CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}


def test_a_discriminator_makes_literals() -> None:
    pet = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "tom": "Cat"}},
    }
    found = definitions({"Pet": pet, "Cat": CAT, "Dog": CAT})

    assert found == {"Pet": "Cat | Dog", "Cat": '{kind: Literal["cat", "tom"]}', "Dog": '{kind: Literal["Dog"]}'}


def test_a_parent_with_a_discriminator_is_one_of_its_children() -> None:
    pet = {**CAT, "discriminator": {"propertyName": "kind"}}
    cat = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"age": {"type": "integer"}}}]}
    found = definitions({"Pet": pet, "Cat": cat})

    assert found == {"Pet": "Cat", "Cat": '{kind: Literal["Cat"], age: NotRequired[int]}'}


def test_recursive_schemas_refer_to_themselves() -> None:
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    value = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Value"}}]}

    assert definitions({"Tree": tree, "Value": value}) == {
        "Tree": "total=False {children: list[Tree]}",
        "Value": "str | list[Value]",
    }


def test_a_child_that_adds_nothing_is_not_its_parent() -> None:
    schemas = {
        "Pet": {**CAT, "discriminator": {"propertyName": "kind"}},
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}]},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}]},
    }

    assert definitions(schemas) == {
        "Pet": "Cat | Dog",
        "Cat": '{kind: Literal["Cat"]}',
        "Dog": '{kind: Literal["Dog"]}',
    }


def test_a_component_that_is_a_reference_is_another_name() -> None:
    assert definitions({"A": {"$ref": "#/components/schemas/B"}, "B": OBJECT})["A"] == "B"


@pytest.mark.parametrize("name", ["class", "a-b", "a b", "__private", "str", "list", "é", "", "X", '"""', "1"])
def test_a_property_that_no_class_can_have_is_a_key(name: str) -> None:
    source = module_of({"X": {"properties": {name: {"type": "string"}, "n": {"type": "integer"}}, "required": ["n"]}})
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # noqa: S102 - this project has written it

    assert set(namespace["X"].__annotations__) == {name, "n"}
    assert namespace["X"].__required_keys__ == {"n"} or "NotRequired" in str(namespace["X"].__annotations__[name])


@pytest.mark.parametrize("name", ["type", "match", "id", "format", "None_"])
def test_other_names_stay_in_the_class(name: str) -> None:
    assert type_of({"properties": {name: {"type": "string"}}}) == f"total=False {{{name}: str}}"


@pytest.mark.parametrize(
    "names", [["str", "Literal", "None", "class", "TypedDict"], ["a-b", "a.b", "a_b"], ["2", "_x", "é", "\u200b", "💥"]]
)
def test_components_have_names_that_python_allows(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = {"$ref": f"#/components/schemas/{names[0]}"}
    schemas = {name: {**OBJECT, "properties": {"other": first}} for name in names}
    module = ModuleType("generated_types")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(module_of(schemas), vars(module))  # noqa: S102 - this project has written it
    classes = [value for value in vars(module).values() if typing.is_typeddict(value)]

    assert len(classes) == len(names)
    assert all(typing.get_type_hints(each)["other"] in classes for each in classes)


@pytest.mark.parametrize("text", [HOSTILE, '"', '""', '"""', "\\", "ends with \\", "'" * 9, "x" * 5000, "#\n\n"])
def test_a_hostile_description_stays_a_text(text: str) -> None:
    written = {"description": text}
    schemas = {
        "X": {**OBJECT, **written},
        "Y": {"type": "string", **written},
        "Z": {"properties": {"class": {"type": "string"}}, **written},
    }
    namespace: dict[str, Any] = {}
    exec(module_of(schemas), namespace)  # noqa: S102 - this project has written it

    assert namespace["X"].__doc__.strip()
    assert "os" not in namespace


def test_the_order_of_schemas_does_not_matter() -> None:
    schemas = {"B": OBJECT, "A": {"type": "array", "items": {"properties": {"b": {"$ref": "#/components/schemas/B"}}}}}

    assert module_of(schemas) == module_of(dict(reversed(schemas.items())))


def test_the_schemas_of_operations_are_named_after_them() -> None:
    paths = {
        "/x": {
            "post": {
                "operationId": "post-x",
                "requestBody": {"content": {"application/json": {"schema": OBJECT}}},
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": OBJECT}}}},
            }
        }
    }
    source = module_of({}, paths=paths)

    assert "class PostXBody(TypedDict, total=False):" in source
    assert "class PostX200(TypedDict, total=False):" in source
