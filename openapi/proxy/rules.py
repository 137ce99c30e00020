"""The rules that an exchange which passes is judged by: those of the check for responses, and those for requests.

A request that breaks the contract and is refused is the contract at work. One that is answered with a 2xx is a finding:
either the client or the server goes beyond the contract.
"""

from __future__ import annotations

from typing import Final

from openapi.findings.findings import Category, Rule
from openapi.findings.rules import RULES

_REQUESTS: Final = (
    (
        "path-undeclared",
        "What is answered is a path of the contract",
        "An address beyond the contract is known to nobody who reads it (OpenAPI 3.0.3, Paths Object).",
    ),
    (
        "parameter-missing",
        "A required parameter is there, or the request is refused",
        "The contract asks for it with `required: true` (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "parameter-schema",
        "A parameter follows its schema, or the request is refused",
        "What the schema forbids must not be sent, nor taken for good (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "request-body-missing",
        "A required body is there, or the request is refused",
        "The contract asks for it with `required: true` (OpenAPI 3.0.3, Request Body Object).",
    ),
    (
        "request-media-type-undeclared",
        "The body of a request has a declared media type, or the request is refused",
        "The contract names what an operation reads (OpenAPI 3.0.3, Request Body Object, `content`).",
    ),
    (
        "request-body-malformed",
        "The body of a request is what its media type says, or the request is refused",
        "What claims to be JSON must be read as JSON (RFC 8259).",
    ),
    (
        "request-body-schema",
        "The body of a request follows its schema, or the request is refused",
        "What the schema forbids must not be sent, nor taken for good (OpenAPI 3.0.3, Schema Object).",
    ),
)

OF_REQUESTS: Final = {
    **{id: Rule(id, Category.CONTRACT, title, why) for id, title, why in _REQUESTS},
    "credentials-missing": Rule(
        "credentials-missing",
        Category.AUTHENTICATION,
        "Without credentials nobody is let in",
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
# Without an operation, a rule is about the server as a whole.
WITHOUT_OPERATION: Final = ("path-undeclared", "method-undeclared")
