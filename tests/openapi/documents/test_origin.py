"""A pointer leads through references to the place in a component."""

from __future__ import annotations

import pytest

from openapi.documents.document import Document

ROOT = {
    "paths": {"/a/{id}": {"get": {"responses": {"404": {"$ref": "#/components/responses/None"}, "200": {"a": [1]}}}}},
    "components": {
        "responses": {"None": {"schema": {"$ref": "#/components/schemas/Error"}}, "Loop": {"$ref": "#/loop"}},
        "schemas": {"Error": {"required": ["code"]}},
    },
    "loop": {"$ref": "#/loop"},
}
DOCUMENT = Document("a.yaml", b"", ROOT)
RESPONSES = "/paths/~1a~1{id}/get/responses"


@pytest.mark.parametrize(
    ("pointer", "origin"),
    [
        ("", ""),
        (f"{RESPONSES}/200/a/0", f"{RESPONSES}/200/a/0"),
        (f"{RESPONSES}/404", "/components/responses/None"),
        (f"{RESPONSES}/404/schema/required", "/components/schemas/Error/required"),
        ("/components/responses/None/schema", "/components/schemas/Error"),
        (f"{RESPONSES}/404/added/by/an/overlay", "/components/responses/None/added/by/an/overlay"),
        ("/nowhere/at/all", "/nowhere/at/all"),
        ("/loop/deeper", "/loop/deeper"),
        ("/paths/%7Bid%7D", "/paths/{id}"),
    ],
)
def test_pointer_leads_to_the_component_after_references(pointer: str, origin: str) -> None:
    assert DOCUMENT.origin_of(pointer) == origin
