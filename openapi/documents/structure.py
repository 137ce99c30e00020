"""Checks that a document is OpenAPI 3.0, with the schema of the specification and with openapi-spec-validator, and
describes the first error.

Importing openapi-spec-validator and jsonschema takes longer than checking a document with the schema, so they are
imported where they are needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from openapi.documents.pointer import join_pointer
from openapi.documents.references import KINDS, references

_LONGEST_REASON = 300

# Kind of target -> the name of its definition in the schema of OpenAPI 3.0.
_OBJECTS: Final = {
    "callbacks": "Callback",
    "examples": "Example",
    "headers": "Header",
    "links": "Link",
    "parameters": "Parameter",
    "paths": "PathItem",
    "requestBodies": "RequestBody",
    "responses": "Response",
    "schemas": "Schema",
    "securitySchemes": "SecurityScheme",
}


def first_structural_error(document: Mapping[str, Any], resolve: Callable[[Any], Any]) -> tuple[str, str] | None:
    """(JSON pointer, reason on one line) of the first breach of the schema of OpenAPI 3.0 (spec.openapis.org,
    oas/3.0/schema/2021-09-28), or None; a document of 1,200 operations takes less than a second.

    The target of a reference, which `resolve` returns, must be of the kind that its place requires.
    """
    if not _compiled().is_valid(document):
        if (error := _explanation(document)) is None:
            return "", "the document does not follow the schema of OpenAPI 3.0"
        return join_pointer(error.absolute_path), _line(error.message)
    checked = set()
    for found in references(document):
        kind = KINDS.get(found.keyword)
        if kind is None or found.key != "$ref" or found.extension or (found.target, kind) in checked:
            continue
        checked.add((found.target, kind))
        # The components of this kind were checked with the document.
        direct = re.fullmatch(f"#/components/{kind}/[^/]+", found.target) is not None
        if not direct and not _compiled(_OBJECTS[kind]).is_valid(resolve({"$ref": found.target})):
            reason = f"{found.target!r} is not a valid {_OBJECTS[kind]} object; correct the reference or its target"
            return join_pointer((*found.path, found.key)), reason
    return None


def first_error(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """As `first_structural_error`, by all rules of openapi-spec-validator, which takes longer.

    A duplicate operationId is left to the caller, which can name both places.
    """
    from openapi_spec_validator import OpenAPIV30SpecValidator
    from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

    try:
        for error in OpenAPIV30SpecValidator(_checkable(document)).iter_errors():
            if not isinstance(error, DuplicateOperationIDError):
                explained = _explanation(document) or error
                return join_pointer(explained.absolute_path), _line(explained.message)
    except Exception as error:
        # The validator follows references, and fails at a reference to an object of another kind.
        advice = "look for a reference to an object of the wrong kind"
        return "", _line(f"the document cannot be checked; {advice}: {type(error).__name__}: {error}")
    return None


@cache
def _schema() -> dict[str, Any]:
    # Located without importing the package that contains it, or importlib.metadata: each would slow down every start.
    found = find_spec("openapi_spec_validator")
    if found is None or found.origin is None:
        raise ImportError("openapi-spec-validator, which has the schema of OpenAPI 3.0, is not installed")
    path = Path(found.origin).parent / "resources" / "schemas" / "v3.0" / "schema.json"
    schema: dict[str, Any] = json.loads(path.read_bytes())
    return schema


@cache
def _compiled(kind: str | None = None) -> jsonschema_rs.Draft4Validator:
    """The validator of a whole document, or of an object of one kind in it."""
    schema = _schema()
    # Formats are not checked: a pattern that is invalid here can be valid in another dialect of regular expressions.
    return jsonschema_rs.Draft4Validator(
        schema if kind is None else {"$ref": f"#/definitions/{kind}", "definitions": schema["definitions"]},
        validate_formats=False,
    )


def _checkable(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document`, for a validator that takes every member of `paths`, extensions included, for a Path Item Object."""
    if not isinstance(paths := document.get("paths"), dict):
        return dict(document)
    items = {key: {} if key.startswith("x-") and not isinstance(item, dict) else item for key, item in paths.items()}
    return {**document, "paths": items}


def _line(reason: object) -> str:
    return " ".join(str(reason).split())[:_LONGEST_REASON]


def _explanation(document: Mapping[str, Any]) -> Any:
    """The error again, found by a slower validator that says which branch of a `oneOf` failed, and why. None if the
    document keeps the schema, and only breaks a rule that the schema cannot express."""
    import jsonschema

    error = jsonschema.exceptions.best_match(jsonschema.Draft4Validator(_schema()).iter_errors(document))
    while error is not None and error.context:
        # Nearly every `oneOf` has a branch for a Reference Object, which says nothing about an object without `$ref`.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    return error
