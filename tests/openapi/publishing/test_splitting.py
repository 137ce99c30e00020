"""Documents of one operation each, with what the operation needs and nothing more."""

from pathlib import Path
from typing import Any

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.publishing.splitting import split
from openapi.publishing.writing import as_yaml

RICH = Path(__file__).parents[1] / "mock" / "rich.yaml"
OK = {"200": {"description": "d"}}


def contract_of(paths: dict[str, Any], version: str = "3.1.0", **members: Any) -> Contract:
    document = {"openapi": version, "info": {"title": "T", "version": "1"}, **members, "paths": paths}
    return parse_contract(as_yaml(document), "c.yaml")


def operation(identifier: str, **members: Any) -> dict[str, Any]:
    return {"operationId": identifier, "responses": OK, **members}


def answering(identifier: str, schema: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return operation(identifier) | {"responses": {"200": {"description": "d", "content": content}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas_of(contract: Contract, name: str) -> list[str]:
    root = next(each.root for each in split(contract) if each.name == name)
    return list(root.get("components", {}).get("schemas", {}))


def test_each_document_stands_alone_and_has_one_operation() -> None:
    contract = load_contract(RICH)
    parsed = [parse_contract(as_yaml(each.root), each.name) for each in split(contract)]

    assert [[each.label for each in one.operations] for one in parsed] == [[each.label] for each in contract.operations]


def test_info_servers_and_tags_are_those_of_the_contract() -> None:
    shared: dict[str, Any] = {"servers": [{"url": "/v1"}], "tags": [{"name": "a"}, {"name": "b"}]}
    (document,) = split(contract_of({"/a": {"get": operation("a", tags=["a"])}}, **shared))

    assert {key: document.root[key] for key in shared} == shared
    assert list(document.root) == ["openapi", "info", "servers", "tags", "paths"]


def test_components_that_an_operation_does_not_reach_are_left_out() -> None:
    schemas = {"A": {"items": ref("B")}, "B": {"type": "string"}, "C": ref("A"), "D": {"allOf": [ref("D2")]}, "D2": {}}
    paths = {"/a": {"get": answering("a", ref("A")), "post": answering("d", ref("D"))}}
    contract = contract_of(paths, components={"schemas": schemas, "parameters": {}})

    assert (schemas_of(contract, "a"), schemas_of(contract, "d")) == (["A", "B"], ["D", "D2"])


def test_a_recursive_schema_ends() -> None:
    schemas = {"Tree": {"properties": {"children": {"items": ref("Tree")}}}}
    contract = contract_of({"/a": {"get": answering("a", ref("Tree"))}}, components={"schemas": schemas})

    assert schemas_of(contract, "a") == ["Tree"]


def test_members_that_a_path_shares_are_in_each_of_its_documents() -> None:
    shared = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}], "summary": "s"}
    item = {**shared, "get": operation("a"), "delete": operation("b")}

    assert [each.root["paths"] for each in split(contract_of({"/a/{id}": item}))] == [
        {"/a/{id}": {**shared, "get": operation("a")}},
        {"/a/{id}": {**shared, "delete": operation("b")}},
    ]


def test_a_path_that_refers_to_a_path_item_has_its_own_copy() -> None:
    items = {"pathItems": {"I": {"get": operation("a"), "put": operation("b")}}}
    documents = split(contract_of({"/a": {"$ref": "#/components/pathItems/I"}}, components=items))

    assert [each.root["paths"] for each in documents] == [
        {"/a": {"get": operation("a")}},
        {"/a": {"put": operation("b")}},
    ]
    assert all("components" not in each.root for each in documents)


def test_a_method_of_another_name_stays_alone_among_the_additional_operations() -> None:
    item = {"get": operation("a"), "additionalOperations": {"COPY": operation("b"), "LOCK": operation("c")}}
    documents = split(contract_of({"/a": item}, version="3.2.0"))

    assert documents[1].root["paths"] == {"/a": {"additionalOperations": {"COPY": operation("b")}}}


