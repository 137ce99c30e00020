"""What is asked of a server: the one table of every rule. An id is stable, for baselines and reports name it."""

from __future__ import annotations

from typing import Final

from openapi.findings.findings import Category, Rule

_CONTRACT: Final = (
    (
        "status-undeclared",
        "The status of an answer is one that the contract declares",
        "Clients are written for the statuses of the contract (OpenAPI 3.0.3, Responses Object).",
    ),
    (
        "media-type-missing",
        "An answer with declared content says of what type it is",
        "Without a Content-Type a client has to guess (RFC 9110 section 8.3).",
    ),
    (
        "media-type-undeclared",
        "The media type of an answer is one that the contract declares",
        "Clients read what the contract names (OpenAPI 3.0.3, Response Object, `content`).",
    ),
    (
        "body-unexpected",
        "An answer without declared content has no body",
        "The contract describes no content for this status (OpenAPI 3.0.3, Response Object).",
    ),
    (
        "body-malformed",
        "A body is what its media type says",
        "What claims to be JSON must be read as JSON (RFC 8259).",
    ),
    (
        "body-schema",
        "A body follows its schema",
        "Clients rely on names, types and values of the contract (OpenAPI 3.0.3, Schema Object).",
    ),
    (
        "header-missing",
        "A header that the contract requires is there",
        "The contract promises it with `required: true` (OpenAPI 3.0.3, Header Object).",
    ),
    (
        "header-schema",
        "A header follows its schema",
        "Its value is read by the schema of the contract (OpenAPI 3.0.3, Header Object).",
    ),
    (
        "valid-refused",
        "A request that follows the contract is not refused as invalid",
        "The schemas of parameters and body say what may be sent (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "invalid-accepted",
        "A request that breaks the contract is refused",
        "What the schemas forbid must not be taken for good (OpenAPI 3.0.3, Parameter Object).",
    ),
    (
        "resource-lifecycle",
        "What was created can be read, and what was deleted cannot",
        "The links between operations tell what follows from what (OpenAPI 3.0.3, Link Object).",
    ),
)

_STRICT: Final = (
    (
        "body-strict",
        "A body follows the overlay too",
        "The published contract is loose; the overlay says what is really promised (OpenAPI Overlay 1.0).",
    ),
)

_AUTHENTICATION: Final = (
    (
        "auth-missing",
        "No credentials: not let in",
        "The contract has a security requirement for this operation (OpenAPI 3.0.3, Security Requirement Object).",
    ),
    ("auth-empty", "Empty credentials: not let in", "An empty token is no token (RFC 6750 section 2.1)."),
    (
        "auth-garbage",
        "Made-up credentials: not let in",
        "Whoever takes any token verifies none (RFC 6750 section 3.1, `invalid_token`).",
    ),
    (
        "auth-signature",
        "A token with a wrong signature: not let in",
        "Anybody could write themselves a token (RFC 7515 section 5.2).",
    ),
    (
        "auth-none",
        "An unsigned token: not let in",
        "`alg: none` has no proof of who made it (RFC 8725 section 3.2).",
    ),
    (
        "auth-expired",
        "An expired token: not let in",
        "A token MUST NOT be accepted on or after its `exp` (RFC 7519 section 4.1.4).",
    ),
    (
        "auth-not-yet-valid",
        "A token that is not yet valid: not let in",
        "A token MUST NOT be accepted before its `nbf` (RFC 7519 section 4.1.5).",
    ),
    (
        "auth-scheme",
        "A good token under another scheme: not let in",
        "The contract names the scheme (OpenAPI 3.0.3, Security Scheme Object; RFC 9110 section 11.4).",
    ),
    (
        "auth-query",
        "Credentials in the query: not let in",
        "Addresses are logged and remembered; tokens SHOULD NOT stand in them (RFC 6750 section 2.3).",
    ),
    (
        "auth-path",
        "The same path, written otherwise: not let in without credentials",
        "What guards one spelling of a path must guard each that leads to the same answer.",
    ),
    (
        "auth-status",
        "Whoever is not let in is answered with 401",
        "401 says that credentials are missing or bad; clients then ask for new ones (RFC 9110 section 15.5.2).",
    ),
    (
        "auth-challenge",
        "A 401 says which scheme is wanted",
        "A 401 MUST have a WWW-Authenticate with a challenge (RFC 9110 section 15.5.2; RFC 6750 section 3).",
    ),
)

_HTTP: Final = (
    (
        "head",
        "HEAD is answered as GET would be",
        "HEAD is GET without the content: the same status and headers (RFC 9110 sections 9.1 and 9.3.2).",
    ),
    (
        "head-body",
        "An answer to HEAD has no content",
        "Content for HEAD breaks the connection (RFC 9110 section 9.3.2).",
    ),
    (
        "method-undeclared",
        "A method that the path does not have is refused",
        "405 for a method that the path does not allow, 501 for one that is unknown (RFC 9110 section 9.1).",
    ),
    (
        "allow",
        "Allow names the methods of the path",
        "A 405 MUST have an Allow with what the path supports (RFC 9110 sections 10.2.1 and 15.5.6).",
    ),
    (
        "path-unknown",
        "An unknown path is not found",
        "A client with a mistyped address has to be told (RFC 9110 section 15.5.5).",
    ),
    (
        "redirect",
        "No redirect leads to another place",
        "Credentials must not follow to another origin, nor from https to http (RFC 9110 section 15.4).",
    ),
    (
        "content-length",
        "Content is as long as its Content-Length",
        "Who reads more or less reads the wrong thing (RFC 9112 section 6.3).",
    ),
    (
        "content-encoding",
        "Content is coded as its Content-Encoding says",
        "The client has to undo the coding that is named (RFC 9110 section 8.4).",
    ),
    ("http-malformed", "Every answer is HTTP", "What does not follow the grammar cannot be read (RFC 9112)."),
    ("no-answer", "Every request is answered", "A connection that ends or hangs leaves the client in the dark."),
    (
        "server-error",
        "No request makes the server fail",
        "Whatever a client sends, a 5xx is a failure of the server (RFC 9110 section 15.6).",
    ),
    ("response-time", "Answers come in time", "Slower than the limit that was set for this check."),
)

_COVERAGE: Final = (
    (
        "status-unseen",
        "Every declared status was seen",
        "What was never seen was never judged; describe how to provoke it in a file for --provocations.",
    ),
)

RULES: Final = {
    id: Rule(id, category, title, why)
    for category, table in (
        (Category.CONTRACT, _CONTRACT),
        (Category.STRICT, _STRICT),
        (Category.AUTHENTICATION, _AUTHENTICATION),
        (Category.HTTP, _HTTP),
        (Category.COVERAGE, _COVERAGE),
    )
    for id, title, why in table
}
