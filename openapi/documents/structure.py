"""Checks that a document is OpenAPI 3, with the schema of its version and with openapi-spec-validator.

The first error is described.

Importing openapi-spec-validator and jsonschema takes longer than checking a document with the schema, so they are
imported where they are needed.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from openapi.documents.dialects import Dialect, dialect_of
from openapi.documents.pointer import join_pointer
from openapi.documents.references import KINDS, Reference, Steps, references
from openapi.documents.subschemas import DocumentObject, root_schemas

_LONGEST_REASON = 300
_META_SCHEMA: Final = {"$ref": "https://json-schema.org/draft/2020-12/schema"}

# Kind of target -> the name of the object in messages.
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


@dataclass(frozen=True)
class _Specification:
    """A version of OpenAPI: the folder of its schema in openapi-spec-validator, and the validator there."""

    version: str
    folder: str
    validator: str

    @property
    def is_modern(self) -> bool:
        """Whether its schema, too, is of draft 2020-12."""
        return self.version != "3.0"


_SPECIFICATIONS: Final = {
    version: _Specification(version, f"v{version}", f"OpenAPIV{version.replace('.', '')}SpecValidator")
    for version in ("3.0", "3.1", "3.2")
}
SUPPORTED: Final = tuple(_SPECIFICATIONS)


def minor_version(root: Mapping[str, Any]) -> str:
    """The major and minor version of a document, such as "3.1"; "" if it is none that is supported."""
    match = re.fullmatch(r"([0-9]+\.[0-9]+)\.[0-9]+([.-].*)?", str(root.get("openapi", "")))
    return match[1] if match and match[1] in _SPECIFICATIONS else ""


def first_structural_error(document: Mapping[str, Any], resolve: Callable[[Any], Any]) -> tuple[str, str] | None:
    """(JSON pointer, reason on one line) of the first breach of the schema of the version of a document, or None.

    The schemas are those of spec.openapis.org (oas/3.0/schema/2021-09-28, 3.1/schema/2022-10-07,
    3.2/schema/2025-11-23). A document of 1,200 operations takes less than a second.

    The target of a reference, which `resolve` returns, must be of the kind that its place requires.
    """
    version = minor_version(document)
    if not _compiled(version).is_valid(document):
        if (error := _explanation(document, version)) is None:
            return "", f"the document does not follow the schema of OpenAPI {version}"
        return join_pointer(error.absolute_path), _line(error.message)
    return _first_wrong_target(references(document), resolve, version) or _first_wrong_schema(document)


def is_structurally_valid(
    document: Mapping[str, Any],
    resolve: Callable[[Any], Any],
    found: Iterable[Reference],
    objects: Iterable[DocumentObject],
) -> bool:
    """Whether there are no `structural_errors` and no `wrong_target`, in the least time; `found` are the references of
    the document, `objects` its objects if its schemas are of a dialect of their own."""
    version = minor_version(document)
    return (
        _compiled(version, any_names=True).is_valid(document)
        and _first_wrong_target(found, resolve, version) is None
        and all(map(_meta_schema().is_valid, (each.value for each in objects if each.is_schema)))
    )


def structural_errors(document: Mapping[str, Any]) -> list[tuple[Steps, str]]:
    """Every part that breaks the schema of the version, as (path, reason); of an object with alternatives, the whole.

    For parts of the wrong kind behind references there is `wrong_target`.
    """
    version = minor_version(document)
    valid = _compiled(version, any_names=True)
    if not valid.is_valid(document):
        return [(tuple(error.instance_path), _line(error.message)) for error in valid.iter_errors(document)]
    if dialect_of(document) is not Dialect.DRAFT_2020_12:
        return []
    schemas = _meta_schema()
    return [
        ((*path, *error.instance_path), _line(error.message))
        for schema, path in root_schemas(document)
        if not schemas.is_valid(schema)
        for error in schemas.iter_errors(schema)
    ]


def wrong_target(found: Reference, resolve: Callable[[Any], Any], version: str) -> str | None:
    """What is wrong with the target of a reference that exists: its kind; None if that is right."""
    kind = KINDS.get(found.keyword)
    # The components of the kind were checked with the document.
    if kind is None or re.fullmatch(f"#/components/{kind}/[^/]+", found.target):
        return None
    if _compiled(version, _OBJECTS[kind]).is_valid(resolve({"$ref": found.target})):
        return None
    return f"{found.target!r} is not a valid {_OBJECTS[kind]} object"


def _first_wrong_target(
    found: Iterable[Reference], resolve: Callable[[Any], Any], version: str
) -> tuple[str, str] | None:
    checked = set()
    for each in found:
        kind = KINDS.get(each.keyword)
        if kind is None or each.key != "$ref" or each.extension or (each.target, kind) in checked:
            continue
        checked.add((each.target, kind))
        if (reason := wrong_target(each, resolve, version)) is not None:
            return join_pointer((*each.path, each.key)), f"{reason}; correct the reference or its target"
    return None


def _first_wrong_schema(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first breach of JSON Schema itself: the schema of OpenAPI 3.1 leaves that to the dialect."""
    if dialect_of(document) is not Dialect.DRAFT_2020_12:
        return None
    valid = _meta_schema()
    for schema, path in root_schemas(document):
        if not valid.is_valid(schema):
            error = next(valid.iter_errors(schema))
            return join_pointer((*path, *error.instance_path)), _line(error.message)
    return None


