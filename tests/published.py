"""Published pages that tests make up, in the form of the documentation."""

from __future__ import annotations

from typing import Any, Final

from openapi.publishing.writing import as_yaml

ERROR: Final = {
    "type": "object",
    "properties": {"success": {"type": "boolean"}, "error": {"type": "string"}},
    "example": {"success": False, "error": "Not found"},
}


def operation(identifier: str, **members: Any) -> dict[str, Any]:
    """An Operation Object with a 200 and the common error."""
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses = {"200": {"description": "Done"}, "401": {"description": "No", "content": error}}
    return {"operationId": identifier, "responses": responses, "security": [{"bearerAuth": []}], **members}


def document(path: str, method: str, item: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The document of one operation. `members` replace those of the document."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Tether", "version": "1.0.0", "description": "An API"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [],
        "tags": [{"name": "Calls"}, {"name": "Contacts"}],
        "paths": {path: {method: item}},
        "components": {
            "schemas": {"Error": ERROR},
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        },
        **members,
    }


def page(path: str, method: str, content: dict[str, Any]) -> bytes:
    """A page of the documentation about an operation of a document."""
    heading = f"# {method} {path}\n\n> What it does.\n\n## OpenAPI\n\n"
    block = f"````yaml /api-reference/openapi.yaml {method} {path}\n".encode() + as_yaml(content) + b"\n````\n"
    return heading.encode() + block


def simple_page(path: str, method: str = "get", **members: Any) -> bytes:
    """A page about an operation, whose document has other `members`."""
    names = [word.strip("{}") for word in path.split("/") if word]
    parameters = [
        {"name": name.strip("{}"), "in": "path", "required": True, "schema": {"type": "string"}}
        for name in path.split("/")
        if name.startswith("{")
    ]
    own = operation("_".join([method, *names]), **({"parameters": parameters} if parameters else {}))
    return page(path, method, document(path, method, own, **members))
