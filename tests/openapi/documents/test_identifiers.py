"""References by `$id`, anchor and dynamic anchor become JSON pointers from the root of the document."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from openapi.documents.identifiers import drop_identifiers, dynamic_anchors, resolve_identifiers


def resolved(schemas: str) -> dict[str, Any]:
    """The schemas of a document after its references are resolved."""
    document = {"openapi": "3.1.0", "components": {"schemas": yaml.safe_load(schemas)}}
    resolve_identifiers(document)
    found: dict[str, Any] = document["components"]["schemas"]  # type: ignore[index]
    return found


@pytest.mark.parametrize(
    ("schemas", "reference"),
    [
        ("{A: {$ref: '#/components/schemas/B'}, B: {}}", "#/components/schemas/B"),
        ("{A: {$ref: '#b'}, B: {$anchor: b}}", "#/components/schemas/B"),
        ("{A: {$ref: 'b.json'}, B: {$id: b.json}}", "#/components/schemas/B"),
        ("{A: {$ref: 'https://x.test/b'}, B: {$id: 'https://x.test/b'}}", "#/components/schemas/B"),
        ("{A: {$ref: 'urn:b#/$defs/c'}, B: {$id: 'urn:b', $defs: {c: {}}}}", "#/components/schemas/B/$defs/c"),
        ("{A: {$ref: 'urn:b#c'}, B: {$id: 'urn:b', $defs: {c: {$anchor: c}}}}", "#/components/schemas/B/$defs/c"),
        ("{A: {$id: 'https://x.test/a/', $ref: b}, B: {$id: 'https://x.test/a/b'}}", "#/components/schemas/B"),
        ("{A: {$id: a, $ref: '#/$defs/c', $defs: {c: {}}}}", "#/components/schemas/A/$defs/c"),
        ("{A: {$id: a, $ref: '#'}}", "#/components/schemas/A"),
        ("{A: {$dynamicRef: '#b'}, B: {$anchor: b}}", "#/components/schemas/B"),
        ("{A: {$ref: 'https://elsewhere.test/b'}}", "https://elsewhere.test/b"),
    ],
    ids=[
        "a pointer", "an anchor", "a relative id", "an absolute id", "a pointer in a URN", "an anchor in a URN",
        "relative to an id", "a pointer in a resource", "the resource itself", "a dynamic reference without its anchor",
        "an unknown address stays",
    ],
)  # fmt: skip
def test_a_reference_becomes_a_pointer(schemas: str, reference: str) -> None:
    assert resolved(schemas)["A"]["$ref"] == reference


def test_a_dynamic_reference_keeps_the_name_of_its_anchor() -> None:
    schemas = resolved("{A: {$dynamicRef: '#b'}, B: {$dynamicAnchor: b}}")

    assert schemas["A"] == {"$dynamicRef": "b", "$ref": "#/components/schemas/B"}


def test_keywords_beside_a_reference_apply_too() -> None:
    schemas = resolved("{A: {$ref: '#/components/schemas/B', maxLength: 3}, B: {}}")

    assert schemas["A"] == {"maxLength": 3, "allOf": [{"$ref": "#/components/schemas/B"}]}


def test_a_description_beside_a_reference_leaves_it_a_reference() -> None:
    schemas = resolved("{A: {$ref: '#/components/schemas/B', description: d}, B: {}}")

    assert schemas["A"] == {"$ref": "#/components/schemas/B", "description": "d"}


def test_the_origin_of_a_moved_reference_is_its_schema() -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B", "maxLength": 3, "allOf": [{}]}, "B": {}}

    origins = resolve_identifiers({"openapi": "3.1.0", "components": {"schemas": schemas}})

    assert origins == {"/components/schemas/A/allOf/1": "/components/schemas/A"}


def test_a_reference_by_the_address_of_the_document_leads_into_it() -> None:
    document = {
        "openapi": "3.2.0",
        "$self": "https://x.test/api",
        "paths": {"/a": {"get": {"responses": {"200": {"$ref": "https://x.test/api#/components/responses/R"}}}}},
    }

    resolve_identifiers(document)

    paths: Any = document["paths"]
    assert paths["/a"]["get"]["responses"]["200"] == {"$ref": "#/components/responses/R"}


def test_dynamic_anchors_are_listed_by_resource() -> None:
    schemas = yaml.safe_load("{A: {$id: a, $defs: {b: {$dynamicAnchor: c}}}, B: {$dynamicAnchor: d}}")

    assert dynamic_anchors({"components": {"schemas": schemas}}) == {
        "": {"d": "/components/schemas/B"},
        "/components/schemas/A": {"c": "/components/schemas/A/$defs/b"},
    }


def test_a_document_without_identifiers_has_pointers_alone() -> None:
    schemas = yaml.safe_load("{A: {$id: a, $anchor: b, $dynamicAnchor: c, $schema: d, type: object}}")

    drop_identifiers({"components": {"schemas": schemas}})

    assert schemas == {"A": {"type": "object"}}
