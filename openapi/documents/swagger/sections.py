"""The sections of a Swagger 2.0 document, and what tells such a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# The section of a Swagger 2.0 document -> the kind of its components in OpenAPI 3.0.
SECTIONS: Final = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
SECTION_OF: Final = {kind: section for section, kind in SECTIONS.items()}


def is_swagger(root: Mapping[str, Any]) -> bool:
    """Whether a document is Swagger 2.0; an unquoted version is accepted."""
    return "openapi" not in root and str(root.get("swagger")) in ("2.0", "2")
