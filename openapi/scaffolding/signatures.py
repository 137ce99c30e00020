"""The signatures of coroutines: what the server passes to the handler of an operation, and what it may return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from openapi.contract import Content, Contract, Operation, RequestBody
from openapi.engine.arguments import argument_name
from openapi.engine.binding import handler_name
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import has_content
from openapi.scaffolding.definitions import ANY, union
from openapi.scaffolding.names import Names, pascal
from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.python_types import PythonTypes

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Service:
    """A value that the server passes to handlers by `name`: an object of the class `type_name` of `module`. One that is
    `only_unsafe` is passed to operations alone whose method changes something."""

    name: str
    module: str
    type_name: str
    only_unsafe: bool = False


@dataclass(frozen=True)
class Argument:
    """An argument of a handler; a request can omit an `optional` one."""

    name: str
    kind: str
    optional: bool = False


@dataclass(frozen=True)
class Signature:
    """The coroutine of an operation: `function` is its name, `protocol` the name of its type, and `result` what it
    may return."""

    operation: Operation
    function: str
    protocol: str
    arguments: Sequence[Argument]
    result: str

    @property
    def answer(self) -> str:
        """The name of the type of its results."""
        return f"{self.protocol}Answer"


def signatures_of(
    contract: Contract, types: PythonTypes, caller: Service, services: Sequence[Service]
) -> list[Signature]:
    """The signatures of all operations, sorted by the names of their functions."""
    names, found = Names(), list[Signature]()
    for operation in sorted(contract.operations, key=lambda each: each.operation_id):
        function = handler_name(operation.operation_id)
        protocol = names.unique(pascal(function) or "Operation", endings=("", "Answer"))
        offered = [
            *([] if operation.public else [caller]),
            *(each for each in services if not (each.only_unsafe and operation.is_safe)),
        ]
        arguments = [
            *(Argument(each.name, each.type_name) for each in offered),
            *_arguments(operation, types, protocol),
        ]
        result = union(_answers(operation, types, protocol)) if operation.responses else "None"
        found.append(Signature(operation, function, protocol, arguments, result))
    return sorted(found, key=lambda each: each.function)


def check_signatures(signatures: Sequence[Signature]) -> None:
    """Check that a coroutine can be written for each operation.

    Raises ScaffoldError if two operations need one name, or if the name of an argument is impossible.
    """
    for one, other in pairwise(signatures):
        if one.function == other.function:
            both = f"{one.operation.operation_id!r} and {other.operation.operation_id!r}"
            raise ScaffoldError(f"{both} both need a coroutine with the name {one.function}; change one operationId")
    for signature in signatures:
        _check(signature.operation, signature.arguments)


def _arguments(operation: Operation, types: PythonTypes, protocol: str) -> Iterator[Argument]:
    """The parameters and the body; those that a request can omit come last, as Python requires of defaults."""
    found = []
    for parameter in operation.parameters:
        name = argument_name(parameter.name)
        kind = _qualified(types, types.named(parameter.schema, protocol + pascal(name)))
        if parameter.allows_empty and "None" not in kind.split(" | "):
            kind = f"{kind} | None"
        found.append(Argument(name, kind, not parameter.required and not parameter.has_default))
    if operation.body is not None:
        found.append(Argument("body", _body(operation.body, types, protocol), not operation.body.required))
    yield from sorted(found, key=lambda each: each.optional)


def _body(body: RequestBody, types: PythonTypes, protocol: str) -> str:
    kinds = [_content(content, types, f"{protocol}Body") for content in body.contents]
    return union(kinds) if kinds else ANY


def _content(content: Content, types: PythonTypes, hint: str) -> str:
    """The type of a body: data for JSON, forms, text and sequences, and bytes for all else."""
    name = parse_media_type(content.media_type).name
    if is_json(name) or name in _FORMS or content.is_sequence:
        return _qualified(types, types.named(content.schema, hint))
    return "str" if name.startswith("text/") and content.schema.named_types <= {"string", "null"} else "bytes"


def _answers(operation: Operation, types: PythonTypes, protocol: str) -> Iterator[str]:
    """A body alone, which has the success status, and a body with each declared status."""
    statuses = [key for key in operation.responses if key.isdecimal() and key[0] == "2"]
    usual = operation.response_for(min(map(int, statuses), default=200))
    bodies = {key: _answered(operation, key, types, protocol) for key in operation.responses}
    if usual is not None:
        yield bodies[usual.key]
    for key, body in bodies.items():
        yield f"Answer[{body}, {f'Literal[{int(key)}]' if key.isdecimal() else 'int'}]"


def _answered(operation: Operation, key: str, types: PythonTypes, protocol: str) -> str:
    if key.isdecimal() and not has_content(int(key)):
        return "None"
    for content in operation.responses[key].contents:
        if is_json(parse_media_type(content.media_type).name):
            return _qualified(types, types.named(content.schema, f"{protocol}{key.title()}"))
    return "None"


def _qualified(types: PythonTypes, kind: str) -> str:
    return f"schemas.{kind}" if types.is_defined(kind) else kind


def _check(operation: Operation, arguments: Sequence[Argument]) -> None:
    where = f"{operation.operation_id} ({operation.label})"
    names = [argument.name for argument in arguments]
    if not all(name.isidentifier() for name in names):
        raise ScaffoldError(f"{where}: a parameter has a name without letters of ASCII; rename it")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ScaffoldError(f"{where}: two arguments have the name {twice!r}; rename a parameter")