@pytest.mark.parametrize(
    ("base", "kept"),
    [
        ({"mapping": {"cat": "Cat"}}, ["Animal", "Cat", "Dog"]),
        ({"mapping": {"cat": "#/components/schemas/Other"}}, ["Animal", "Cat", "Dog", "Other"]),
        ({}, ["Animal", "Cat", "Dog"]),
    ],
    ids=["by name", "by pointer", "extending schemas"],
)
def test_schemas_that_a_discriminator_selects_are_kept(base: dict[str, Any], kept: list[str]) -> None:
    schemas = {
        "Animal": {"type": "object", "discriminator": {"propertyName": "kind", **base}},
        "Cat": {"allOf": [ref("Animal"), {"required": ["lives"]}]},
        "Dog": {"allOf": [ref("Animal")]},
        "Other": {},
        "Unused": {},
    }
    contract = contract_of({"/a": {"get": answering("a", ref("Animal"))}}, components={"schemas": schemas})

    assert schemas_of(contract, "a") == kept


def test_security_schemes_that_neither_the_operation_nor_the_document_names_are_left_out() -> None:
    scheme = {"type": "http", "scheme": "bearer"}
    paths = {"/a": {"get": operation("a", security=[{"two": []}]), "put": operation("b")}}
    schemes = {"securitySchemes": {"one": scheme, "two": scheme, "three": scheme}}
    documents = split(contract_of(paths, components=schemes, security=[{"one": []}]))

    assert [list(each.root["components"]["securitySchemes"]) for each in documents] == [["one", "two"], ["one"]]


def test_a_part_of_an_operation_that_another_one_refers_to_becomes_a_component() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    place = "#/paths/~1a/get/responses/200/content/application~1json/schema"
    paths = {
        "/a": {"get": answering("a", schema)},
        "/b": {"get": answering("b", {"$ref": place})},
        "/c": {"get": answering("c", {"$ref": f"{place}/properties/n"})},
    }
    contract = contract_of(paths)
    name = "a_get_responses_200_content_application_json_schema"
    documents = {each.name: each for each in split(contract)}

    assert [schemas_of(contract, each) for each in "abc"] == [[name]] * 3
    assert documents["a"].root["components"]["schemas"][name] == schema
    answer = documents["c"].root["paths"]["/c"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": f"#/components/schemas/{name}/properties/n"}
    for each in documents.values():
        parse_contract(as_yaml(each.root), each.name)


def test_schemas_with_identifiers_and_dynamic_references_can_be_read_again() -> None:
    schemas = {
        "Node": {"$dynamicAnchor": "node", "properties": {"next": {"$dynamicRef": "#node"}}},
        "Named": {"$anchor": "named", "type": "string"},
    }
    paths = {"/a": {"get": answering("a", ref("Node"))}, "/b": {"get": answering("b", {"$ref": "#named"})}}
    documents = split(contract_of(paths, components={"schemas": schemas}))

    assert documents[0].root["components"] == {"schemas": {"Node": schemas["Node"]}}
    assert documents[1].root["components"] == {"schemas": {"Named": schemas["Named"]}}


def test_schemas_with_an_id_lose_it_so_that_references_lead_to_the_same_place() -> None:
    schemas = {"Item": {"$id": "https://example.com/item", "$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n"}}
    (document,) = split(contract_of({"/a": {"get": answering("a", ref("Item"))}}, components={"schemas": schemas}))
    item = document.root["components"]["schemas"]["Item"]

    assert item == {"$defs": {"n": {"type": "integer"}}, "$ref": "#/components/schemas/Item/$defs/n"}


def test_names_are_unique_without_regard_to_case_and_signs() -> None:
    ids = ["getThing", "getthing", "get_thing", "get-thing", "größe", "?"]
    contract = contract_of({f"/{index}": {"get": operation(each)} for index, each in enumerate(ids)})

    assert [each.name for each in split(contract)] == [
        *("getthing", "getthing-2", "get-thing-2", "get-thing", "gr-e", "operation"),
    ]


@pytest.mark.parametrize("path", ["/a b", "/a\tb"])
def test_a_path_that_the_head_of_a_page_cannot_name_is_refused(path: str) -> None:
    with pytest.raises(ContractError, match="a page cannot name this path"):
        split(contract_of({path: {"get": operation("a")}}))


def test_the_contract_is_left_as_it_is() -> None:
    contract = load_contract(RICH)
    before = as_yaml(contract.as_dict())
    split(contract)

    assert as_yaml(contract.as_dict()) == before
