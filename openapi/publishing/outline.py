"""An operation as people read it in the terminal: parameters, bodies as trees, responses."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from openapi.contract.contract import Contract
from openapi.contract.operations import Operation
from openapi.contract.parts import Content, DeclaredHeader, Parameter
from openapi.publishing.tree import SchemaTrees, described, shortened, shown

_WIDTH = 100


def outline(contract: Contract, operation: Operation) -> str:
    """The text about an operation of a contract."""
    trees = SchemaTrees()
    lines = list(_head(contract, operation))
    if operation.parameters:
        lines += ["", "Parameters"]
        lines += _indented(line for each in operation.parameters for line in _parameter(contract, each, trees))
    if (body := operation.body) is not None:
        lines += ["", "Request body, required" if body.required else "Request body, optional"]
        lines += _indented(_contents(body.contents, trees))
    lines += ["", "Responses"]
    for key, response in operation.responses.items():
        lines += _indented([f"{key}  {shortened(response.description)}".rstrip()])
        below = [*map(_header, response.headers), *_contents(response.contents, trees)]
        lines += _indented(_indented(below))
    for name, group in operation.callbacks.items():
        lines += ["", f"Callback {name}"]
        lines += _indented(f"{each.label}  {shortened(each.summary)}".rstrip() for each in group)
    return "\n".join(lines) + "\n"


def _head(contract: Contract, operation: Operation) -> Iterator[str]:
    yield operation.label + (" (deprecated)" if operation.is_deprecated else "")
    if operation.summary:
        yield " ".join(operation.summary.split())
    for paragraph in operation.description.strip().splitlines():
        yield from _indented(textwrap.wrap(paragraph, _WIDTH) or [""])
    yield ""
    yield f"operationId: {operation.operation_id}"
    if operation.tags:
        yield f"tags:        {', '.join(operation.tags)}"
    yield f"security:    {_security(contract, operation)}"
    for server in operation.servers or contract.servers:
        yield f"server:      {server}"


def _security(contract: Contract, operation: Operation) -> str:
    alternatives = [
        " and ".join(
            f"{each.name}, {each.kind.text}" + (f", scopes {', '.join(sorted(each.scopes))}" if each.scopes else "")
            for each in required
        )
        or "none"
        for required in contract.required_security(operation)
    ]
    return "; or ".join(alternatives) or "none"


def _parameter(contract: Contract, parameter: Parameter, trees: SchemaTrees) -> Iterator[str]:
    lines = list(trees.lines(parameter.schema))
    note = ", required" if parameter.required else ""
    remark = shortened(contract.resolve(contract.at(parameter.pointer)).get("description", ""))
    yield f"{parameter.location} {parameter.name}{note}: {lines[0]}" + (f". {remark}" if remark else "")
    yield from _indented(lines[1:])


def _header(header: DeclaredHeader) -> str:
    return f"header {header.name}{', required' if header.required else ''}: {described(header.schema)}"


def _contents(contents: Sequence[Content], trees: SchemaTrees) -> Iterator[str]:
    for content in contents:
        first, *rest = trees.lines(content.schema)
        yield f"{content.media_type}: {first}"
        yield from rest
        yield from (f"example: {shown(each.value)}" for each in content.examples[:1])


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in lines)
