"""Invented contracts, their sample requests, and the violations of these."""

from __future__ import annotations

import json
from typing import Any, Final

from openapi.contract import Contract, SecurityScheme, parse_contract
from openapi.examples.requests import RequestMaker, SampleRequest
from openapi.http.messages import Request
from openapi.validation import ContractValidator

OBJECT: Final = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 1}}}


def contract_of(operation: dict[str, Any], path: str = "/x", method: str = "post", **more: Any) -> Contract:
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Invented", "version": "1"},
        "paths": {path: {method: {"operationId": "x", "responses": {"200": {"description": "Yes"}}, **operation}}},
        **more,
    }
    return parse_contract(json.dumps(document).encode(), "invented.json")


def with_parameter(location: str, **described: Any) -> Contract:
    path = "/x/{p}" if location == "path" else "/x"
    return contract_of({"parameters": [{"name": "p", "in": location, "required": True, **described}]}, path, "get")


def with_body(media_type: str, schema: dict[str, Any], **more: Any) -> Contract:
    content = {media_type: {"schema": schema, **more}}
    return contract_of({"requestBody": {"required": True, "content": content}})


def made(contract: Contract, given: dict[str, Any] | None = None) -> SampleRequest:
    return RequestMaker(contract).request(contract.operations[0], given)


def violations_of(contract: Contract) -> list[str]:
    """The violations of the sample requests of a contract, with the credentials that its operations require."""
    maker, judge = RequestMaker(contract), ContractValidator(contract)
    return [
        f"{operation.label}: {request.target} {request.body!r}: {violation}"
        for operation in contract.operations
        for request in (with_credentials(maker.request(operation), next(iter(operation.security), ())),)
        for violation in judge.request(request)
    ]


def with_credentials(sample: SampleRequest, schemes: tuple[SecurityScheme, ...]) -> Request:
    """A sample request with made-up credentials for these schemes."""
    headers, query = list(sample.headers), [sample.query] if sample.query else []
    for scheme in schemes:
        if not scheme.is_api_key:
            headers.append(("Authorization", f"{scheme.http_scheme} x"))
        elif scheme.location == "query":
            query.append(f"{scheme.key}=x")
        else:
            headers.append((scheme.key, "x") if scheme.location == "header" else ("Cookie", f"{scheme.key}=x"))
    target = sample.path + ("?" + "&".join(query) if query else "")
    return Request(sample.method, target, tuple(headers), sample.body)
