"""Makes a valid document of one with mistakes, for tools that read documents of third parties."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from openapi.documents.bundling import Bundle
from openapi.documents.dialects import Dialect, is_known_dialect
from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.lines import LineIndex
from openapi.documents.mending.objects import odd_names
from openapi.documents.mending.operations import mend_operation_ids, mend_security
from openapi.documents.mending.pruning import dangling, prune
from openapi.documents.mending.walk import mend_document
from openapi.documents.mistakes import Mistake, Mistakes
from openapi.documents.references import Reference, Steps, references
from openapi.documents.structure import (
    SUPPORTED,
    first_structural_error,
    is_structurally_valid,
    minor_version,
    structural_errors,
    wrong_target,
)
from openapi.documents.subschemas import DocumentObject, objects_of, subschemas

D = TypeVar("D", bound=Document)
# Words of other dialects, which the schema of OpenAPI 3.1 does not report.
_OLDER_WORDS: Final = ("nullable", "dependencies", "additionalItems", "$schema")


def mend(document: D, unread: Mapping[str, str]) -> tuple[D, tuple[Mistake, ...]]:
    """A document that follows the schema of its version, and the mistakes of `document`, which it is made of. The data
    of `document` may be changed in place. `unread` has the reasons why references to other documents could not be
    followed.

    Raises ContractError if the document cannot be made valid.
    """
    mistakes = Mistakes(document.source)
    root = document.root
    if not isinstance(root, dict):
        raise ContractError(document.source, "", "the document is not an object")
    if _has_mistakes(document, root):
        root = _mended(document, copy.deepcopy(root), mistakes, unread)
        document = replace(document, root=root)
    mend_operation_ids(root, document.resolve, mistakes)
    mend_security(root, document.resolve, mistakes)
    return document, tuple(mistakes.found.values())


def _has_mistakes(document: Document, root: Mapping[str, Any]) -> bool:
    found = [reference for reference in references(root) if not reference.extension]
    # OpenAPI 3.1 leaves the schemas to their dialect.
    objects = list(objects_of(root)) if document.dialect is Dialect.DRAFT_2020_12 else []
    return (
        any(True for _ in dangling(found, document.resolve, lambda reference: None, {}))
        or not is_structurally_valid(root, document.resolve, found, objects)
        or any(True for _ in odd_names(root))
        or _has_quiet_words(document, root, found, objects)
    )


def _has_quiet_words(
    document: Document, root: Mapping[str, Any], found: Sequence[Reference], objects: Sequence[DocumentObject]
) -> bool:
    """Whether there may be words that the schema of the version takes, and that mean nothing there."""
    if document.dialect is Dialect.OPENAPI_3_0:
        return any(each.holder.get("nullable") is True for each in found if each.key == "$ref")
    if "jsonSchemaDialect" in root and not is_known_dialect(root["jsonSchemaDialect"]):
        return True
    if any("example" in each.value and "examples" in each.value for each in objects if not each.is_schema):
        return True
    # Walking all schemas takes time, and searching the bytes does not.
    if len(document.files) < 2 and not any(word.encode() in document.content for word in _OLDER_WORDS):
        return False
    pending = [each.value for each in objects if each.is_schema]
    while pending:
        schema = pending.pop()
        if any(word in schema for word in _OLDER_WORDS):
            return True
        pending.extend(inner for inner, _ in subschemas(schema) if isinstance(inner, dict))
    return False


def _mended(document: Document, root: dict[str, Any], mistakes: Mistakes, unread: Mapping[str, str]) -> dict[str, Any]:
    version = minor_version(root)
    copied = replace(document, root=root)

    def lost(wrong: Callable[[Reference], str | None]) -> list[tuple[Steps, str]]:
        return list(dangling(references(root), copied.resolve, wrong, unread))

    # References are mended first, so that all else can follow them, and once more for the kinds of their targets.
    valid = prune(root, lambda: lost(lambda reference: None), mistakes, lost=True)
    mend_document(root, version, mistakes)
    valid = valid and prune(root, lambda: structural_errors(root), mistakes, lost=False)
    valid = valid and prune(
        root, lambda: lost(lambda reference: wrong_target(reference, copied.resolve, version)), mistakes, lost=True
    )
    valid = valid and prune(root, lambda: structural_errors(root), mistakes, lost=False)
    if not valid or any(True for _ in lost(lambda reference: None)):
        pointer, reason = first_structural_error(root, copied.resolve) or ("", "its parts contradict each other")
        raise ContractError(document.source, pointer, f"the document cannot be used: {reason}")
    return root


def with_version(document: D) -> D:
    """A document, with a version of three numbers where it has two, which is a mistake."""
    version = document.root.get("openapi")
    if str(version) not in SUPPORTED:
        return document
    mistake = Mistake("/openapi", f"the version has three numbers; it is read as '{version}.0'", document.source)
    return replace(document, root={**document.root, "openapi": f"{version}.0"}, warnings=(*document.warnings, mistake))


def located_mistakes(mistakes: Sequence[Mistake], bundled: Bundle) -> Iterator[Mistake]:
    """The mistakes in a bundle, with the files, pointers and lines where they are written."""
    lines: dict[Path, LineIndex] = {}
    for mistake in mistakes:
        if mistake.line is not None:
            yield mistake
            continue
        origin = bundled.origin(mistake.pointer)
        if origin.file not in lines:
            lines[origin.file] = LineIndex(origin.file.read_bytes())
        line = lines[origin.file].line(origin.pointer)
        yield replace(mistake, source=str(origin.file), pointer=origin.pointer, line=line)
