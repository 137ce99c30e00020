"""The types of a contract in TypeScript: one for each schema, and what each operation takes and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from openapi.contract import Content, Contract, Operation, RequestBody
from openapi.documents.pointer import steps_of
from openapi.schemas import Schema
from openapi.typescript.literals import literal, property_name, string

_HEAD: Final = """\
// The types of {title}, made by `tether-relay mock export --to types`. Make them anew instead of editing them.
"""

_TAIL: Final = """\
export type OperationId = keyof Operations;

/** The body of an operation's answer with a status. */
export type ResponseBody<
  Id extends OperationId,
  Status extends keyof Operations[Id]["responses"],
> = Operations[Id]["responses"][Status];
"""

_PRIMITIVES: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
# What names may not be (ECMA-262 "Keywords and Reserved Words", and TypeScript's own types), and those made here.
_TAKEN: Final = frozenset(
    re.findall(
        r"\w+",
        "any as async await bigint boolean break case catch class const continue debugger declare default delete do "
        "else enum export extends false finally for function if implements import in instanceof interface let never "
        "new null number object package private protected public return static string super switch symbol this throw "
        "true try type typeof undefined unknown var void while with yield Array Blob FormData Record "
        "URLSearchParams OperationId Operations ResponseBody",
    )
)


def typescript_types(contract: Contract) -> str:
    """A TypeScript module with a type for each schema of the contract, `Operations` by operationId, and
    `ResponseBody<Id, Status>`.

    A property that is not required is optional, `nullable` adds null where that is valid, a form is what `fetch` takes
    for one, and what is no JSON or text is a Blob. A schema that closes nothing is not opened by an index signature
    unless it says `additionalProperties`.
    """
    return "\n".join([_HEAD.format(title=_line(contract.title)), *_Types(contract).lines(), _TAIL])


class _Types:
    """The declarations of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._schemas = contract.schemas
        self._names = _identifiers(self._schemas)

    def lines(self) -> Iterator[str]:
        for name, schema in self._schemas.items():
            yield from _comment(_description(schema), 0)
            yield f"export type {self._names[name]} = {self._type(schema, 0)};\n"
        yield "/** What each operation takes and answers, by operationId. */"
        yield "export interface Operations {"
        for operation in self._contract.operations:
            yield from _comment(operation.summary, 1)
            yield f"  {property_name(operation.operation_id)}: {self._operation(operation)};"
        yield "}\n"

    def _operation(self, operation: Operation) -> str:
        responses = {status: self._contents(each.contents, 3) for status, each in operation.responses.items()}
        members = [
            f"method: {string(operation.method.upper())}",
            f"path: {string(operation.path)}",
            f"parameters: {self._parameters(operation)}",
            f"body: {'undefined' if operation.body is None else self._body(operation.body)}",
            f"responses: {_block((f'{_status(status)}: {kind}' for status, kind in responses.items()), 2)}",
        ]
        return _block(members, 1)

    def _parameters(self, operation: Operation) -> str:
        locations: dict[str, list[str]] = {}
        for parameter in operation.parameters:
            mark = "" if parameter.required else "?"
            kind = self._type(parameter.schema, 4)
            locations.setdefault(parameter.location, []).append(f"{property_name(parameter.name)}{mark}: {kind}")
        return _block((f"{location}: {_block(members, 3)}" for location, members in locations.items()), 2)

    def _body(self, body: RequestBody) -> str:
        kind = self._contents(body.contents, 2)
        return kind if body.required else f"{kind} | undefined"

    def _contents(self, contents: Iterable[Content], depth: int) -> str:
        kinds = [self._content(content.media_type.lower(), content.schema, depth) for content in contents]
        return _union(kinds) if kinds else "undefined"

    def _content(self, media_type: str, schema: Schema, depth: int) -> str:
        if "json" in media_type or media_type.startswith("text/"):
            return self._type(schema, depth)
        # What fetch sends under the media type, beside what the fields are.
        if media_type.startswith("application/x-www-form-urlencoded"):
            return _union([self._type(schema, depth), "URLSearchParams"])
        return "FormData" if media_type.startswith("multipart/form-data") else "Blob"

    def _type(self, schema: Schema, depth: int) -> str:
        if schema.reference is not None:
            return self._referred(schema, depth)
        kinds = list(self._alternatives(schema, depth))
        return _union([*kinds, "null"] if _adds_null(schema) else kinds)

    def _referred(self, schema: Schema, depth: int) -> str:
        steps = steps_of(schema.reference or "")
        if steps[:2] == ["components", "schemas"] and len(steps) == 3:
            return self._names[steps[2]]
        # Inside of something else: written out, unless it stands in itself.
        return "unknown" if depth > _DEEPEST else self._type(schema.target, depth + 1)

    def _alternatives(self, schema: Schema, depth: int) -> Iterator[str]:
        """The parts of a union; several only where the schema has alternatives."""
        if schema.enum is not None:
            yield from (literal(value) for value in schema.enum)
            return
        parts = []
        if "properties" in schema or schema.type == "object" or "additionalProperties" in schema:
            parts.append(self._object(schema, depth))
        parts += [self._type(part, depth) for part in schema.composed("allOf")]
        for several in ("oneOf", "anyOf"):
            if several in schema:
                parts.append(_union([self._type(part, depth) for part in schema.composed(several)]))
        # Beside something that says more, "any object" says nothing.
        yield _intersection([part for part in parts if part != _ANYTHING] or parts or [self._simple(schema, depth)])

    def _simple(self, schema: Schema, depth: int) -> str:
        if schema.type == "array" or "items" in schema:
            return f"Array<{'unknown' if schema.items is None else self._type(schema.items, depth)}>"
        if schema.type == "string" and schema.format == "binary":
            return "Blob"
        return _PRIMITIVES.get(str(schema.type), "unknown")

    def _object(self, schema: Schema, depth: int) -> str:
        properties = schema.properties
        members = []
        for name, inner in properties.items():
            comment = "".join(f"{line}\n{'  ' * (depth + 1)}" for line in _comment(_description(inner), 0))
            mark = "" if name in schema.required else "?"
            members.append(f"{comment}{property_name(name)}{mark}: {self._type(inner, depth + 1)}")
        additional = schema.additional_properties if "additionalProperties" in schema else not properties
        if isinstance(additional, Schema) and not properties:
            return f"Record<string, {self._type(additional, depth)}>"
        if additional is not False and not (additional is True and not properties):
            # An index signature holds for the named properties too, whatever their types.
            members.append("[name: string]: unknown")
        return _block(members, depth) if members else _ANYTHING if additional else "Record<string, never>"


