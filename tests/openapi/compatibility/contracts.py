"""Small contracts to compare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from openapi.contract import Contract, parse_contract

Document = dict[str, Any]


def contract(document: Mapping[str, Any]) -> Contract:
    """The contract of a document, in indented JSON."""
    return parse_contract(json.dumps(document, indent=1).encode(), "test.json", lenient=True)


def document(paths: Mapping[str, Any], version: str = "3.0.3", **more: Any) -> Document:
    """A document with these paths."""
    return {"openapi": version, "info": {"title": "Things", "version": "1"}, "paths": paths, **more}


def content(schema: Any) -> Document:
    """The content of a JSON body."""
    return {"content": {"application/json": {"schema": schema}}}


def operation(**more: Any) -> Document:
    """An operation with a response."""
    return {"responses": {"200": {"description": "done"}}, **more}


def answering(schema: Any, **more: Any) -> Document:
    """An operation whose response has a schema."""
    return {"responses": {"200": {"description": "done", **content(schema)}}, **more}


def taking(schema: Any, **more: Any) -> Document:
    """An operation whose body has a schema."""
    return operation(requestBody={"required": True, **content(schema)}, **more)


def shared(schema: Any, version: str = "3.1.0") -> Contract:
    """A contract whose component ``Thing`` is used by two requests and a response."""
    reference = {"$ref": "#/components/schemas/Thing"}
    paths = {"/a": {"post": taking(reference), "get": answering(reference)}, "/b": {"put": taking(reference)}}
    return contract(document(paths, version, components={"schemas": {"Thing": schema}}))
