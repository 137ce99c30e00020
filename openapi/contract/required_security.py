"""What an operation requires of its callers: alternatives of schemes with scopes, and what each scheme means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to


@dataclass(frozen=True)
class CredentialKind:
    """A Security Scheme Object by its meaning, without its name: equal kinds take equal credentials.

    `detail` says where an API key is sent, which HTTP scheme is used, or where OpenID Connect is described. `flows` are
    the OAuth flows, each with the URLs of authorization and of tokens, `known_scopes` the scopes of all of them.
    """

    type: str
    detail: str
    flows: frozenset[tuple[str, str, str]] = frozenset()
    known_scopes: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """How messages name it."""
        return f"{self.type} ({self.detail})" if self.detail else self.type


@dataclass(frozen=True)
class RequiredScheme:
    """A scheme that a request must satisfy, and the scopes that it needs."""

    name: str
    kind: CredentialKind
    scopes: frozenset[str]
    pointer: str


# The schemes that a request must all satisfy; an empty tuple requires nothing.
RequiredCredentials = tuple[RequiredScheme, ...]


def required_security(document: Document, written: Any) -> tuple[RequiredCredentials, ...]:
    """The alternatives in the `security` of an operation or document (section "Security Requirement Object")."""
    schemes: Mapping[str, Any] = document.root.get("components", {}).get("securitySchemes", {})
    return tuple(
        tuple(
            RequiredScheme(
                name,
                _kind(document.resolve(schemes[name])) if name in schemes else CredentialKind("undeclared", name),
                frozenset(map(str, scopes or ())),
                pointer_to("components", "securitySchemes", name),
            )
            for name, scopes in requirement.items()
        )
        for requirement in written
    )


def _kind(scheme: Mapping[str, Any]) -> CredentialKind:
    kind = str(scheme.get("type", ""))
    if kind == "apiKey":
        name = str(scheme.get("name", ""))
        location = str(scheme.get("in", ""))
        return CredentialKind(kind, f"{location} {name.lower() if location == 'header' else name}")
    if kind == "http":
        return CredentialKind(kind, str(scheme.get("scheme", "")).lower())
    if kind == "openIdConnect":
        return CredentialKind(kind, str(scheme.get("openIdConnectUrl", "")))
    flows: Mapping[str, Any] = scheme.get("flows", {})
    return CredentialKind(
        kind,
        "",
        frozenset(
            (name, str(flow.get("authorizationUrl", "")), str(flow.get("tokenUrl", "")))
            for name, flow in flows.items()
            if isinstance(flow, Mapping)
        ),
        frozenset(
            str(scope) for flow in flows.values() if isinstance(flow, Mapping) for scope in flow.get("scopes", ())
        ),
    )
