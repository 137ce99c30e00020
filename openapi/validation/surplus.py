"""What a request has beyond the contract. A server may ignore it, and may refuse it too."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.contract import Operation, Parameter
from openapi.parameters.request_parts import RequestParts
from openapi.validation.violations import Violation


def surplus_violations(operation: Operation, parts: RequestParts, body: bytes) -> Iterator[Violation]:
    """The probable violations by query parameters that are repeated or undeclared, and by an undeclared body."""
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "query"}
    keys = {scheme.key for each in operation.security for scheme in each if scheme.location == "query"}
    takes_all = any(parameter.location == "querystring" for parameter in operation.parameters) or any(
        "object" in parameter.schema.named_types for parameter in declared.values()
    )
    for name, values in parts.query.items():
        parameter = declared.get(name)
        if parameter is not None and len(values) > 1 and not _is_list(parameter):
            yield _surplus(parameter.pointer, f"the query parameter is sent {len(values)} times", f"query {name}")
        known = {name, name.partition("[")[0]} & (declared.keys() | keys)
        if not known and not takes_all:
            yield _surplus(operation.pointer, "the contract has no query parameter with this name", f"query {name}")
    if body and operation.body is None:
        yield _surplus(operation.pointer, "the operation takes no body", "the body")


def _is_list(parameter: Parameter) -> bool:
    types = parameter.schema.named_types
    return not types or "array" in types or "object" in types


def _surplus(pointer: str, reason: str, where: str) -> Violation:
    return Violation("request-surplus", pointer, reason, where, is_probable=True)
