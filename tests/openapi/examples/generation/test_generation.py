"""Generated data: valid, reproducible, small and realistic."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from openapi.contract import Contract
from openapi.examples.generation import GenerationError, Generator
from openapi.examples.generation.formats import plural
from openapi.schemas import Direction, Schema, SchemaValidator

STRING = {"type": "string"}


def contract_of(**schemas: Any) -> Contract:
    document = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}}
    return Contract("invented", b"", document)


def made(schema: dict[str, Any], key: str = "GET /x", *, seed: int = 0, name: str = "", **schemas: Any) -> Any:
    """A value for a schema, validated here once more."""
    contract = contract_of(**schemas)
    view = Schema(contract, schema, "")
    value = Generator(contract, seed=seed).value(view, key=key, name=name)
    assert SchemaValidator(view, Direction.RESPONSE).violations(value) == []
    return value


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


PERSON = object_of(email=STRING, firstName=STRING, phoneNumber=STRING, age={"type": "integer"})


def test_same_seed_and_key_give_the_same_data() -> None:
    assert made(PERSON, seed=7) == made(PERSON, seed=7)


def test_another_key_gives_other_data() -> None:
    assert made(PERSON, "GET /a") != made(PERSON, "GET /b")


def test_another_seed_gives_other_data() -> None:
    assert made(PERSON, seed=1) != made(PERSON, seed=2)


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("phoneNumber", r"\+[1-9]\d{6,14}"),
        ("mobile", r"\+[1-9]\d{6,14}"),
        ("email", r"[\w.+-]+@[\w.-]+\.\w+"),
        ("website", r"https?://\S+"),
        ("firstName", r"[^\W\d_][^\d_]+"),
        ("city", r"[^\W\d_][^\d_]+"),
        ("currency", "[A-Z]{3}"),
        ("description", "[A-Z].{10,}"),
        ("ip", r"\d+\.\d+\.\d+\.\d+"),
        ("color", "#[0-9a-f]{6}|[a-z]+"),
        ("timezone", r"[A-Z]\w+/[A-Z]\w+|UTC"),
        ("locale", "[a-z]{2}(-[A-Z]{2})?"),
        ("uid", "[0-9a-f-]{36}"),
        ("ports", r"\d{4}"),
    ],
)
def test_text_fits_the_name_of_its_property(name: str, looks: str) -> None:
    for key in ("", "GET /a", "GET /b", "GET /c"):
        assert re.fullmatch(looks, made(object_of(**{name: STRING}), key)[name])


@pytest.mark.parametrize(("about", "words"), [("SimpleUser", "Grace Silva"), ("TaxRate", "Western budget")])
def test_display_name_is_that_of_a_person_if_the_schema_is_one(about: str, words: str) -> None:
    contract = contract_of(**{about: object_of(display_name=STRING)})
    found = Generator(contract).value(contract.schemas[about])

    assert found["display_name"].istitle() == words.istitle()


@pytest.mark.parametrize(("about", "begins"), [("NullableSimpleOwner", "own_"), ("Order", "ord_"), ("Tax", "tax_")])
def test_identifier_begins_with_letters_of_its_schema(about: str, begins: str) -> None:
    contract = contract_of(**{about: object_of(id=STRING)})
    found = Generator(contract).value(contract.schemas[about])

    assert found["id"].startswith(begins)


@pytest.mark.parametrize(
    ("noun", "several"),
    [("library", "libraries"), ("survey", "surveys"), ("pitch", "pitches"), ("index", "indexes"), ("plan", "plans")],
)
def test_plural_of_a_noun(noun: str, several: str) -> None:
    assert plural(noun) == several


@pytest.mark.parametrize(
    ("form", "looks"),
    [
        ("date", r"\d{4}-\d\d-\d\d"),
        ("date-time", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
        ("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("email", r"\S+@\S+"),
        ("uri", r"https?://\S+"),
        ("hostname", r"[a-z0-9.-]+"),
        ("ipv4", r"(\d{1,3}\.){3}\d{1,3}"),
        ("ipv6", "[0-9a-f:]+"),
        ("byte", "[A-Za-z0-9+/]+=*"),
    ],
)
def test_text_keeps_its_format(form: str, looks: str) -> None:
    assert re.fullmatch(looks, made({"type": "string", "format": form}))


def test_updated_time_is_not_before_the_created_time() -> None:
    moment = {"type": "string", "format": "date-time"}
    for key in map(str, range(20)):
        value = made(object_of(updatedAt=moment, createdAt=moment), key)
        assert value["createdAt"] <= value["updatedAt"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 7, "maximum": 9, "exclusiveMinimum": True, "exclusiveMaximum": True},
        {"type": "integer", "multipleOf": 7, "minimum": 50},
        {"type": "number", "multipleOf": 0.01, "maximum": 1, "minimum": 0},
        {"type": "string", "minLength": 40, "maxLength": 41},
        {"type": "string", "maxLength": 1},
        {"type": "string", "pattern": r"^(?=.*\d)(?=.*[a-z])[a-z0-9]{8,12}$"},
        {"type": "string", "pattern": r"^\+[1-9]\d{1,14}$", "maxLength": 16},
        {"type": "array", "items": {"type": "string"}, "minItems": 5, "uniqueItems": True},
        {"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "maxItems": 2},
        {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
        {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1},
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"enum": [None], "nullable": True},
        {"not": {"type": "string"}},
        {"allOf": [object_of(a=STRING), object_of(b={"type": "integer", "minimum": 3}), {"maxProperties": 2}]},
        {"oneOf": [object_of(a=STRING), object_of(b=STRING)]},
        {"oneOf": [{"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}]},
        {"anyOf": [STRING, {"type": "integer"}]},
        {},
    ],
    ids=str,
)
def test_schema_is_satisfied_with_every_key(schema: dict[str, Any]) -> None:
    for key in ("", *map(str, range(10))):
        made(schema, key)


def test_only_declared_properties_are_generated() -> None:
    schema = {**object_of(a=STRING), "additionalProperties": True}

    assert all(set(made(schema, key)) == {"a"} for key in ("", "a", "b"))


def test_null_is_avoided_without_a_key_and_occurs_with_some_keys() -> None:
    schema = object_of(a={**STRING, "nullable": True})

    assert made(schema, "")["a"] is not None
    assert None in [made(schema, str(number))["a"] for number in range(60)]


def test_discriminator_has_the_value_of_its_branch() -> None:
    cat = object_of(kind=STRING, lives={"type": "integer"})
    dog = object_of(kind=STRING, tricks=STRING)
    references = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
    mapping = {"meow": "#/components/schemas/Cat", "wuff": "#/components/schemas/Dog"}
    schema = {"oneOf": references, "discriminator": {"propertyName": "kind", "mapping": mapping}}

    values = [made(schema, str(number), Cat=cat, Dog=dog) for number in range(20)]

    assert {value["kind"] for value in values} == {"meow", "wuff"}
    assert all(("lives" in value) == (value["kind"] == "meow") for value in values)


def test_data_of_a_recursive_schema_is_small() -> None:
    node = object_of(name=STRING, children={"type": "array", "items": {"$ref": "#/components/schemas/Node"}})
    node["properties"]["parent"] = {"$ref": "#/components/schemas/Node"}

    sizes = [len(orjson.dumps(made({"$ref": "#/components/schemas/Node"}, str(k), Node=node))) for k in range(20)]

    assert max(sizes) < 8_000


def test_schema_that_requires_itself_is_an_error_with_its_pointer() -> None:
    node = object_of(next={"$ref": "#/components/schemas/Node"})

    with pytest.raises(GenerationError, match="/components/schemas/Node"):
        made({"$ref": "#/components/schemas/Node"}, Node=node)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "string", "minLength": 5, "maxLength": 4},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "string", "pattern": "("},
        {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 2},
        {"type": "object", "required": ["a"], "properties": {"a": {"not": {}}}},
    ],
    ids=str,
)
def test_unsatisfiable_schema_is_an_error_in_one_line(schema: dict[str, Any]) -> None:
    with pytest.raises(GenerationError) as refused:
        made(schema)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("direction", "names"), [(Direction.RESPONSE, {"id", "name"}), (Direction.REQUEST, {"name", "password"})]
)
def test_read_only_and_write_only_properties_occur_only_in_their_direction(
    direction: Direction, names: set[str]
) -> None:
    schema = object_of(id={**STRING, "readOnly": True}, name=STRING, password={**STRING, "writeOnly": True})

    value = Generator(contract_of()).value(Schema(contract_of(), schema, ""), key="x", direction=direction)

    assert set(value) == names


def test_text_fits_the_name_of_its_parameter() -> None:
    assert "@" in made(STRING, name="email")
