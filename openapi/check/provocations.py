"""A file that describes requests for statuses which no generated request provokes: a disabled user, missing data.

```yaml
provocations:
  - operation: get_calls_providers   # an operationId, or "GET /api/calls/providers"
    status: 500
    credentials: false               # send none; true when left out
    request:
      path: {id: 7}
      query: {limit: 3}
      headers: {X-Fail: store}
      body: {name: box}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openapi.contract import Contract, Operation
from openapi.documents.errors import ContractError
from openapi.documents.pointer import pointer_to
from openapi.documents.reading import read_document
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker, SampleRequest

_KEYS: Final = {"operation", "status", "credentials", "request"}
_PARTS: Final = {"path", "query", "headers", "cookies", "body"}


@dataclass(frozen=True)
class Provocation:
    """A request that should be answered with `status`."""

    operation: Operation
    status: int
    request: SampleRequest
    with_credentials: bool = True


def read_provocations(path: Path, contract: Contract, maker: RequestMaker) -> tuple[Provocation, ...]:
    """The provocations in a YAML or JSON file; ContractError names the file, the place and what is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ContractError(str(path), "", f"cannot be read: {error.strerror}") from None
    document = read_document(content, str(path))
    entries = document.get("provocations")
    if not isinstance(entries, list):
        raise ContractError(str(path), "/provocations", "a list of provocations is expected here")
    return tuple(
        _provocation(entry, contract, maker, str(path), pointer_to("provocations", index))
        for index, entry in enumerate(entries)
    )


def find_operation(contract: Contract, name: str) -> Operation | None:
    """The operation of that operationId, or of that method and path; None when there is none."""
    return next((o for o in contract.operations if name in (o.operation_id, o.label)), None)


def _provocation(entry: Any, contract: Contract, maker: RequestMaker, source: str, pointer: str) -> Provocation:
    if not isinstance(entry, Mapping) or not {"operation", "status"} <= entry.keys():
        raise ContractError(source, pointer, "a provocation has an `operation` and a `status`")
    _known(entry, _KEYS, source, pointer)
    if (operation := find_operation(contract, str(entry["operation"]))) is None:
        raise ContractError(source, f"{pointer}/operation", f"the contract has no operation {entry['operation']!r}")
    status, credentials = entry["status"], entry.get("credentials", True)
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise ContractError(source, f"{pointer}/status", "a status is a number from 100 to 599")
    if not isinstance(credentials, bool):
        raise ContractError(source, f"{pointer}/credentials", "true or false is expected here")
    request = _request(entry.get("request", {}), maker, operation, source, f"{pointer}/request")
    return Provocation(operation, status, request, credentials)


def _request(request: Any, maker: RequestMaker, operation: Operation, source: str, pointer: str) -> SampleRequest:
    if not isinstance(request, Mapping):
        raise ContractError(source, pointer, "a mapping with path, query, headers, cookies and body is expected here")
    _known(request, _PARTS, source, pointer)
    for part in _PARTS - {"body"}:
        if not isinstance(request.get(part, {}), Mapping):
            raise ContractError(source, f"{pointer}/{part}", "a mapping of names to values is expected here")
    try:
        return maker.request(operation, request)
    except GenerationError as error:
        raise ContractError(source, pointer, f"describe the whole request, for it cannot be made: {error}") from None


def _known(mapping: Mapping[str, Any], known: set[str], source: str, pointer: str) -> None:
    for key in mapping:
        if key not in known:
            raise ContractError(source, f"{pointer}/{key}", f"only {', '.join(sorted(known))} are known here")
