"""Contracts of Swagger 2.0 are read as OpenAPI 3.0; what is told about them is about the document as written."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from openapi.contract.checks import check_references, check_version
from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistake

D = TypeVar("D", bound=Document)


def is_of_swagger(document: Document) -> bool:
    """Whether a document is of a version before OpenAPI 3."""
    return "swagger" in document.root and "openapi" not in document.root


def converted(document: D, *, mended: bool = False) -> D:
    """A Swagger 2.0 document as OpenAPI 3.0. If it is lenient, a breach of the schema of Swagger 2.0 is a warning: what
    cannot be used is left out; references that lead nowhere are left to be `mended`. Raises ContractError."""
    # Imported here because few documents are of this version, and the conversion slows down every start.
    from openapi.documents.swagger.conversion import convert
    from openapi.documents.swagger.sections import is_swagger
    from openapi.documents.swagger.structure import first_swagger_error

    if not is_swagger(document.root):
        check_version(document)
    if not mended:
        check_references(document)
    error = first_swagger_error(document.root)
    if error is not None and not document.lenient:
        raise ContractError(document.source, *error)
    result = convert(document.root)
    warnings = [*result.warnings, *([] if error is None else [Mistake(*error)])]
    return replace(
        document,
        root=result.document,
        converted_from=document.root,
        origins=result.origins,
        warnings=tuple(warnings),
    )


def mistake_as_written(document: Document, mistake: Mistake) -> Mistake:
    """A mistake with the pointers of the document as written, also those of references in its reason."""
    reason = mistake.reason
    if document.converted_from is not None:
        from openapi.documents.swagger.sections import SECTIONS

        for section, kind in SECTIONS.items():
            reason = reason.replace(f"#/components/{kind}/", f"#/{section}/")
    return replace(mistake, pointer=document.as_written(mistake.pointer), reason=reason)
