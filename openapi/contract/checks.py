"""Rules that a contract must keep beyond the schema of OpenAPI; each raises ContractError for the first breach."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from openapi.contract.operations import Operation
from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.pointer import join_pointer, steps_of
from openapi.documents.references import references


def check_version(document: Document) -> None:
    """The document is OpenAPI 3.0."""
    version, swagger = document.root.get("openapi"), document.root.get("swagger")
    if isinstance(version, str) and version.startswith("3.0."):
        return
    found, mend = "has no version", ""
    if str(version) in ("3", "3.0"):
        found, mend = f"is OpenAPI {version}", "; write openapi: 3.0.3"
    elif version is not None:
        found, mend = f"is OpenAPI {version}", "; convert it, or have the tool that makes it write 3.0"
    elif swagger is not None:
        found, mend = f"is Swagger {swagger}", "; convert it, or have the tool that makes it write 3.0"
    raise ContractError(document.source, "/openapi", f"the document {found}; only OpenAPI 3.0 is served{mend}")


def check_references(document: Document) -> None:
    """Every reference leads to an object of the document."""
    checked: set[str] = set()
    for found in references(document.root):
        reference = found.target
        if found.key != "$ref" or reference in checked or (found.extension and document.lenient):
            continue
        pointer = join_pointer((*found.path, "$ref"))
        if not reference.startswith("#"):
            raise ContractError(
                document.source, pointer, f"{reference!r} leads out of the document; bundle it into one file first"
            )
        try:
            target = document.resolve({"$ref": reference})
        except LookupError:
            raise ContractError(document.source, pointer, f"{reference!r} refers to nothing") from None
        if not isinstance(target, Mapping):
            raise ContractError(document.source, pointer, f"{reference!r} does not refer to an object")
        if reference[1:] and not steps_of(reference[1:]):
            raise ContractError(document.source, pointer, f"{reference!r} is not a JSON pointer")
        checked.add(reference)


def check_operation_ids(document: Document, operations: Sequence[Operation]) -> None:
    """Every operation has an operationId of its own."""
    seen: dict[str, Operation] = {}
    for operation in operations:
        pointer = operation.pointer + "/operationId"
        if not operation.operation_id:
            raise ContractError(document.source, operation.pointer, "the operation has no operationId")
        if (other := seen.get(operation.operation_id)) is not None:
            reason = f"the operationId {operation.operation_id!r} is that of {other.pointer} too"
            raise ContractError(document.source, pointer, reason)
        seen[operation.operation_id] = operation


def check_security(document: Document, operations: Sequence[Operation], declared: Container[str]) -> None:
    """A requirement that names no declared scheme could never be met (section "Security Requirement Object")."""
    for operation in operations:
        for scheme in (scheme for requirement in operation.security for scheme in requirement):
            if scheme.name not in declared:
                reason = f"the security scheme {scheme.name!r} is not declared under components/securitySchemes"
                raise ContractError(document.source, operation.pointer + "/security", reason)
