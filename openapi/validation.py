"""Whether a document is OpenAPI 3.0, by openapi-spec-validator; its first error in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas import schema_v30
from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

from openapi.pointer import join_pointer

_LONGEST_REASON = 300


def first_error(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """(JSON pointer, reason on one line) of the first error, or None for a valid document.

    A doubled operationId is left to the caller, who can say where both stand.
    """
    try:
        for error in OpenAPIV30SpecValidator(_checkable(document)).iter_errors():
            if not isinstance(error, DuplicateOperationIDError):
                explained = _explanation(document) or error
                return join_pointer(explained.absolute_path), _line(explained.message)
    except Exception as error:
        # It follows references as it goes, and trips where one leads to an object of another kind.
        return "", _line(f"the document cannot be checked, a reference may be wrong: {type(error).__name__}: {error}")
    return None


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
    error = jsonschema.exceptions.best_match(jsonschema.Draft4Validator(dict(schema_v30)).iter_errors(document))
    while error is not None and error.context:
        # A Reference Object is one branch nearly everywhere; what is no reference was not meant as one.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    return error