def _adds_null(schema: Schema) -> bool:
    """Whether null is valid where it would not be by the other keywords."""
    composed = any(key in schema for key in _COMPOSED)
    said = schema.is_nullable and schema.enum is None and (bool(schema.types) or not composed)
    return said and schema.allows_null


_ANYTHING: Final = "Record<string, unknown>"
_DEEPEST: Final = 12
_COMPOSED: Final = ("allOf", "oneOf", "anyOf")


def _identifiers(names: Iterable[str]) -> dict[str, str]:
    """A TypeScript name for each: itself where it can be, and no two the same."""
    found: dict[str, str] = {}
    taken = set(_TAKEN)
    for name in names:
        wanted = re.sub(r"[^A-Za-z0-9_$]", "_", name)
        wanted = f"_{wanted}" if not wanted or wanted[0].isdigit() else wanted
        unique = wanted
        number = 2
        while unique in taken:
            unique = f"{wanted}{number}" if wanted not in _TAKEN else f"{wanted}_{number}"
            number += 1
        taken.add(unique)
        found[name] = unique
    return found


def _status(key: str) -> str:
    """A number where it is one, so that `ResponseBody<"getUser", 200>` is how it is asked for."""
    return key if key.isdecimal() else property_name(key)


def _description(schema: Schema) -> str:
    """The description of the schema itself; that of one it refers to is beside that one's name."""
    return schema.description if schema.reference is None else ""


def _comment(text: str, depth: int) -> list[str]:
    if not text.strip():
        return []
    return [f"{'  ' * depth}/** {_line(text)} */"]


def _line(text: str) -> str:
    """A text on one line, which cannot end a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).replace("*/", "*\u200b/")


def _block(members: Iterable[str], depth: int) -> str:
    indent = "  " * (depth + 1)
    lines = [f"{indent}{member};" for member in members]
    return "\n".join(["{", *lines, "  " * depth + "}"]) if lines else "{}"


def _union(kinds: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(kinds)) or "never"


def _intersection(kinds: Iterable[str]) -> str:
    several = list(dict.fromkeys(kinds))
    return " & ".join(f"({kind})" if " | " in kind else kind for kind in several) if len(several) > 1 else several[0]
