"""The types of a contract in TypeScript: one for each schema, and what each operation takes and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from openapi.contract import Contract, Operation
from openapi.documents.pointer import steps_of
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
    return "\n".join([_HEAD.format(title=_line(contract.document["info"]["title"])), *_Types(contract).lines(), _TAIL])


class _Types:
    """The declarations of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._schemas: Mapping[str, Any] = contract.document.get("components", {}).get("schemas", {})
        self._names = _identifiers(self._schemas)

    def lines(self) -> Iterator[str]:
        for name, schema in self._schemas.items():
            yield from _comment(schema, 0)
            yield f"export type {self._names[name]} = {self._type(schema, 0)};\n"
        yield "/** What each operation takes and answers, by operationId. */"
        yield "export interface Operations {"
        for operation in self._contract.operations:
            yield from _comment({"description": operation.definition.get("summary", "")}, 1)
            yield f"  {property_name(operation.operation_id)}: {self._operation(operation)};"
        yield "}\n"

    def _operation(self, operation: Operation) -> str:
        responses = {
            status: self._content(self._contract.resolve(response), 3)
            for status, response in operation.definition["responses"].items()
            if not status.startswith("x-")
        }
        body: Mapping[str, Any] | None = self._contract.resolve(operation.definition.get("requestBody"))
        members = [
            f"method: {string(operation.method.upper())}",
            f"path: {string(operation.path)}",
            f"parameters: {self._parameters(operation)}",
            f"body: {'undefined' if body is None else self._body(body)}",
            f"responses: {_block((f'{_status(status)}: {kind}' for status, kind in responses.items()), 2)}",
        ]
        return _block(members, 1)

    def _parameters(self, operation: Operation) -> str:
        places: dict[str, list[str]] = {}
        for parameter in operation.raw_parameters:
            content: dict[str, Any] = next(iter(parameter.get("content", {}).values()), {})
            schema = parameter.get("schema") or content.get("schema", {})
            mark = "" if parameter.get("required") else "?"
            kind = self._type(schema, 4)
            places.setdefault(parameter["in"], []).append(f"{property_name(parameter['name'])}{mark}: {kind}")
        return _block((f"{place}: {_block(members, 3)}" for place, members in places.items()), 2)

    def _body(self, body: Mapping[str, Any]) -> str:
        kind = self._content(body, 2)
        return kind if body.get("required") else f"{kind} | undefined"

    def _content(self, holder: Mapping[str, Any], depth: int) -> str:
        content: Mapping[str, Any] = holder.get("content", {})
        kinds = [
            self._medium(media_type.lower(), media.get("schema", {}), depth) for media_type, media in content.items()
        ]
        return _union(kinds) if kinds else "undefined"

    def _medium(self, media_type: str, schema: Mapping[str, Any], depth: int) -> str:
        if "json" in media_type or media_type.startswith("text/"):
            return self._type(schema, depth)
        # What fetch sends under the media type, beside what the fields are.
        if media_type.startswith("application/x-www-form-urlencoded"):
            return _union([self._type(schema, depth), "URLSearchParams"])
        return "FormData" if media_type.startswith("multipart/form-data") else "Blob"

    def _type(self, schema: Mapping[str, Any], depth: int) -> str:
        if isinstance(reference := schema.get("$ref"), str):
            return self._referred(reference, depth)
        kinds = list(self._alternatives(schema, depth))
        return _union([*kinds, "null"] if self._adds_null(schema) else kinds)

    def _adds_null(self, schema: Mapping[str, Any]) -> bool:
        """Whether `nullable` lets null in that the type has not for other reasons."""
        composed = any(key in schema for key in _COMPOSED)
        said = schema.get("nullable") is True and "enum" not in schema and ("type" in schema or not composed)
        return said and self._takes_null(schema, 0)

    def _takes_null(self, schema: Mapping[str, Any], depth: int) -> bool:
        """Whether null is valid. `nullable` counts beside `type` alone, and opens nothing that another schema which is
        in force closes (3.0.3, proposal "Clarify Nullable")."""
        schema = self._contract.resolve(schema)
        if depth > _DEEPEST:
            return True
        if ("type" in schema and schema.get("nullable") is not True) or None not in schema.get("enum", (None,)):
            return False
        takes = {key: [self._takes_null(part, depth + 1) for part in schema.get(key, ())] for key in _COMPOSED}
        return all(takes["allOf"]) and all(any(takes[key]) for key in ("oneOf", "anyOf") if takes[key])

    def _referred(self, reference: str, depth: int) -> str:
        steps = steps_of(reference.removeprefix("#"))
        if steps[:2] == ["components", "schemas"] and len(steps) == 3:
            return self._names[steps[2]]
        # Inside of something else: written out, unless it stands in itself.
        if depth > _DEEPEST:
            return "unknown"
        return self._type(self._contract.resolve({"$ref": reference}), depth + 1)

    def _alternatives(self, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
        """The parts of a union; several only where the schema has alternatives."""
        if "enum" in schema:
            yield from (literal(value) for value in schema["enum"])
            return
        parts = []
        if "properties" in schema or schema.get("type") == "object" or "additionalProperties" in schema:
            parts.append(self._object(schema, depth))
        parts += [self._type(part, depth) for part in schema.get("allOf", ())]
        for several in ("oneOf", "anyOf"):
            if several in schema:
                parts.append(_union([self._type(part, depth) for part in schema[several]]))
        # Beside something that says more, "any object" says nothing.
        yield _intersection([part for part in parts if part != _ANYTHING] or parts or [self._simple(schema, depth)])

    def _simple(self, schema: Mapping[str, Any], depth: int) -> str:
        kind = schema.get("type")
        if kind == "array" or "items" in schema:
            return f"Array<{self._type(schema.get('items', {}), depth)}>"
        if kind == "string" and schema.get("format") == "binary":
            return "Blob"
        return _PRIMITIVES.get(str(kind), "unknown")

    def _object(self, schema: Mapping[str, Any], depth: int) -> str:
        properties: Mapping[str, Any] = schema.get("properties", {})
        required = schema.get("required", ())
        members = []
        for name, inner in properties.items():
            comment = "".join(f"{line}\n{'  ' * (depth + 1)}" for line in _comment(inner, 0))
            mark = "" if name in required else "?"
            members.append(f"{comment}{property_name(name)}{mark}: {self._type(inner, depth + 1)}")
        additional = schema.get("additionalProperties", not properties)
        if isinstance(additional, Mapping) and not properties:
            return f"Record<string, {self._type(additional, depth)}>"
        if additional is not False and not (additional is True and not properties):
            # An index signature holds for the named properties too, whatever their types.
            members.append("[name: string]: unknown")
        return _block(members, depth) if members else _ANYTHING if additional else "Record<string, never>"


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


def _comment(schema: Mapping[str, Any], depth: int) -> list[str]:
    text = schema.get("description")
    if not isinstance(text, str) or not text.strip():
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
