"""Writes the pages of a contract: Markdown for each operation, an index for programs and one for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from openapi.contract.contract import Contract
from openapi.contract.operations import Operation
from openapi.publishing.splitting import OperationDocument, split
from openapi.publishing.writing import as_yaml

INDEX: Final = "llms.txt"
OVERVIEW: Final = "README.md"
_SECTION: Final = "## API reference"
_HEAD: Final = f"""\
> ## Documentation Index
> Fetch the complete documentation index at: {INDEX}
> Use this file to discover all available pages before exploring further.
"""
_SHORTEST_FENCE: Final = 4
_NO_TAG: Final = "Other operations"
_SPECIAL: Final = re.compile(r"([\\\[\]<>*_`|])")


def pages_of(contract: Contract) -> dict[str, bytes]:
    """The files of a folder with the pages of a contract, by name: a page for each operation, `llms.txt`, which lists
    them for programs (llmstxt.org), and `README.md` for people. Raises ContractError as `split`."""
    documents = split(contract)
    file = re.sub(r"\s+", "-", PurePath(contract.source).name) or "openapi.yaml"
    files = {f"{document.name}.md": _page(document, file).encode() for document in documents}
    files[INDEX] = _index(contract, documents).encode()
    files[OVERVIEW] = _overview(contract, documents).encode()
    return files


def _page(document: OperationDocument, file: str) -> str:
    operation = document.operation
    content = as_yaml(document.root).decode()
    fence = "`" * max(_SHORTEST_FENCE, 1 + max((len(run) for run in re.findall("`+", content)), default=0))
    quoted = "".join(f"{f'> {line}'.rstrip()}\n" for line in operation.description.strip().splitlines())
    head = f"{_HEAD}\n# {title_of(operation)}\n\n" + (f"{quoted}\n\n\n" if quoted else "")
    return f"{head}## OpenAPI\n\n{fence}yaml {file} {operation.method} {operation.path}\n{content}\n{fence}\n"


def title_of(operation: Operation) -> str:
    """The title of an operation in one line: its summary, else its method and path."""
    return " ".join(operation.summary.split()) or operation.label


def _index(contract: Contract, documents: Iterable[OperationDocument]) -> str:
    lines = [f"# {_line(contract.title) or 'API'}", "", _SECTION, ""]
    for document in documents:
        first = _line(document.operation.description.strip().partition("\n\n")[0])
        lines.append(f"- [{_line(title_of(document.operation))}]({document.name}.md)" + (f": {first}" if first else ""))
    return "\n".join(lines) + "\n"


def _overview(contract: Contract, documents: Sequence[OperationDocument]) -> str:
    lines = [f"# {_line(contract.title) or 'API'}"]
    groups: dict[str, list[OperationDocument]] = {}
    for document in documents:
        groups.setdefault(next(iter(document.operation.tags), _NO_TAG), []).append(document)
    for tag, group in sorted(groups.items(), key=lambda item: (item[0] == _NO_TAG, item[0])):
        lines += ["", f"## {_line(tag)}", "", "| operation | |", "| --- | --- |"]
        for document in group:
            label = _line(document.operation.label)
            lines.append(f"| [{label}]({document.name}.md) | {_line(title_of(document.operation))} |")
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text in one line, without effects in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
