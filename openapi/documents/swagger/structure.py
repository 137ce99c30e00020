"""Checks the structure of a Swagger 2.0 document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from openapi.documents.pointer import join_pointer

_LONGEST_REASON: Final = 300


def first_swagger_error(root: Mapping[str, Any]) -> tuple[str, str] | None:
    """(JSON pointer, reason on one line) of the first breach of the schema of Swagger 2.0
    (swagger.io/v2/schema.json), or None."""
    if _compiled().is_valid(root):
        return None
    # Slower, but it says which branch of a `oneOf` failed, and why.
    import jsonschema

    error = jsonschema.exceptions.best_match(jsonschema.Draft4Validator(_schema()).iter_errors(root))
    while error is not None and error.context:
        # Nearly every `oneOf` has a branch for a reference, which says nothing about an object without `$ref`.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    if error is None:
        return "", "the document does not follow the schema of Swagger 2.0"
    return join_pointer(error.absolute_path), " ".join(str(error.message).split())[:_LONGEST_REASON]


@cache
def _schema() -> dict[str, Any]:
    # Located without importing the package that contains it, which would slow down every start.
    found = find_spec("openapi_spec_validator")
    if found is None or found.origin is None:
        raise ImportError("openapi-spec-validator, which has the schema of Swagger 2.0, is not installed")
    path = Path(found.origin).parent / "resources" / "schemas" / "v2.0" / "schema.json"
    schema: dict[str, Any] = json.loads(path.read_bytes())
    return schema


@cache
def _compiled() -> jsonschema_rs.Draft4Validator:
    # Formats are not checked, as in documents of OpenAPI 3.0.
    return jsonschema_rs.Draft4Validator(_schema(), validate_formats=False)
