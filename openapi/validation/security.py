"""Whether a request carries credentials for its operation. Whether they are good, only a server knows."""

from __future__ import annotations

from openapi.contract import Operation, SecurityScheme
from openapi.http.messages import values_of
from openapi.parameters.request_parts import RequestParts
from openapi.validation.violations import Violation


def credentials_of(scheme: SecurityScheme, parts: RequestParts) -> str | None:
    """The credentials that a request carries for a scheme: the key, or what follows the scheme of an Authorization
    header; None when there are none."""
    if scheme.is_api_key:
        return next((text for text in parts.texts(scheme.location, scheme.key) if text), None)
    for value in values_of(parts.headers, "authorization"):
        found, _, credentials = value.strip().partition(" ")
        if found.lower() == scheme.http_scheme and credentials.strip():
            return credentials.strip()
    return None


def credential_violations(operation: Operation, parts: RequestParts) -> list[Violation]:
    """What is wrong with the credentials of a request: one of the operation's requirements must be met."""
    if operation.public:
        return []
    if any(all(credentials_of(scheme, parts) for scheme in schemes) for schemes in operation.security):
        return []
    names = " or ".join(" and ".join(scheme.name for scheme in schemes) for schemes in operation.security)
    return [Violation("credentials-missing", operation.security_pointer, f"no credentials came for {names}")]
