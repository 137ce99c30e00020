"""For any schema, the generated data satisfies it, or an error gives the reason."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi.contract import Contract
from openapi.examples.generation import GenerationError, Generator
from openapi.schemas import Direction, Schema, SchemaValidator

bounded = settings(
    max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
Schemas = st.SearchStrategy[dict[str, Any]]

NAMES = st.sampled_from(["id", "name", "email", "phone", "createdAt", "total", "address", "tags", "parent", "x-y"])
FORMATS = ["date", "date-time", "time", "email", "uri", "hostname", "ipv4", "ipv6", "uuid", "byte", "duration"]
PATTERNS = ["^[A-Z]{2,4}$", r"^\+[1-9]\d{6,14}$", r"^(?=.*\d)(?=.*[a-z]).{8,}$", "^a|b$", r"^[\w.-]+@x\.org$", "^$"]
TREE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "children"],
    "properties": {
        "id": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "parent": {"$ref": "#/components/schemas/Tree"},
    },
}


def contract_with(schema: dict[str, Any]) -> Contract:
    schemas = {"Tree": TREE, "Root": schema}
    return Contract("invented", b"", {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}})


@st.composite
def strings(draw: st.DrawFn) -> dict[str, Any]:
    rules = draw(st.sampled_from(["plain", "length", "format", "pattern", "enum", "not"]))
    low = draw(st.integers(0, 30))
    more: dict[str, dict[str, Any]] = {
        "plain": {},
        "length": {"minLength": low, "maxLength": low + draw(st.integers(0, 30))},
        "format": {"format": draw(st.sampled_from(FORMATS))},
        "pattern": {"pattern": draw(st.sampled_from(PATTERNS))},
        "enum": {"enum": draw(st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True))},
        "not": {"not": {"enum": ["a", "b"]}},
    }
    return {"type": "string", **more[rules]}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["integer", "number"]))
    low, span = draw(st.integers(-1000, 1000)), draw(st.integers(20, 500))
    schema: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        schema |= {"minimum": low, "exclusiveMinimum": draw(st.booleans())}
    if draw(st.booleans()):
        schema |= {"maximum": low + span, "exclusiveMaximum": draw(st.booleans())}
    if draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from([1, 2, 5, 7] if kind == "integer" else [0.01, 0.5, 0.1, 3]))
    return schema


@st.composite
def objects(draw: st.DrawFn, inner: Schemas) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, inner, max_size=5))
    closed = draw(st.sampled_from([None, True, False, "schema"]))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    schema |= {"required": required} if required else {}
    if closed is not None:
        schema["additionalProperties"] = draw(inner) if closed == "schema" else closed
    if draw(st.booleans()):
        schema["minProperties"] = draw(st.integers(0, len(properties) + (2 if closed is not False else 0)))
    if draw(st.booleans()):
        schema["maxProperties"] = max(schema.get("minProperties", 0), len(required)) + draw(st.integers(0, 3))
    return schema


@st.composite
def arrays(draw: st.DrawFn, inner: Schemas) -> dict[str, Any]:
    low = draw(st.integers(0, 3))
    if draw(st.booleans()):
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": low}
    return {"type": "array", "items": draw(inner), "minItems": low, "maxItems": low + draw(st.integers(0, 4))}


@st.composite
def combined(draw: st.DrawFn, inner: Schemas) -> dict[str, Any]:
    """A schema composed of several that do not contradict each other."""
    keyword = draw(st.sampled_from(["allOf", "oneOf", "anyOf"]))
    if keyword == "allOf":
        parts = [{"type": "object", "properties": {name: draw(inner)}, "required": [name]} for name in ("id", "email")]
        return {"allOf": [*parts, {"type": "object", "minProperties": 1}]}
    if keyword == "anyOf":
        return {"anyOf": draw(st.lists(inner, min_size=1, max_size=3))}
    marked = [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "enum": [str(number)]}, "value": draw(inner)},
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    others = draw(
        st.lists(st.sampled_from([{"type": "string"}, {"type": "boolean"}, {"type": "integer"}]), unique_by=str)
    )
    return {"oneOf": [*marked, *others]}


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "nullable": True, **({"enum": [*schema["enum"], None]} if "enum" in schema else {})}


def satisfiable() -> Schemas:
    leaves = st.one_of(
        strings(), numbers(), st.just({"type": "boolean"}), st.just({}), st.just({"$ref": "#/components/schemas/Tree"})
    )
    nested = st.recursive(leaves, lambda inner: objects(inner) | arrays(inner) | combined(inner), max_leaves=12)
    return st.builds(
        lambda schema, flag: nullable(schema) if flag and "type" in schema else schema, nested, st.booleans()
    )


@st.composite
def arbitrary(draw: st.DrawFn, inner: Schemas) -> dict[str, Any]:
    """A schema with random keywords; most of these can be satisfied, many cannot."""
    small = st.integers(0, 4)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]),
        "nullable": st.booleans(),
        "enum": st.lists(st.sampled_from([None, True, 1, 1.5, "a", [], {}]), min_size=1, max_size=3, unique_by=repr),
        "minimum": small, "maximum": small, "multipleOf": st.sampled_from([1, 3, 0.5]),
        "exclusiveMinimum": st.booleans(), "minLength": small, "maxLength": small,
        "pattern": st.sampled_from([*PATTERNS, "(", "a{2,1}", "[z-a]"]), "format": st.sampled_from([*FORMATS, "odd"]),
        "items": inner, "minItems": small, "maxItems": small, "uniqueItems": st.booleans(),
        "properties": st.dictionaries(NAMES, inner, max_size=3), "required": st.lists(NAMES, min_size=1, unique=True),
        "additionalProperties": st.booleans() | inner, "minProperties": small, "maxProperties": small,
        "allOf": st.lists(inner, min_size=1, max_size=2), "anyOf": st.lists(inner, min_size=1, max_size=2),
        "oneOf": st.lists(inner, min_size=1, max_size=3), "not": inner, "example": st.sampled_from([None, 1, "a", {}]),
        "readOnly": st.booleans(), "writeOnly": st.booleans(),
    }  # fmt: skip
    chosen = draw(st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True))
    return {keyword: draw(keywords[keyword]) for keyword in chosen}


def made(schema: dict[str, Any], key: str, direction: Direction = Direction.RESPONSE) -> Any:
    """The generated value, validated here once more."""
    contract = contract_with(schema)
    view = Schema(contract, schema, "")
    value = Generator(contract).value(view, key=key, direction=direction)
    assert SchemaValidator(view, direction).violations(value) == []
    return value


@given(satisfiable(), st.sampled_from(["", "GET /a", "GET /b"]))
@bounded
def test_satisfiable_schema_is_satisfied(schema: dict[str, Any], key: str) -> None:
    assert made(schema, key) == made(schema, key)


@given(st.recursive(st.just({}), arbitrary, max_leaves=8), st.sampled_from(["", "GET /a"]), st.sampled_from(Direction))
@bounded
def test_any_schema_is_satisfied_or_refused_with_a_reason(
    schema: dict[str, Any], key: str, direction: Direction
) -> None:
    reason = ""
    try:
        made(schema, key, direction)
    except GenerationError as error:
        reason = str(error)

    assert "\n" not in reason
