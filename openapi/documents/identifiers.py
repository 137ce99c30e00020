"""Schema resources: `$id`, `$anchor` and dynamic references (JSON Schema draft 2020-12, Core sections 8 and 9.4).

`resolve_identifiers` replaces every reference by one with a JSON pointer from the root of the document, so that all
other code follows pointers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urljoin

from openapi.documents.dialects import Dialect, dialect_of
from openapi.documents.pointer import join_pointer, resolve_pointer
from openapi.documents.references import Steps, references
from openapi.documents.subschemas import root_schemas, subschemas

# Keywords that may stand beside `$ref` without a meaning for data.
_REMARKS: Final = frozenset({"$comment", "description", "summary", "title"})
# The identifiers of a schema resource.
_IDENTIFIERS: Final = frozenset({"$anchor", "$defs", "$dynamicAnchor", "$id", "$schema", "definitions"})
DYNAMIC: Final = "$dynamicRef"
# Keywords that no other object of OpenAPI has.
_SCHEMA_WORDS: Final = _IDENTIFIERS | {
    *("additionalProperties", "allOf", "anyOf", "const", "contains", "enum", "exclusiveMaximum", "exclusiveMinimum"),
    *("format", "if", "items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength"),
    *("minProperties", "minimum", "multipleOf", "not", "oneOf", "pattern", "patternProperties", "prefixItems"),
    *("properties", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "uniqueItems"),
}
_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")


@dataclass(slots=True)
class _Resource:
    """A schema resource: the document itself or a schema with `$id`. `anchors` are its anchors, as pointers by name;
    `dynamic` are those of them that are dynamic."""

    pointer: str
    anchors: dict[str, str] = field(default_factory=dict)
    dynamic: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    schema: dict[str, Any]
    path: Steps
    base: str


def resolve_identifiers(root: dict[str, Any]) -> dict[str, str]:
    """Rewrite the references of the schemas in `root`, in place, and return the origins of what moved: JSON pointer
    after -> JSON pointer before. Documents before OpenAPI 3.1 have no identifiers, and stay as they are.

    A reference becomes a JSON pointer from the root. A dynamic one also gets `$ref` to its first target, and keeps the
    name of its anchor under `$dynamicRef`. Other keywords beside a reference apply too, so the reference moves to
    `allOf`. A reference that leads nowhere stays as it is.
    """
    if dialect_of(root) is not Dialect.DRAFT_2020_12:
        return {}
    places = list(_places(root))
    if base := _base(root):
        for reference in list(references(root)):
            uri, fragment = _split(_joined(base, reference.target))
            if uri == base and reference.key == "$ref" and not reference.target.startswith("#"):
                reference.holder["$ref"] = "#" + fragment
    return _resolve_all(places, root)


def resolve_part(part: dict[str, Any]) -> None:
    """As `resolve_identifiers`, for the data of another file that a document of OpenAPI 3.1 or later refers to: a
    schema, a map of schemas, or a document."""
    schemas = [
        _Place(value, path, "")
        for value, path in ((part, ()), *((value, (name,)) for name, value in part.items()))
        if isinstance(value, dict) and _is_schema(value)
    ]
    start = schemas or [_Place(schema, path, _base(part)) for schema, path in root_schemas(part)]
    _resolve_all(list(_walked(start)), part)


def anchored(part: dict[str, Any], name: str) -> str | None:
    """The JSON pointer of the schema with an anchor in the data of a file; None if there is none."""
    places = _walked([_Place(part, (), "")])
    return next((join_pointer(place.path) for place in places if place.schema.get("$anchor") == name), None)


def _is_schema(value: Mapping[str, Any]) -> bool:
    """Whether an object outside of a document must be a schema."""
    return not _SCHEMA_WORDS.isdisjoint(value) or value.get("type") in _TYPES or isinstance(value.get("type"), list)


def _resolve_all(places: list[_Place], root: dict[str, Any]) -> dict[str, str]:
    """Resolve the references of some schemas of a root, in place; returns the origins of what moved."""
    resources = _resources(root, places)
    origins: dict[str, str] = {}
    for place in {id(place.schema): place for place in places}.values():
        _resolve(place, resources, root)
        _separate(place, origins)
    return origins


def dynamic_anchors(root: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """The dynamic anchors of every schema resource, by the JSON pointer of the resource ("" is the document), as
    pointers by name; {} if no resource has any."""
    resources = _resources(root, list(_places(root))).values()
    has_any = any(resource.dynamic for resource in resources)
    return {resource.pointer: resource.dynamic for resource in resources} if has_any else {}


def drop_identifiers(root: dict[str, Any]) -> None:
    """Take the identifiers out of a document whose references are resolved, in place, for readers that would resolve
    references against them. A dynamic reference then leads to its first target."""
    for place in list(_places(root)):
        for keyword in ("$anchor", "$dynamicAnchor", "$id", "$schema", DYNAMIC):
            place.schema.pop(keyword, None)


def _base(root: Mapping[str, Any]) -> str:
    own = root.get("$self")
    return _split(own)[0] if isinstance(own, str) else ""


def _places(root: Mapping[str, Any]) -> Iterator[_Place]:
    """Every Schema Object, with the base URI of its references."""
    base = _base(root)
    return _walked(_Place(schema, path, base) for schema, path in root_schemas(root))


def _walked(start: Iterable[_Place]) -> Iterator[_Place]:
    """Some schemas, and all schemas inside them."""
    pending = list(start)
    while pending:
        place = pending.pop()
        own = place.schema.get("$id")
        if isinstance(own, str):
            place = _Place(place.schema, place.path, _split(_joined(place.base, own))[0])
        yield place
        pending.extend(
            _Place(inner, (*place.path, *steps), place.base)
            for inner, steps in subschemas(place.schema)
            if isinstance(inner, dict)
        )


def _resources(root: Mapping[str, Any], places: list[_Place]) -> dict[str, _Resource]:
    """The resources of a document by their URIs; the document itself is one."""
    resources = {_base(root): _Resource("")}
    for place in places:
        if isinstance(place.schema.get("$id"), str):
            resources.setdefault(place.base, _Resource(join_pointer(place.path)))
    for place in places:
        resource = resources[place.base]
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := place.schema.get(keyword), str):
                resource.anchors[name] = join_pointer(place.path)
                if keyword == "$dynamicAnchor":
                    resource.dynamic[name] = join_pointer(place.path)
    return resources


def _resolve(place: _Place, resources: Mapping[str, _Resource], root: Mapping[str, Any]) -> None:
    schema = place.schema
    if isinstance(reference := schema.get("$ref"), str):
        target, _ = _target(place.base, reference, resources, root)
        schema["$ref"] = reference if target is None else "#" + target
    if isinstance(reference := schema.get(DYNAMIC), str):
        target, name = _target(place.base, reference, resources, root)
        if target is None:
            return
        resource = resources[_split(_joined(place.base, reference))[0]]
        found = {"$ref": "#" + target} | ({DYNAMIC: name} if name in resource.dynamic else {})
        del schema[DYNAMIC]
        if "$ref" in schema:
            schema.setdefault("allOf", []).append(found)
        else:
            schema |= found


def _target(
    base: str, reference: str, resources: Mapping[str, _Resource], root: Mapping[str, Any]
) -> tuple[str | None, str]:
    """The pointer of the target from the root, None if there is none, and the fragment of the reference."""
    uri, fragment = _split(_joined(base, reference))
    fragment = unquote(fragment)
    resource = resources.get(uri)
    if resource is None:
        return None, fragment
    if not fragment:
        return resource.pointer, fragment
    if not fragment.startswith("/"):
        return resource.anchors.get(fragment), fragment
    pointer = resource.pointer + _split(reference)[1]
    return (pointer if _exists(root, pointer) else None), fragment


def _exists(root: Mapping[str, Any], pointer: str) -> bool:
    try:
        resolve_pointer(root, pointer)
    except LookupError:
        return False
    return True


def _separate(place: _Place, origins: dict[str, str]) -> None:
    """Move a reference with other keywords beside it to `allOf`: all of them apply (Core section 8.2.3.1)."""
    schema = place.schema
    others = {key for key in schema.keys() - _REMARKS - _IDENTIFIERS - {"$ref", DYNAMIC} if not key.startswith("x-")}
    if "$ref" not in schema or not others:
        return
    reference = {key: schema.pop(key) for key in ("$ref", DYNAMIC) if key in schema}
    parts = schema.setdefault("allOf", [])
    parts.append(reference)
    pointer = join_pointer(place.path)
    origins[f"{pointer}/allOf/{len(parts) - 1}"] = pointer


def _split(uri: str) -> tuple[str, str]:
    """A URI without its fragment, and the fragment; also for text that is no URI, which `urldefrag` refuses."""
    base, _, fragment = uri.partition("#")
    return base, fragment


def _joined(base: str, reference: str) -> str:
    """A reference against a base URI (RFC 3986 section 5.2), also for URNs, which `urljoin` does not know."""
    if not base or reference.startswith("#"):
        return base + reference if reference.startswith("#") else reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference
