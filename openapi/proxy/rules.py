"""The rules of the proxy: for responses those of the check, and its own for requests.

A request that breaks the contract and is refused is not a finding. If it is answered with a 2xx, it is one: the client
and the server both go beyond the contract.
"""

from __future__ import annotations

from typing import Final

from openapi.findings.faults import fault_of
from openapi.findings.findings import Category, Rule
from openapi.findings.rules import RULES

_REQUESTS: Final = (
    (
        "path-undeclared",
        "The contract declares the path, or the request is refused",
        "Readers of the contract do not know a path that it does not declare (OpenAPI 3.0.3, Paths Object).",
    ),
    (
        "parameter-missing",
        "A required parameter is present, or the request is refused",
        "The contract declares the parameter with `required: true` (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "parameter-schema",
        "A parameter follows its schema, or the request is refused",
        "Neither side may send or accept what the schema forbids (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "request-body-missing",
        "A required body is present, or the request is refused",
        "The contract declares the body with `required: true` (OpenAPI 3.0.3, Request Body Object).",
    ),
    (
        "request-media-type-undeclared",
        "The body of a request has a declared media type, or the request is refused",
        "The contract names the media types that an operation reads (OpenAPI 3.0.3, Request Body Object, `content`).",
    ),
    (
        "request-body-malformed",
        "The body of a request is valid for its media type, or the request is refused",
        "A body that is declared as JSON must be valid JSON (RFC 8259).",
    ),
    (
        "request-body-schema",
        "The body of a request follows its schema, or the request is refused",
        "Neither side may send or accept what the schema forbids (OpenAPI 3.0.3, Schema Object).",
    ),
)


def _rule(id: str, category: Category, title: str, why: str) -> Rule:
    return Rule(id, category, title, why, *fault_of(id, category, title))


OF_REQUESTS: Final = {
    **{id: _rule(id, Category.CONTRACT, title, why) for id, title, why in _REQUESTS},
    "credentials-missing": _rule(
        "credentials-missing",
        Category.AUTHENTICATION,
        "A request without credentials is refused",
        "The contract has a security requirement for this operation (OpenAPI 3.0.3, Security Requirement Object).",
    ),
    "method-undeclared": RULES["method-undeclared"],
}
OF_RESPONSES: Final = {
    id: RULES[id]
    for id in (
        "status-undeclared",
        "media-type-missing",
        "media-type-undeclared",
        "body-unexpected",
        "body-malformed",
        "body-schema",
        "body-strict",
        "header-missing",
        "header-schema",
        "content-encoding",
    )
}
# These rules judge requests that match no operation; their findings are about the server as a whole.
WITHOUT_OPERATION: Final = ("path-undeclared", "method-undeclared")
