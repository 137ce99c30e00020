"""Schemas that no document contains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openapi.documents.document import Document
from openapi.schemas.schema import Schema


def anything(document: Document, pointer: str = "") -> Schema:
    """A schema that every value satisfies."""
    return Schema(document, True, pointer)


def one_of_values(document: Document, values: Sequence[Any], pointer: str = "") -> Schema:
    """A schema that only these values satisfy."""
    return Schema(document, {"enum": list(values)}, pointer)


def together(schemas: Sequence[Schema]) -> Schema:
    """A schema that a value satisfies if it satisfies each of `schemas`, which must not be empty."""
    return schemas[0].beside({"allOf": [schema.written for schema in schemas]})
