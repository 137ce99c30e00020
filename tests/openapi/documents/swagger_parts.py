"""Converts parts of Swagger 2.0 documents, for tests."""

from __future__ import annotations

from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from openapi.documents.swagger.conversion import Converted, convert
from openapi.documents.swagger.structure import first_swagger_error

HEAD = {"swagger": "2.0", "info": {"title": "T", "version": "1"}}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def converted(document: dict[str, Any]) -> Converted:
    """The conversion of a valid document; the result is valid too."""
    root = {**HEAD, "paths": {}, **document}
    assert first_swagger_error(root) is None
    result = convert(root)
    assert [str(error) for error in OpenAPIV30SpecValidator(result.document).iter_errors()] == []
    return result


def operation(members: str, **document: Any) -> dict[str, Any]:
    """The converted operation with these members, of a document."""
    members = f"{{responses: {{'200': {{description: ''}}}}, {members}}}"
    result = converted({"paths": {"/a": {"post": yaml.safe_load(members)}}, **document})
    found: dict[str, Any] = result.document["paths"]["/a"]["post"]
    return found


def parameter(members: str, path: str = "/a") -> dict[str, Any]:
    """A converted parameter."""
    operation = yaml.safe_load(f"{{parameters: [{{{members}}}], responses: {{'200': {{description: ''}}}}}}")
    (found,) = converted({"paths": {path: {"get": operation}}}).document["paths"][path]["get"]["parameters"]
    return dict(found)


def schema(members: str) -> Any:
    """A converted definition."""
    return converted({"definitions": {"A": yaml.safe_load(f"{{{members}}}"), "B": {}}}).document["components"][
        "schemas"
    ]["A"]


def form(fields: str, consumes: str = FORM) -> dict[str, Any]:
    """The converted content of a form."""
    found: dict[str, Any] = operation(f"consumes: [{consumes}], parameters: [{fields}]")["requestBody"]["content"]
    return found


def response(members: str, **document: Any) -> dict[str, Any]:
    """A converted response."""
    operation = {"responses": {"200": yaml.safe_load(f"{{description: D, {members}}}")}}
    found: dict[str, Any] = converted({"paths": {"/a": {"get": operation}}, **document}).document["paths"]["/a"]["get"]
    return dict(found["responses"]["200"])
