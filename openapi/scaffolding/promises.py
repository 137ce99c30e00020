"""Entries of an overlay in which a server promises more than its contract: all properties, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from openapi.contract import Contract, Operation
from openapi.documents.errors import ContractError
from openapi.documents.pointer import steps_of
from openapi.documents.reading import read_document
from openapi.scaffolding.problems import ScaffoldError
from openapi.schemas import Schema


@dataclass(frozen=True)
class Promise:
    """What the answers of a schema have: the JSONPath of the schema, and its properties that it does not require."""

    target: str
    required: tuple[str, ...]

    def lines(self, indent: str) -> list[str]:
        """The action of an overlay (Overlay 1.0.0 section "Action Object")."""
        return [
            f"{indent}- target: {_quoted(self.target)}",
            f"{indent}  description: All properties and no others; take out of `required` what an answer may omit.",
            f"{indent}  update:",
            # An overlay adds to lists ("Action Object", `update`).
            *([f"{indent}    required: [{', '.join(map(_quoted, self.required))}]"] if self.required else []),
            f"{indent}    additionalProperties: false",
        ]


def promises_of(contract: Contract, operations: Collection[Operation], served: Iterable[Operation]) -> list[Promise]:
    """The promises for the objects in the responses of new operations, beside those that are `served` already.

    A schema that requests or served responses have too, that others extend or that is composed of others is left out:
    a promise would change what is accepted and what is answered now, or could not be kept.
    """
    known = [schema for operation in served for schema in _of_responses(operation)]
    received = {*_reached(known), *_reached(s for operation in contract.operations for s in _of_requests(operation))}
    extended = {part.target for schema in contract.schemas.values() for part in _extended(schema)}
    found: dict[str, Promise] = {}
    for schema in _reached(schema for operation in operations for schema in _of_responses(operation)):
        names = tuple(n for n, inner in schema.properties.items() if inner.get("writeOnly") is not True)
        if names and not schema.branches and schema not in received and schema not in extended and _is_open(schema):
            target = _path(schema.origin)
            found[target] = Promise(target, tuple(name for name in names if name not in schema.required))
    return [found[target] for target in sorted(found)]


def with_promises(overlay: str, place: str, promises: Iterable[Promise]) -> str:
    """An overlay with the promises for schemas that it has no action for.

    Raises ScaffoldError if the overlay is not one, or cannot be extended at its end.
    """
    before = _actions(overlay, place)
    known = {str(action.get("target")) for action in before if isinstance(action, dict)}
    new = [promise for promise in promises if promise.target not in known]
    if not new:
        return overlay
    items = re.findall(r"^( *)- +target:", overlay, re.MULTILINE)
    lines = [line for promise in new for line in promise.lines(items[-1] if items else "  ")]
    text = "\n".join([overlay.rstrip("\n"), *lines, ""])
    try:
        kept = _actions(text, place)[: len(before)] == before and len(_actions(text, place)) == len(before) + len(new)
    except ScaffoldError:
        kept = False
    if not kept:
        raise ScaffoldError(f"{place}: no action can be added; write `actions` last, with one item on each line")
    return text


def _actions(overlay: str, place: str) -> list[object]:
    try:
        document = read_document(overlay.encode(), place)
    except ContractError as error:
        raise ScaffoldError(str(error)) from None
    actions = document.get("actions")
    if not isinstance(actions, list):
        raise ScaffoldError(f"{place}: it is not an overlay with a list of `actions`")
    return actions


def _of_requests(operation: Operation) -> Iterator[Schema]:
    yield from (parameter.schema for parameter in operation.parameters)
    if operation.body is not None:
        yield from (content.schema for content in operation.body.contents)


def _of_responses(operation: Operation) -> Iterator[Schema]:
    yield from (content.schema for response in operation.responses.values() for content in response.contents)


def _reached(schemas: Iterable[Schema]) -> list[Schema]:
    """The schemas that describe values or parts of values of others, without references."""
    pending, found = [schema.target for schema in schemas], dict[Schema, None]()
    while pending:
        schema = pending.pop()
        if schema not in found:
            found[schema] = None
            pending += [inner.target for inner in _inner(schema)]
    return list(found)


def _inner(schema: Schema) -> Iterator[Schema]:
    yield from schema.properties.values()
    yield from schema.prefix_items
    yield from schema.branches
    yield from (each for each in (schema.items, schema.additional_properties) if isinstance(each, Schema))


def _extended(schema: Schema) -> Iterator[Schema]:
    for part in schema.parts:
        yield from part.composed("allOf")


def _is_open(schema: Schema) -> bool:
    """Whether the schema allows more than its properties, or fewer."""
    return schema.discriminator is None and not schema.pattern_properties and schema.additional_properties is True


def _path(pointer: str) -> str:
    """A JSON pointer to a schema as a JSONPath (RFC 9535)."""
    path, around = "$", ""
    for step in steps_of(pointer):
        if around in ("oneOf", "anyOf", "allOf", "prefixItems"):
            path += f"[{step}]"
        else:
            path += f".{step}" if re.fullmatch(r"[A-Za-z_]\w*", step, re.ASCII) else f"[{_single(step)}]"
        around = step
    return path


def _single(text: str) -> str:
    return "'" + json.dumps(text)[1:-1].replace("'", "\\'").replace('\\"', '"') + "'"


def _quoted(text: str) -> str:
    """A text as a scalar of YAML, plain if it can be."""
    is_plain = re.fullmatch(r"[A-Za-z_$][\w.$]*", text, re.ASCII) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text)


# Words that YAML 1.1 reads as other values.
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
