"""Whether a document is OpenAPI 3.0, by the schema that the specification comes with and by openapi-spec-validator;
its first error in words.

openapi-spec-validator and jsonschema take longer to import than a document takes to be judged by the schema, so they
are imported where they are needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from openapi.documents.pointer import join_pointer
from openapi.documents.references import KINDS, references

_LONGEST_REASON = 300

# What the schema of OpenAPI 3.0 calls the objects that references refer to.
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

    What a reference refers to, which `resolve` tells, must be of the kind that is expected there.
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
        # What stands among the components of its kind was judged with the document.
        direct = re.fullmatch(f"#/components/{kind}/[^/]+", found.target) is not None
        if not direct and not _compiled(_OBJECTS[kind]).is_valid(resolve({"$ref": found.target})):
            return join_pointer((*found.path, found.key)), f"{found.target!r} does not refer to a {_OBJECTS[kind]}"
    return None


def first_error(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """The same, by all the rules of openapi-spec-validator, in the time that they take.

    A doubled operationId is left to the caller, who can say where both stand.
    """
    from openapi_spec_validator import OpenAPIV30SpecValidator
    from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

    try:
        for error in OpenAPIV30SpecValidator(_checkable(document)).iter_errors():
            if not isinstance(error, DuplicateOperationIDError):
                explained = _explanation(document) or error
                return join_pointer(explained.absolute_path), _line(explained.message)
    except Exception as error:
        # It follows references as it goes, and trips where one leads to an object of another kind.
        return "", _line(f"the document cannot be checked, a reference may be wrong: {type(error).__name__}: {error}")
    return None


@cache
def _schema() -> dict[str, Any]:
    # Found without an import of the package that carries it.
    path = distribution("openapi-spec-validator").locate_file(
        "openapi_spec_validator/resources/schemas/v3.0/schema.json"
    )
    schema: dict[str, Any] = json.loads(Path(str(path)).read_bytes())
    return schema


@cache
def _compiled(kind: str | None = None) -> jsonschema_rs.Draft4Validator:
    """For a whole document, or for one of the objects that it is made of."""
    schema = _schema()
    # Formats are left out: what is no regular expression here may be one elsewhere.
    return jsonschema_rs.Draft4Validator(
        schema if kind is None else {"$ref": f"#/definitions/{kind}", "definitions": schema["definitions"]},
        validate_formats=False,
    )


def _checkable(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document`, for a validator that takes whatever stands in `paths` for a Path Item Object, extensions included."""
    if not isinstance(paths := document.get("paths"), dict):
        return dict(document)
    items = {key: {} if key.startswith("x-") and not isinstance(item, dict) else item for key, item in paths.items()}
    return {**document, "paths": items}


def _line(reason: object) -> str:
    return " ".join(str(reason).split())[:_LONGEST_REASON]


def _explanation(document: Mapping[str, Any]) -> Any:
    """The same finding, once more and slowly: the fast validator does not tell which branch of a `oneOf` failed, and
    why. None when the document follows the schema and breaks a rule that no schema can say."""
    import jsonschema

    error = jsonschema.exceptions.best_match(jsonschema.Draft4Validator(_schema()).iter_errors(document))
    while error is not None and error.context:
        # A Reference Object is one branch nearly everywhere; what is no reference was not meant as one.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    return error
