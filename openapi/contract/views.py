"""Views of a contract for libraries that do not know its version of OpenAPI."""

from __future__ import annotations

import copy
from typing import Any

from openapi.contract.contract import Contract
from openapi.contract.router import names_in
from openapi.documents.dialects import Dialect
from openapi.documents.identifiers import drop_identifiers


def binding_view(contract: Contract) -> dict[str, Any]:
    """A document for Connexion, which knows OpenAPI 3.0 only: the contract itself, or its paths and operationIds as one
    of 3.0. All else is read from the contract."""
    if contract.dialect is Dialect.OPENAPI_3_0:
        return contract.as_dict()
    paths: dict[str, Any] = {}
    for operation in contract.operations:
        parameters = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names_in(operation.path)]
        paths.setdefault(operation.path, {})[operation.method] = {
            "operationId": operation.operation_id,
            "parameters": parameters,
            "responses": {"default": {"description": ""}},
        }
    servers = list(contract.root.get("servers", []))
    return {"openapi": "3.0.3", "info": {"title": contract.title, "version": ""}, "servers": servers, "paths": paths}


def generation_view(contract: Contract) -> dict[str, Any]:
    """A document for Schemathesis, which knows OpenAPI up to 3.1 and resolves references itself: a copy of the contract
    whose references are JSON pointers alone, as one of 3.1 if it is later."""
    view = copy.deepcopy(contract.as_dict())
    if contract.dialect is Dialect.DRAFT_2020_12:
        drop_identifiers(view)
        view["openapi"] = "3.1.0"
    return view
