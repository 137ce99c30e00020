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
    for error in OpenAPIV30SpecValidator(dict(document)).iter_errors():
        if not isinstance(error, DuplicateOperationIDError):
            explained = _explanation(document) or error
            reason = " ".join(str(explained.message).split())
            return join_pointer(explained.absolute_path), reason[:_LONGEST_REASON]
    return None


def _explanation(document: Mapping[str, Any]) -> Any:
    """The same finding, once more and slowly: the fast validator does not tell which branch of a `oneOf` failed, and
    why. None when the document follows the schema and breaks a rule that no schema can say."""
    error = jsonschema.exceptions.best_match(jsonschema.Draft4Validator(dict(schema_v30)).iter_errors(document))
    while error is not None and error.context:
        # A Reference Object is one branch nearly everywhere; what is no reference was not meant as one.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    return error
