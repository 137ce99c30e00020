"""The dialects of JSON Schema that documents use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Dialect(Enum):
    """A dialect of schemas; the value is its name in messages."""

    OPENAPI_3_0 = "OpenAPI 3.0"
    DRAFT_2020_12 = "JSON Schema draft 2020-12"


def dialect_of(root: Mapping[str, Any]) -> Dialect:
    """The dialect of the schemas of a document: OpenAPI 3.1 and later have that of JSON Schema draft 2020-12."""
    version = str(root.get("openapi", ""))
    return Dialect.DRAFT_2020_12 if version.startswith("3.") and not version.startswith("3.0") else Dialect.OPENAPI_3_0


def is_meta_schema(reference: str) -> bool:
    """Whether a reference leads to a schema of JSON Schema itself, which every validator has."""
    return reference.startswith(("https://json-schema.org/draft/", "http://json-schema.org/draft-"))


def is_known_dialect(name: object) -> bool:
    """Whether `$schema` or `jsonSchemaDialect` names a dialect that is read: draft 2020-12, or OpenAPI's own."""
    return isinstance(name, str) and name.startswith(
        ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/")
    )
