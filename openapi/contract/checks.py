"""Rules for a contract beyond the schema of OpenAPI; each check raises ContractError for the first violation."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from openapi.contract.operations import Operation
from openapi.documents.dialects import is_meta_schema
from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.pointer import join_pointer, steps_of
from openapi.documents.references import references
from openapi.documents.structure import SUPPORTED, minor_version
from openapi.schemas.schema import Schema


def check_version(document: Document) -> None:
    """Check that the document is of a version of OpenAPI that is supported."""
    if minor_version(document.root):
        return
    version, swagger = document.root.get("openapi"), document.root.get("swagger")
    supported = f"Swagger 2.0 and OpenAPI {', '.join(SUPPORTED[:-1])} and {SUPPORTED[-1]} are supported"
    if version is not None:
        found = f"is OpenAPI {version}"
        advice = f"write openapi: {version}.0" if str(version) in SUPPORTED else "convert it to one of these versions"
    elif swagger is not None:
        found, advice = f"is Swagger {swagger}", "convert it, or let the tool that generates it write 3.1"
    else:
        found, advice = "has no OpenAPI version", "add openapi: 3.1.0"
    raise ContractError(document.source, "/openapi", f"the document {found}; {supported}; {advice}")


def check_references(document: Document) -> None:
    """Check that every reference leads to an object of the document."""
    checked: set[str] = set()
    for found in references(document.root):
        reference = found.target
        if found.key != "$ref" or reference in checked or (found.extension and document.lenient):
            continue
        pointer = join_pointer((*found.path, "$ref"))
        if is_meta_schema(reference):
            continue
        if not reference.startswith("#"):
            reason = f"{reference!r} refers to another document; bundle the documents into one file first"
            raise ContractError(document.source, pointer, reason)
        try:
            target = document.resolve({"$ref": reference})
        except LookupError:
            reason = f"{reference!r} does not exist; correct the reference or add its target"
            raise ContractError(document.source, pointer, reason) from None
        if not isinstance(target, Mapping | bool):
            raise ContractError(document.source, pointer, f"{reference!r} is not an object; refer to an object")
        if reference[1:] and not steps_of(reference[1:]):
            reason = f"{reference!r} is not a JSON pointer; write a slash after the #"
            raise ContractError(document.source, pointer, reason)
        checked.add(reference)


def check_composition(document: Document, schemas: Iterable[Schema]) -> None:
    """Check that no schema contains itself through allOf, anyOf and oneOf alone: such a schema has no meaning, and
    readers of the document would follow it without end."""
    for schema in schemas:
        pending, seen = [*schema.branches], set[Schema]()
        while pending:
            branch = pending.pop()
            if branch == schema:
                reason = "a schema cannot be a part of itself; remove this reference"
                raise ContractError(document.source, branch.pointer, reason)
            if branch not in seen:
                seen.add(branch)
                pending.extend(branch.branches)


def check_operation_ids(document: Document, operations: Sequence[Operation]) -> None:
    """Check that every operation has a unique operationId."""
    seen: dict[str, Operation] = {}
    for operation in operations:
        pointer = operation.pointer + "/operationId"
        if not operation.operation_id:
            reason = "the operation has no operationId; add a unique one"
            raise ContractError(document.source, operation.pointer, reason)
        if (other := seen.get(operation.operation_id)) is not None:
            place = document.as_written(other.pointer)
            reason = f"{place} has the operationId {operation.operation_id!r} too; change one of them"
            raise ContractError(document.source, pointer, reason)
        seen[operation.operation_id] = operation


def check_security(document: Document, operations: Sequence[Operation], declared: Container[str]) -> None:
    """Check that every security requirement names a declared scheme (section "Security Requirement Object"): no request
    could meet another one."""
    for operation in operations:
        for scheme in (scheme for requirement in operation.security for scheme in requirement):
            if scheme.name not in declared:
                place = document.as_written("/components/securitySchemes").removeprefix("/")
                reason = f"the security scheme {scheme.name!r} is not declared; add it to {place}"
                raise ContractError(document.source, operation.pointer + "/security", reason)
