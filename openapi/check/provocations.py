"""Provocations: a file with requests for statuses that no generated request produces (a disabled user, missing data).

```yaml
provocations:
  - operation: get_calls_providers   # an operationId, or "GET /api/calls/providers"
    status: 500
    credentials: false               # send none; the default is true
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
    """The provocations in a YAML or JSON file. Raises ContractError with the file, the place and the problem."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ContractError(str(path), "", f"cannot be read: {error.strerror}") from None
    document = read_document(content, str(path))
    entries = document.get("provocations")
    if not isinstance(entries, list):
        raise ContractError(str(path), "/provocations", "expected a list of provocations")
    return tuple(
        _provocation(entry, contract, maker, str(path), pointer_to("provocations", index))
        for index, entry in enumerate(entries)
    )


def find_operation(contract: Contract, name: str) -> Operation | None:
    """The operation with that operationId, or with that method and path; None if there is none."""
    return next((o for o in contract.operations if name in (o.operation_id, o.label)), None)


def _provocation(entry: Any, contract: Contract, maker: RequestMaker, source: str, pointer: str) -> Provocation:
    if not isinstance(entry, Mapping) or not {"operation", "status"} <= entry.keys():
        raise ContractError(source, pointer, "a provocation needs an `operation` and a `status`")
    _known(entry, _KEYS, source, pointer)
    if (operation := find_operation(contract, str(entry["operation"]))) is None:
        raise ContractError(source, f"{pointer}/operation", f"the contract has no operation {entry['operation']!r}")
    status, credentials = entry["status"], entry.get("credentials", True)
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise ContractError(source, f"{pointer}/status", "the status must be a number from 100 to 599")
    if not isinstance(credentials, bool):
        raise ContractError(source, f"{pointer}/credentials", "expected true or false")
    request = _request(entry.get("request", {}), maker, operation, source, f"{pointer}/request")
    return Provocation(operation, status, request, credentials)


def _request(request: Any, maker: RequestMaker, operation: Operation, source: str, pointer: str) -> SampleRequest:
    if not isinstance(request, Mapping):
        raise ContractError(source, pointer, "expected a mapping with path, query, headers, cookies and body")
    _known(request, _PARTS, source, pointer)
    for part in _PARTS - {"body"}:
        if not isinstance(request.get(part, {}), Mapping):
            raise ContractError(source, f"{pointer}/{part}", "expected a mapping of names to values")
    try:
        return maker.request(operation, request)
    except GenerationError as error:
        raise ContractError(
            source, pointer, f"the rest of the request cannot be generated, so describe all of it: {error}"
        ) from None


def _known(mapping: Mapping[str, Any], known: set[str], source: str, pointer: str) -> None:
    for key in mapping:
        if key not in known:
            raise ContractError(source, f"{pointer}/{key}", f"unknown key; the keys are {', '.join(sorted(known))}")
