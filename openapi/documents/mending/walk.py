"""Mends the mistakes of a document of a third party, so that it follows the schema of its version of OpenAPI.

What is missing is filled in, what has no meaning is left out, and what is incomplete without that is left out too. Each
mend is a mistake that is told.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from openapi.documents.errors import ContractError
from openapi.documents.mending import rules
from openapi.documents.mending.objects import FILLED, NEEDED, REFERABLE, members_of
from openapi.documents.mending.schemas import SchemaMender
from openapi.documents.mistakes import Mistakes
from openapi.documents.pointer import resolve_pointer
from openapi.documents.references import Steps

REMOVED: Final = object()
_SHOWN: Final = 60
_TEXT: Final = ("description", "summary")
_members = cache(members_of)


def mend_document(root: dict[str, Any], version: str, mistakes: Mistakes) -> None:
    """Mend the objects of `root`, a document of a version such as "3.1", in place, and tell each mistake."""
    mender = _Mender(root, version, mistakes)
    mender.object("Document", root, ())


class _Mender:
    def __init__(self, root: dict[str, Any], version: str, mistakes: Mistakes) -> None:
        self._root = root
        self._version = version
        self._mistakes = mistakes
        self._schemas = SchemaMender(version, mistakes)
        self._inlined: list[str] = []

    def mend(self, spec: str, value: Any, path: Steps) -> Any:
        """`value` as `spec` says, or REMOVED."""
        if spec == "any":
            return value
        if spec == "Schema":
            return self._schemas.mend(value, path)
        if spec == "text":
            return self._text(value, path)
        if spec == "flag":
            return self._flag(value, path)
        if spec == "texts":
            return self._list("text", value, path)
        if spec.startswith("["):
            return self._list(spec[1:-1], value, path)
        return self._map(spec[1:-1], value, path) if spec.startswith("{") else self.object(spec, value, path)

    def object(self, kind: str, value: Any, path: Steps) -> Any:
        """The object of a kind, mended in place, or REMOVED."""
        if not isinstance(value, dict):
            return self._remove(path, f"this must be an object, not {_shown(value)}; it is left out")
        if isinstance(value.get("$ref"), str) and kind != "PathItem":
            if kind in REFERABLE or (kind == "MediaType" and self._version == "3.2"):
                return self._reference(value, path)
            return self._inline(kind, value, path)
        if (named := rules.NAMED.get(kind)) is not None:
            return self._named(kind, named, value, path)
        if kind in rules.BEFORE:
            rules.BEFORE[kind](value, path, self._version, self._mistakes)
        self._each_member(kind, value, path)
        if kind in rules.AFTER and (reason := rules.AFTER[kind](value, path, self._version, self._mistakes)):
            return self._remove(path, reason)
        for name in NEEDED.get(kind, ()):
            if name not in value:
                return self._remove(path, f"{name!r} is missing; the {kind} is left out")
        for name, default in FILLED.get(kind, {}).items():
            if name not in value and not (name == "responses" and self._version != "3.0"):
                self._mistakes.add(path, f"{name!r} is missing")
                value[name] = copy.deepcopy(default)
        return value

    def _each_member(self, kind: str, value: dict[str, Any], path: Steps) -> None:
        if kind == "Requirement":
            for name, scopes in list(value.items()):
                mended = self._list("text", scopes, (*path, name))
                value[name] = [] if mended is REMOVED else mended
            return
        members = _members(kind, self._version)
        for name, child in list(value.items()):
            if name.startswith("x-"):
                continue
            inner = (*path, name)
            spec = members.get(name)
            if spec is None:
                self._mistakes.add(inner, f"OpenAPI {self._version} has no {name!r} here; it is ignored")
                mended = REMOVED
            else:
                mended = self.mend(spec, child, inner)
            self._put(value, name, mended)
            if mended is REMOVED and spec == "Operation" and path[:1] == ("paths",):
                self._mistakes.lose(inner, "it is not an object")

    def _named(self, kind: str, named: rules.Named, value: dict[str, Any], path: Steps) -> Any:
        """An object whose members have names of a pattern, such as the paths."""
        for name, child in list(value.items()):
            if name.startswith("x-"):
                continue
            inner = (*path, name)
            if (key := named.name(name)) is None or (key != name and key in value):
                self._put(value, name, self._remove(inner, f"{name!r} is not {named.what}; it is left out"))
                continue
            mended = self.mend(named.kind, child, inner)
            if key != name:
                self._mistakes.add(inner, f"{name!r} is not {named.what}; it is read as {key!r}")
                items = [(key if old == name else old, each) for old, each in value.items()]
                value.clear()
                value.update(items)
            self._put(value, key, mended)
        if kind == "Responses" and not any(not name.startswith("x-") for name in value):
            self._mistakes.add(path, "no response is declared; any answer is taken as declared")
            value["default"] = {"description": ""}
        return value

    def _list(self, spec: str, value: Any, path: Steps) -> Any:
        if not isinstance(value, list):
            if not isinstance(value, dict | str) or not value:
                return self._remove(path, f"this must be a list, not {_shown(value)}; it is left out")
            self._mistakes.add(path, "this must be a list; it is read as a list with one value")
            value = [value]
        mended = [self.mend(spec, child, (*path, index)) for index, child in enumerate(value)]
        value[:] = [child for child in mended if child is not REMOVED]
        if spec in ("Parameter", "text", "Tag"):
            rules.drop_repeated(value, path, self._mistakes)
        return value

    def _map(self, spec: str, value: Any, path: Steps) -> Any:
        if isinstance(value, list) and spec == "Example":
            self._mistakes.add(path, "the examples must be a map of names; they are numbered")
            value = {f"example{number}": {"value": each} for number, each in enumerate(value, 1)}
        if not isinstance(value, dict):
            return self._remove(path, f"this must be a map, not {_shown(value)}; it is left out")
        for name, child in list(value.items()):
            self._put(value, name, self.mend(spec, child, (*path, name)))
        return value

    def _reference(self, value: dict[str, Any], path: Steps) -> Any:
        allowed = ("$ref", "description", "summary")
        for name in [name for name in value if self._version != "3.0" and name not in allowed]:
            self._mistakes.add((*path, name), f"a Reference Object has no {name!r}; it is ignored")
            del value[name]
        for name in _TEXT:
            if name in value and self._version != "3.0":
                self._put(value, name, self._text(value[name], (*path, name)))
        return value

    def _inline(self, kind: str, value: dict[str, Any], path: Steps) -> Any:
        """An object in whose place the specification has no reference: the target is used."""
        reference = value["$ref"]
        target = self._target(reference)
        if not isinstance(target, dict) or reference in self._inlined:
            return self._remove((*path, "$ref"), f"{reference!r} leads to no {kind}; it is left out")
        self._mistakes.add((*path, "$ref"), f"OpenAPI has no $ref in place of a {kind}; the target is used")
        siblings = {name: each for name, each in value.items() if name != "$ref"}
        value.clear()
        value.update({**copy.deepcopy(target), **siblings})
        self._inlined.append(reference)
        try:
            return self.object(kind, value, path)
        finally:
            self._inlined.pop()

    def _text(self, value: Any, path: Steps) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            target = self._target(reference)
            if isinstance(target, str):
                self._mistakes.add(path, "OpenAPI has no $ref in place of text; the text of the target is used")
                return target
            return self._remove(path, f"{reference!r} leads to no text; it is left out")
        if isinstance(value, int | float):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self._mistakes.add(path, f"this must be text; it is read as {text!r}; put it in quotes")
            return text
        return self._remove(path, f"this must be text, not {_shown(value)}; it is left out")

    def _flag(self, value: Any, path: Steps) -> Any:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false", "yes", "no"):
            self._mistakes.add(path, f"this must be true or false, without quotes, not {_shown(value)}")
            return str(value).lower() in ("true", "yes")
        return self._remove(path, f"this must be true or false, not {_shown(value)}; it is left out")

    def _target(self, reference: str) -> Any:
        try:
            return resolve_pointer(self._root, reference[1:]) if reference.startswith("#") else None
        except (LookupError, ContractError):
            return None

    def _remove(self, path: Steps, reason: str) -> Any:
        self._mistakes.add(path, reason)
        return REMOVED

    @staticmethod
    def _put(holder: dict[str, Any], name: str, value: Any) -> None:
        if value is not REMOVED:
            holder[name] = value
        else:
            holder.pop(name, None)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = "null" if value is None else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
