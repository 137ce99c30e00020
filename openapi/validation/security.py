"""Checks that a request has credentials for its operation. Only a server can verify them."""

from __future__ import annotations

from openapi.contract import Operation, SecurityScheme
from openapi.http.messages import values_of
from openapi.parameters.request_parts import RequestParts
from openapi.validation.violations import Violation


def credentials_of(scheme: SecurityScheme, parts: RequestParts) -> str | None:
    """The credentials of a request for a scheme: the API key, or the Authorization header after the name of the scheme;
    None if there are none."""
    if scheme.is_api_key:
        return next((text for text in parts.texts(scheme.location, scheme.key) if text), None)
    for value in values_of(parts.headers, "authorization"):
        found, _, credentials = value.strip().partition(" ")
        if found.lower() == scheme.http_scheme and credentials.strip():
            return credentials.strip()
    return None


def credential_violations(operation: Operation, parts: RequestParts) -> list[Violation]:
    """The violation of a request without credentials: it must meet one of the requirements of the operation."""
    if operation.public:
        return []
    if any(all(credentials_of(scheme, parts) for scheme in schemes) for schemes in operation.security):
        return []
    names = " or ".join(" and ".join(scheme.name for scheme in schemes) for schemes in operation.security)
    return [Violation("credentials-missing", operation.security_pointer, f"the request has no credentials for {names}")]
