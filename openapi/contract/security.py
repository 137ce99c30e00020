"""The security that an operation requires: alternatives, each a set of schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

SchemeType: TypeAlias = Literal["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]


@dataclass(frozen=True)
class SecurityScheme:
    """A Security Scheme Object under its `name`.

    For an API key, `location` is ``header``, ``query`` or ``cookie``, and `key` is its name there. Any other scheme
    uses the Authorization header with `http_scheme`, in lower case: OAuth 2.0 and OpenID Connect use a bearer token
    (RFC 6750 section 2.1).
    """

    name: str
    type: SchemeType
    http_scheme: str = ""
    location: str = "header"
    key: str = "Authorization"

    @property
    def is_of_the_request(self) -> bool:
        """Whether a request carries the credentials; those of mutual TLS belong to its connection."""
        return self.type != "mutualTLS"

    @property
    def is_api_key(self) -> bool:
        """Whether it is an API key; otherwise it is a scheme of the Authorization header."""
        return self.type == "apiKey"


# The schemes that a request must all satisfy; an empty tuple requires no credentials (section "Security Requirement
# Object").
SecurityRequirement: TypeAlias = tuple[SecurityScheme, ...]


def scheme_of(name: str, definition: Mapping[str, Any]) -> SecurityScheme:
    """The security scheme of a Security Scheme Object whose references are resolved."""
    kind: SchemeType = definition["type"]
    if kind == "apiKey":
        return SecurityScheme(name, kind, "", definition["in"], definition["name"])
    return SecurityScheme(name, kind, definition["scheme"].lower() if kind == "http" else "bearer")