def first_error(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """As `first_structural_error`, by all rules of openapi-spec-validator, which takes longer.

    A duplicate operationId is left to the caller, which can name both places.
    """
    return next(all_errors(document), None)


def all_errors(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every breach that `first_error` could find, as (JSON pointer, reason)."""
    import openapi_spec_validator
    from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

    version = minor_version(document)
    validator = getattr(openapi_spec_validator, _SPECIFICATIONS[version].validator)
    try:
        for error in validator(_checkable(document)).iter_errors():
            if not isinstance(error, DuplicateOperationIDError):
                explained = _explanation(document, version) or error
                yield join_pointer(explained.absolute_path), _line(explained.message)
    except Exception as error:
        # The validator follows references, and fails at a reference to an object of another kind.
        advice = "look for a reference to an object of the wrong kind"
        yield "", _line(f"the document cannot be checked; {advice}: {type(error).__name__}: {error}")


@cache
def _schema(version: str) -> dict[str, Any]:
    # Located without importing the package that contains it, or importlib.metadata: each would slow down every start.
    found = find_spec("openapi_spec_validator")
    if found is None or found.origin is None:
        raise ImportError("openapi-spec-validator, which has the schemas of OpenAPI, is not installed")
    folder = Path(found.origin).parent / "resources" / "schemas" / _SPECIFICATIONS[version].folder
    schema: dict[str, Any] = json.loads((folder / "schema.json").read_bytes())
    return schema


@cache
def _compiled(
    version: str, kind: str | None = None, *, any_names: bool = False
) -> jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator:
    """The validator of a whole document, or of an object of one kind in it. With `any_names`, components may have names
    that the specification does not allow."""
    schema = _with_any_names(_schema(version)) if any_names else _schema(version)
    modern = _SPECIFICATIONS[version].is_modern
    if kind is not None:
        name = re.sub("(?<=[a-z])(?=[A-Z])", "-", kind).lower() if modern else kind
        name = "callbacks" if name == "callback" else name
        definitions = "$defs" if modern else "definitions"
        schema = {"$ref": f"#/{definitions}/{name}", definitions: schema[definitions]}
    # Formats are not checked: a pattern that is invalid here can be valid in another dialect of regular expressions.
    draft = jsonschema_rs.Draft202012Validator if modern else jsonschema_rs.Draft4Validator
    return draft(schema, validate_formats=False)


def _with_any_names(schema: dict[str, Any]) -> dict[str, Any]:
    schema = copy.deepcopy(schema)
    if "$defs" in schema:
        # The schema of 3.1 has the rule for names apart, and that of 3.0 checks only components with right names.
        del schema["$defs"]["components"]["patternProperties"]
        return schema
    for named in schema["definitions"]["Components"]["properties"].values():
        (named["additionalProperties"],) = named.pop("patternProperties").values()
    return schema


@cache
def _meta_schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_META_SCHEMA, validate_formats=False)


def _checkable(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document`, for a validator that takes every member of `paths`, extensions included, for a Path Item Object."""
    if not isinstance(paths := document.get("paths"), dict):
        return dict(document)
    items = {key: {} if key.startswith("x-") and not isinstance(item, dict) else item for key, item in paths.items()}
    return {**document, "paths": items}


def _line(reason: object) -> str:
    return " ".join(str(reason).split())[:_LONGEST_REASON]


def _explanation(document: Mapping[str, Any], version: str) -> Any:
    """The error again, found by a slower validator that says which branch of a `oneOf` failed, and why. None if the
    document keeps the schema, and only breaks a rule that the schema cannot express."""
    import jsonschema

    draft = jsonschema.Draft202012Validator if _SPECIFICATIONS[version].is_modern else jsonschema.Draft4Validator

    error = jsonschema.exceptions.best_match(draft(_schema(version)).iter_errors(document))
    while error is not None and error.context:
        # Nearly every `oneOf` has a branch for a Reference Object, which says nothing about an object without `$ref`.
        branches = [inner for inner in error.context if inner.validator_value != ["$ref"]]
        error = max(branches or error.context, key=lambda inner: len(inner.absolute_path))
    return error
