"""The objects of OpenAPI 3 and their members (OpenAPI 3.0.3, 3.1.1 and 3.2.0, sections "... Object")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

# A member is text, a flag, texts (a list of text), any data, an object of a kind, a list of them in [], or a map in {}.
# "@3.1" and "@3.2" name the first version that has the member.
_MEMBERS: Final[Mapping[str, str]] = {
    "Document": "openapi:text info:Info servers:[Server] paths:Paths components:Components security:[Requirement] "
    "tags:[Tag] externalDocs:Docs webhooks:{PathItem}@3.1 jsonSchemaDialect:text@3.1 $self:text@3.2",
    "Info": "title:text description:text termsOfService:text contact:Contact license:License version:text "
    "summary:text@3.1",
    "Contact": "name:text url:text email:text",
    "License": "name:text url:text identifier:text@3.1",
    "Server": "url:text description:text variables:{Variable} name:text@3.2",
    "Variable": "enum:texts default:text description:text",
    "Components": "schemas:{Schema} responses:{Response} parameters:{Parameter} examples:{Example} "
    "requestBodies:{RequestBody} headers:{Header} securitySchemes:{SecurityScheme} links:{Link} "
    "callbacks:{Callback} pathItems:{PathItem}@3.1 mediaTypes:{MediaType}@3.2",
    "PathItem": "$ref:text summary:text description:text servers:[Server] parameters:[Parameter] get:Operation "
    "put:Operation post:Operation delete:Operation options:Operation head:Operation patch:Operation trace:Operation "
    "query:Operation@3.2 additionalOperations:{Operation}@3.2",
    "Operation": "tags:texts summary:text description:text externalDocs:Docs operationId:text parameters:[Parameter] "
    "requestBody:RequestBody responses:Responses callbacks:{Callback} deprecated:flag security:[Requirement] "
    "servers:[Server]",
    "Docs": "description:text url:text",
    "Parameter": "name:text in:text description:text required:flag deprecated:flag allowEmptyValue:flag style:text "
    "explode:flag allowReserved:flag schema:Schema example:any examples:{Example} content:{MediaType}",
    "Header": "description:text required:flag deprecated:flag allowEmptyValue:flag style:text explode:flag "
    "allowReserved:flag schema:Schema example:any examples:{Example} content:{MediaType}",
    "RequestBody": "description:text content:{MediaType} required:flag",
    "MediaType": "schema:Schema example:any examples:{Example} encoding:{Encoding} itemSchema:Schema@3.2 "
    "prefixEncoding:[Encoding]@3.2 itemEncoding:Encoding@3.2 description:text@3.2",
    "Encoding": "contentType:text headers:{Header} style:text explode:flag allowReserved:flag "
    "encoding:{Encoding}@3.2 prefixEncoding:[Encoding]@3.2 itemEncoding:Encoding@3.2",
    "Response": "description:text headers:{Header} content:{MediaType} links:{Link} summary:text@3.2",
    "Example": "summary:text description:text value:any externalValue:text dataValue:any@3.2 serializedValue:text@3.2",
    "Link": "operationRef:text operationId:text parameters:{any} requestBody:any description:text server:Server",
    "Tag": "name:text description:text externalDocs:Docs summary:text@3.2 parent:text@3.2 kind:text@3.2",
    "SecurityScheme": "type:text description:text name:text in:text scheme:text bearerFormat:text flows:Flows "
    "openIdConnectUrl:text oauth2MetadataUrl:text@3.2 deprecated:flag@3.2",
    "Flows": "implicit:Flow password:Flow clientCredentials:Flow authorizationCode:Flow deviceAuthorization:Flow@3.2",
    "Flow": "authorizationUrl:text tokenUrl:text refreshUrl:text scopes:{text} deviceAuthorizationUrl:text@3.2",
    "Requirement": "",
}
# What a missing member is replaced by, in the objects that are useful without it.
FILLED: Final[Mapping[str, Mapping[str, Any]]] = {
    "Document": {"info": {"title": "", "version": ""}},
    "Info": {"title": "", "version": ""},
    "License": {"name": ""},
    "Response": {"description": ""},
    "RequestBody": {"content": {}},
    "Operation": {"responses": {"default": {"description": ""}}},
    "Variable": {"default": ""},
}
# Members without which an object says nothing: it is left out.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "Server": ("url",),
    "Docs": ("url",),
    "Tag": ("name",),
    "Parameter": ("name", "in"),
    "SecurityScheme": ("type",),
}
# The kinds in whose place a Reference Object may stand, and in version 3.2 Media Type Objects too.
REFERABLE: Final = frozenset(
    {"Callback", "Example", "Header", "Link", "Parameter", "RequestBody", "Response", "Schema", "SecurityScheme"}
)


# "Components Object": the names that are allowed there.
_NAME: Final = re.compile("[A-Za-z0-9._-]+")


def odd_names(root: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The components of a document whose names are not allowed there, as (kind, name)."""
    components = root.get("components")
    for kind, named in components.items() if isinstance(components, dict) else ():
        if isinstance(named, dict) and not kind.startswith("x-"):
            yield from ((kind, name) for name in named if not _NAME.fullmatch(name))


def members_of(kind: str, version: str) -> Mapping[str, str]:
    """The members of an object in a version, such as "3.1": name -> kind."""
    found = {}
    for word in _MEMBERS[kind].split():
        name, _, rest = word.partition(":")
        spec, _, since = rest.partition("@")
        if not since or version >= since:
            found[name] = spec
    return found
