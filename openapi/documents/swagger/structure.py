"""Checks the structure of a Swagger 2.0 document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

    found = jsonschema.Draft4Validator(_schema()).iter_errors(root)
    error = max(found, key=jsonschema.exceptions.relevance, default=None)
    if error is None:
        return "", "the document does not follow the schema of Swagger 2.0"
    while error.context:
        errors = _of_the_meant(error.context)
        if all(map(_is_selection, errors)):
            known = ", ".join(dict.fromkeys(repr(value) for inner in errors for value in inner.validator_value))
            return join_pointer(errors[0].absolute_path), f"{errors[0].instance!r} is not one of {known}"
        error = max(errors, key=lambda inner: (len(inner.absolute_path), not inner.context))
    return join_pointer(error.absolute_path), " ".join(str(error.message).split())[:_LONGEST_REASON]


def _of_the_meant(errors: Sequence[Any]) -> list[Any]:
    """The errors of the branches of a `oneOf` that are meant: those that have the selecting value of the object, such
    as ``in: query``. If there is none, the errors that say so."""
    # Nearly every `oneOf` has a branch for a reference, which says nothing about an object without `$ref`.
    references = {error.schema_path[0] for error in errors if error.validator_value == ["$ref"]}
    errors = [error for error in errors if error.schema_path[0] not in references] or list(errors)
    others = {error.schema_path[0] for error in errors if _is_selection(error)}
    meant = [error for error in errors if error.schema_path[0] not in others]
    selecting = [error for error in errors if _is_selection(error)]
    # The flow selects among the branches that have the type.
    typed = {error.schema_path[0] for error in selecting if error.relative_path[0] == "type"}
    return meant or [error for error in selecting if error.schema_path[0] not in typed] or selecting or errors


def _is_selection(error: Any) -> bool:
    path = error.relative_path
    return error.validator == "enum" and len(path) == 1 and path[0] in ("in", "type", "flow")


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
