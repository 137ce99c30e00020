"""Examples in files of their own (section "Example Object", `externalValue`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.reading import read_value

_DATA: Final = (".json", ".yaml", ".yml")
# More than any example has, in bytes.
_LARGEST: Final = 4 * 1024 * 1024


def external_value(document: Document, reference: str) -> Any:
    """The value in the file that `reference` names, relative to the document: data from JSON and YAML, text from any
    other file. Read once. Raises LookupError for a URL of another server, a file outside of the folder of the document,
    and one that cannot be read."""
    key = (external_value, reference)
    if key not in document.cache:
        document.cache[key] = _read(document.files[0].parent, reference) if document.files else LookupError(reference)
    found = document.cache[key]
    if isinstance(found, LookupError):
        raise found
    return found


def _read(folder: Path, reference: str) -> Any:
    try:
        parts = urlsplit(reference)
        path = (folder / unquote(parts.path)).resolve()
        is_inside = path.is_relative_to(folder.resolve())
        if parts.scheme or parts.netloc or not is_inside or path.stat().st_size > _LARGEST:
            return LookupError(reference)
        content = path.read_bytes()
        return read_value(content, str(path)) if path.suffix.lower() in _DATA else content.decode()
    except (ContractError, OSError, ValueError):
        return LookupError(reference)
