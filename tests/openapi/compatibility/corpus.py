"""The corpus of pairs: two contracts each, and the level of the change between them.

A case of a file in `pairs/` has a frame, which says where its fragments are put, so that it shows nothing but what it
is about. `documents` makes the two documents. Members of a case:

- ``id``, ``because``: its name, and the argument for its level in a sentence
- ``frame``, ``old``, ``new``: where the fragments are put, and the fragments
- ``openapi``: the version of both documents, or of each; 3.0.3 if absent
- ``components``: components of both documents
- ``expected``: the level, or those that the definition leaves open
- ``back``: the same for the pair the other way round
- ``mirrored``: a schema of a request whose answer, changed the other way round, has the same levels
- ``causes``: the number of changes to tell that are not "unchanged"; ``changes``: that of all
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

_FOLDER: Final = Path(__file__).parent / "pairs"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TEMPLATE: Final = re.compile(r"\{[^{}]*\}")
_JSON: Final = "application/json"
_MIRRORS: Final = {"request": "response", "response": "request"}

Document = dict[str, Any]
Levels = frozenset[str]


@dataclass(frozen=True)
class Pair:
    """Two documents, and the levels that a comparison of them may have."""

    id: str
    old: Document
    new: Document
    levels: Levels
    because: str
    causes: int | None = None
    changes: int | None = None

    @property
    def is_breaking(self) -> bool:
        """Whether nothing but "breaking" is right."""
        return self.levels == {"breaking"}

    @property
    def is_harmless(self) -> bool:
        """Whether neither "breaking" nor "risky" is right."""
        return not self.levels & {"breaking", "risky"}


def read_pairs() -> list[Pair]:
    """All cases as they are written."""
    return [_pair(case) for case in read_cases()]


def read_derived_pairs() -> list[Pair]:
    """The pairs that follow from the cases: the other way round, and as the schema of the other side."""
    return [pair for case in read_cases() for pair in _derived(case)]


def read_cases() -> list[Mapping[str, Any]]:
    """The cases of all files. Raises ValueError if two have one id."""
    cases = [
        case for path in sorted(_FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    if len({case["id"] for case in cases}) < len(cases):
        raise ValueError("two cases have one id")
    return cases


def _pair(case: Mapping[str, Any]) -> Pair:
    old, new = documents(case)
    return Pair(
        case["id"], old, new, _levels(case["expected"]), case["because"], case.get("causes"), case.get("changes")
    )


def _derived(case: Mapping[str, Any]) -> Iterator[Pair]:
    pair = _pair(case)
    if "back" in case:
        yield replace(
            pair, id=f"{pair.id}-back", old=pair.new, new=pair.old, levels=_levels(case["back"]), changes=None
        )
    if case.get("mirrored"):
        old, new = documents({**case, "frame": _MIRRORS[case["frame"]]})
        yield replace(pair, id=f"{pair.id}-mirrored", old=new, new=old)
        if "back" in case:
            yield replace(pair, id=f"{pair.id}-mirrored-back", old=old, new=new, levels=_levels(case["back"]))


def _levels(expected: str | Sequence[str]) -> Levels:
    return frozenset([expected] if isinstance(expected, str) else expected)


def documents(case: Mapping[str, Any]) -> tuple[Document, Document]:
    """The two documents of a case."""
    versions = case.get("openapi", "3.0.3")
    versions = [versions, versions] if isinstance(versions, str) else versions
    # Anchors of YAML make one value of several; a document has each of its own.
    cases = [copy.deepcopy({"components": case.get("components"), "fragment": case[side]}) for side in ("old", "new")]
    old, new = (
        _completed({**({"components": one["components"]} if one["components"] else {}), **framed}, version)
        for one, version in zip(cases, versions, strict=True)
        for framed in [_FRAMES[case["frame"]](one["fragment"])]
    )
    return old, new


def _completed(document: Document, version: str) -> Document:
    """A document with the members that each one must have, where the fragment leaves them out."""
    head: Document = {
        "swagger" if version == "2.0" else "openapi": version,
        "info": {"title": "Things", "version": "1"},
    }
    completed = head | document
    if "webhooks" not in completed:
        completed.setdefault("paths", {})
    for items in (completed.get("paths", {}), completed.get("webhooks", {})):
        for path, item in items.items():
            _complete_item(path, item, version)
    return completed


def _complete_item(path: str, item: Document, version: str) -> None:
    for method in _METHODS:
        if method in item:
            item[method].setdefault("operationId", f"{method} {_TEMPLATE.sub('{}', path)}")
            responses = item[method].setdefault("responses", {"204": {"description": "done"}})
            for response in responses.values():
                if "$ref" not in response:
                    response.setdefault("description", "answer")
    if version == "2.0":
        return
    named = {name.split("}")[0] for name in path.split("{")[1:]}
    declared = {parameter.get("name") for one in _operations(item) for parameter in one.get("parameters", [])}
    assert named <= declared, f"{path} lacks a parameter"


def _operations(item: Document) -> list[Document]:
    return [item, *(item[method] for method in _METHODS if method in item)]


def _operation(operation: Document, method: str = "post", path: str = "/things") -> Document:
    return {"paths": {path: {method: operation}}}


def _parameter(fragment: Document | list[Document]) -> Document:
    parameters = fragment if isinstance(fragment, list) else [fragment]
    completed = [one if "$ref" in one else {"name": "q", "in": "query"} | one for one in parameters]
    in_path = "".join(f"/{{{one['name']}}}" for one in completed if one.get("in") == "path")
    return _operation({"parameters": completed}, "get", f"/things{in_path}")


def _body(fragment: Document | None) -> Document:
    return _operation({} if fragment is None else {"requestBody": fragment})


def _request(schema: Any) -> Document:
    return _body({"required": True, "content": {_JSON: {"schema": schema}}})


def _response(schema: Any) -> Document:
    return _operation({"responses": {"200": {"content": {_JSON: {"schema": schema}}}}}, "get")


def _header(fragment: Document | None) -> Document:
    headers = {} if fragment is None else {"headers": {"X-Count": fragment}}
    return _operation({"responses": {"200": headers}}, "get")


def _thing(schema: Any) -> Document:
    operation = _request(schema)["paths"]["/things"]["post"]
    return _operation(operation | {"responses": {"200": {"content": {_JSON: {"schema": copy.deepcopy(schema)}}}}})


def _security(fragment: Document) -> Document:
    operation = {} if "security" not in fragment else {"security": fragment["security"]}
    return _operation(operation, "get") | {"components": {"securitySchemes": fragment["schemes"]}}


def _webhook(operation: Document) -> Document:
    return {"openapi": "3.1.0", "paths": {}, "webhooks": {"created": {"post": operation}}}


def _callback(operation: Document) -> Document:
    operation.setdefault("responses", {"200": {"description": "ok"}})
    return _operation({"callbacks": {"done": {"{$request.query.url}": {"post": operation}}}})


_FRAMES: Final[Mapping[str, Callable[[Any], Document]]] = {
    "document": lambda fragment: fragment,
    "paths": lambda fragment: {"paths": fragment},
    "parameter": _parameter,
    "body": _body,
    "request": _request,
    "responses": lambda fragment: _operation({"responses": fragment}, "get"),
    "response": _response,
    "header": _header,
    "thing": _thing,
    "security": _security,
    "webhook": _webhook,
    "callback": _callback,
}
