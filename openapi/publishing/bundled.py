"""One document of a contract in several files."""

from __future__ import annotations

import json
from pathlib import Path

from openapi.documents.bundling import bundle
from openapi.publishing.portable import with_identifiers
from openapi.publishing.writing import as_yaml


def bundled(path: Path, *, as_json: bool = False) -> bytes:
    """The document in a file with all that it refers to in other files, in YAML or JSON. A document that is in one file
    already, in the same format, keeps its bytes.

    Raises ContractError for a file or a reference that cannot be read, OSError if `path` cannot be read.
    """
    content = path.read_bytes()
    found = bundle(content, path)
    if len(found.files) == 1 and as_json == (path.suffix.lower() == ".json"):
        return content
    document = with_identifiers(found.document)
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode() if as_json else as_yaml(document)
