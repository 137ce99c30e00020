"""A small contract with handlers that keep it, and the project that is scaffolded from both."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from openapi.contract import Contract, parse_contract
from openapi.scaffolding.scaffold import Layout, scaffold


def reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(name: str) -> dict[str, Any]:
    return {"description": name, "content": {"application/json": {"schema": reference(name)}}}


def note(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["kind", *properties],
        "properties": {"kind": {"type": "string"}, **properties},
    }


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Widgets", "version": "1"},
    "paths": {
        "/widgets/{id}": {
            "get": {
                "operationId": "get_widget",
                "tags": ["Widgets"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}},
                ],
                "responses": {"200": answer("Widget"), "404": answer("Error")},
                "security": [{"bearer": []}],
            }
        },
        "/notes": {
            "post": {
                "operationId": "create_note",
                "tags": ["Notes"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "oneOf": [reference("Text"), reference("Rating")],
                                "discriminator": {
                                    "propertyName": "kind",
                                    "mapping": {"text": "Text", "rating": "Rating"},
                                },
                            }
                        }
                    },
                },
                "responses": {"201": answer("Widget"), "400": answer("Error")},
            }
        },
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Widget": {
                "type": "object",
                "required": ["name", "color"],
                "properties": {"name": {"type": "string"}, "color": {"type": "string", "enum": ["red", "blue"]}},
            },
            "Error": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}},
            "Text": note("text", text={"type": "string"}),
            "Rating": note("rating", stars={"type": "integer"}),
        },
    },
}

HANDLERS = {
    "widgets": """
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PACKAGE.types import operations


async def get_widget(
    caller: operations.Caller, id_: str, page: int, limit: int | None = None
) -> operations.GetWidgetAnswer:
    if id_.startswith("_") or page > 1:
        missing: operations.schemas.Error = {"message": caller.user_id}
        return missing, 404
    return {"name": id_, "color": "red"}
""",
    "notes": """
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PACKAGE.types import operations


async def create_note(body: operations.schemas.CreateNoteBody, **_: object) -> operations.CreateNoteAnswer:
    if body["kind"] == "text":
        return {"name": body["text"].upper(), "color": "blue"}
    return {"name": "*" * body["stars"], "color": "blue"}
""",
}


def document() -> dict[str, Any]:
    """A copy of the contract's document, to be changed."""
    return copy.deepcopy(DOCUMENT)


def contract_of(written: dict[str, Any]) -> Contract:
    return parse_contract(json.dumps(written).encode(), "widgets.json")


def project_of(written: dict[str, Any], folder: Path) -> Layout:
    """The handlers in a new package `folder`, with the types of a document written there."""
    (folder / "types").mkdir(parents=True)
    (folder / "__init__.py").touch()
    for name, source in HANDLERS.items():
        (folder / f"{name}.py").write_text(source.replace("PACKAGE", folder.name))
    layout = Layout(folder.name, folder, {path: path.read_text() for path in folder.glob("*.py")})
    for path, source in scaffold(contract_of(written), layout).files.items():
        path.write_text(source)
    return layout
