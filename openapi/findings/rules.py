"""All rules of the check, in one table. An id is stable, because baselines and reports name it."""

from __future__ import annotations

from typing import Final

from openapi.findings.faults import fault_of
from openapi.findings.findings import Category, Rule

_CONTRACT: Final = (
    (
        "status-undeclared",
        "The contract declares the status of each answer",
        "Clients handle the statuses that the contract declares (OpenAPI 3.0.3, Responses Object).",
    ),
    (
        "media-type-missing",
        "An answer with declared content has a Content-Type",
        "Without a Content-Type, a client has to guess the media type (RFC 9110 section 8.3).",
    ),
    (
        "media-type-undeclared",
        "The contract declares the media type of each answer",
        "Clients read the media types that the contract declares (OpenAPI 3.0.3, Response Object, `content`).",
    ),
    (
        "body-unexpected",
        "An answer without declared content has no body",
        "The contract declares no content for this status (OpenAPI 3.0.3, Response Object).",
    ),
    (
        "body-malformed",
        "A body is valid for its media type",
        "A body that is declared as JSON must be valid JSON (RFC 8259).",
    ),
    (
        "body-schema",
        "A body follows its schema",
        "Clients rely on the names, types and values in the contract (OpenAPI 3.0.3, Schema Object).",
    ),
    (
        "header-missing",
        "An answer has each required header",
        "The contract declares the header with `required: true` (OpenAPI 3.0.3, Header Object).",
    ),
    (
        "header-schema",
        "A header follows its schema",
        "Clients read the value by its schema in the contract (OpenAPI 3.0.3, Header Object).",
    ),
    (
        "valid-refused",
        "A request that follows the contract is not refused as invalid",
        "The schemas of parameters and body define which requests are valid (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "invalid-accepted",
        "A request that breaks the contract is refused",
        "A server must not accept what the schemas forbid (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "resource-lifecycle",
        "A created resource can be read, and a deleted one cannot",
        "The links between operations define how one follows from another (OpenAPI 3.0.3, Link Object).",
    ),
)

_STRICT: Final = (
    (
        "body-strict",
        "A body also follows the overlay",
        "The published contract is loose; the overlay describes the exact promise (OpenAPI Overlay 1.0).",
    ),
)

_AUTHENTICATION: Final = (
    (
        "auth-missing",
        "A request without credentials is refused",
        "The contract has a security requirement for this operation (OpenAPI 3.0.3, Security Requirement Object).",
    ),
    ("auth-empty", "Empty credentials are refused", "An empty string is not a token (RFC 6750 section 2.1)."),
    (
        "auth-garbage",
        "Made-up credentials are refused",
        "A server that accepts any token verifies none (RFC 6750 section 3.1, `invalid_token`).",
    ),
    (
        "auth-signature",
        "A token with a wrong signature is refused",
        "Without this check, anyone can forge a token (RFC 7515 section 5.2).",
    ),
    (
        "auth-none",
        "An unsigned token is refused",
        "`alg: none` does not prove who issued the token (RFC 8725 section 3.2).",
    ),
    (
        "auth-expired",
        "An expired token is refused",
        "A token MUST NOT be accepted on or after its `exp` (RFC 7519 section 4.1.4).",
    ),
    (
        "auth-not-yet-valid",
        "A token that is not yet valid is refused",
        "A token MUST NOT be accepted before its `nbf` (RFC 7519 section 4.1.5).",
    ),
    (
        "auth-scheme",
        "A valid token under another scheme is refused",
        "The contract declares the scheme (OpenAPI 3.0.3, Security Scheme Object; RFC 9110 section 11.4).",
    ),
    (
        "auth-query",
        "Credentials in the query are refused",
        "URLs are logged and remembered; a token SHOULD NOT be part of one (RFC 6750 section 2.3).",
    ),
    (
        "auth-path",
        "Other spellings of the path require credentials too",
        "Access control must cover each spelling of a path that leads to the same answer.",
    ),
    (
        "auth-status",
        "Missing or invalid credentials are answered with 401",
        "401 says that credentials are missing or invalid; clients then get new ones (RFC 9110 section 15.5.2).",
    ),
    (
        "auth-challenge",
        "A 401 names the authentication scheme",
        "A 401 MUST have a WWW-Authenticate header with a challenge (RFC 9110 section 15.5.2; RFC 6750 section 3).",
    ),
)

_HTTP: Final = (
    (
        "head",
        "An answer to HEAD has the status and headers of GET",
        "HEAD is GET without the content (RFC 9110 sections 9.1 and 9.3.2).",
    ),
    (
        "head-body",
        "An answer to HEAD has no content",
        "Content after HEAD breaks the connection for the next request (RFC 9110 section 9.3.2).",
    ),
    (
        "method-undeclared",
        "A method that the path does not have is refused",
        "405 is for a method that the path does not allow, 501 for an unknown method (RFC 9110 section 9.1).",
    ),
    (
        "allow",
        "Allow lists the methods of the path",
        "A 405 MUST have an Allow with the methods that the path supports (RFC 9110 sections 10.2.1 and 15.5.6).",
    ),
    (
        "path-unknown",
        "An unknown path is not found",
        "404 tells a client that its path is wrong (RFC 9110 section 15.5.5).",
    ),
    (
        "redirect",
        "No redirect leads to another origin",
        "Credentials must not go to another origin, nor from https to http (RFC 9110 section 15.4).",
    ),
    (
        "content-length",
        "Content is as long as its Content-Length",
        "With a wrong length, a client reads the wrong bytes (RFC 9112 section 6.3).",
    ),
    (
        "content-encoding",
        "Content is coded as its Content-Encoding says",
        "Clients decode the content by this header (RFC 9110 section 8.4).",
    ),
    (
        "http-malformed",
        "Every answer is valid HTTP",
        "A client cannot read a message that breaks the grammar (RFC 9112).",
    ),
    (
        "no-answer",
        "Every request is answered",
        "If the connection ends or hangs, the client does not know the outcome.",
    ),
    (
        "server-error",
        "No request makes the server fail",
        "A 5xx is a failure of the server, whatever the client sends (RFC 9110 section 15.6).",
    ),
    ("response-time", "Answers arrive in time", "The check was started with a limit for the response time."),
)

_COVERAGE: Final = (
    (
        "success-unseen",
        "Every operation was answered with a success",
        "An operation that only refuses is not judged by its answers; give credentials, or describe a request that "
        "succeeds in a file for --provocations.",
    ),
    (
        "status-unseen",
        "Every declared status was seen",
        "The check cannot judge an unseen status; describe how to provoke it in a file for --provocations.",
    ),
)

RULES: Final = {
    id: Rule(id, category, title, why, *fault_of(id, category, title))
    for category, table in (
        (Category.CONTRACT, _CONTRACT),
        (Category.STRICT, _STRICT),
        (Category.AUTHENTICATION, _AUTHENTICATION),
        (Category.HTTP, _HTTP),
        (Category.COVERAGE, _COVERAGE),
    )
    for id, title, why in table
}
