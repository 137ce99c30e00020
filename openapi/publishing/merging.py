"""Several documents become one contract: what all of them say is united, contradictions are conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openapi.contract.operation_ids import methods_of
from openapi.documents.pointer import pointer_to, steps_of
from openapi.documents.structure import minor_version
from openapi.publishing.conflicts import ConflictingPages, Parts
from openapi.publishing.meaning import without_prose

# OpenAPI Object: its members in the order in which they are written.
_ORDER: Final = (
    *("openapi", "$self", "jsonSchemaDialect", "info", "servers", "security", "tags", "paths", "webhooks"),
    "components",
)
_SECTIONS: Final = ("components", "paths", "tags", "openapi", "webhooks")
_OTHERS: Final = "additionalOperations"


@dataclass(frozen=True)
class SourceDocument:
    """A document to merge: that of a page, or a published one with many operations. `source` is its name."""

    source: str
    content: bytes
    root: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class MergedDocuments:
    """One document, and sentences about what pages say in different words."""

    root: dict[str, Any]
    warnings: tuple[str, ...]


def merge(documents: Sequence[SourceDocument]) -> MergedDocuments:
    """The union of some documents of one API; their order does not matter.

    Operations are in the order of path and method, components in that of their names. Raises ConflictingPages.
    """
    conflicts: list[str] = list(_version_conflicts(documents))
    warnings: list[str] = []
    parts = {name: Parts() for name in ("items", "operations", "components", "tags")}
    parts["top"] = Parts(_without_prose_at_top)
    for document in documents:
        _take(document, parts)
    united = {name: each.united(conflicts, warnings) for name, each in parts.items()}
    conflicts += [*_id_conflicts(documents), *_template_conflicts(documents)]
    if conflicts:
        raise ConflictingPages(list(dict.fromkeys(conflicts)))
    return MergedDocuments(_root(documents, united), tuple(warnings))


def _take(document: SourceDocument, parts: Mapping[str, Parts]) -> None:
    """Add all parts of a document."""
    root, source = document.root, document.source
    for key, value in root.items():
        if key not in _SECTIONS:
            parts["top"].add(pointer_to(key), source, value)
    # A member that only some documents have is a contradiction too, such as `security`.
    for key in ("security", "servers"):
        if key not in root:
            parts["top"].add(pointer_to(key), source, None)
    for section, entries in root.get("components", {}).items():
        if section.startswith("x-"):
            parts["components"].add(pointer_to("components", section), source, entries)
            continue
        for name, value in entries.items():
            parts["components"].add(pointer_to("components", section, name), source, value)
    for tag in root.get("tags", ()):
        parts["tags"].add(pointer_to("tags", tag["name"]), source, tag)
    for holder in ("paths", "webhooks"):
        for path, item in root.get(holder, {}).items():
            _take_item((holder, path), source, item, parts)


def _take_item(steps: tuple[str, str], source: str, item: Any, parts: Mapping[str, Parts]) -> None:
    if steps[1].startswith("x-") or not isinstance(item, Mapping):
        parts["items"].add(pointer_to(*steps), source, item)
        return
    own = {inner[0] for _, inner in methods_of(item)}
    parts["items"].add(pointer_to(*steps), source, {key: value for key, value in item.items() if key not in own})
    for _, inner in methods_of(item):
        operation: Any = item
        for step in inner:
            operation = operation[step]
        parts["operations"].add(pointer_to(*steps, *inner), source, operation)


def _without_prose_at_top(value: Any) -> Any:
    """As `without_prose`, for a member of the document: the title of an API is more than prose."""
    bare = without_prose(value)
    if isinstance(value, Mapping) and "title" in value and isinstance(bare, dict):
        bare["title"] = value["title"]
    return bare


def _version_conflicts(documents: Sequence[SourceDocument]) -> Iterator[str]:
    """Documents of versions that differ in what they mean: 3.0 and 3.1, not 3.0.2 and 3.0.3."""
    versions: dict[str, list[str]] = {}
    for document in documents:
        versions.setdefault(minor_version(document.root) or "2.0", []).append(document.source)
    if len(versions) > 1:
        (one, first), (other, second) = sorted(versions.items(), key=lambda item: (-len(item[1]), min(item[1])))[:2]
        yield (
            f"{min(first)} and {min(second)} differ at #/openapi: {one} and {other}, which mean different things "
            f"({len(first)} against {len(second)})"
        )


def _operations(documents: Sequence[SourceDocument]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """(source, path, method, operation) for each operation of each document."""
    for document in documents:
        for path, item in document.root.get("paths", {}).items():
            if path.startswith("x-") or not isinstance(item, Mapping):
                continue
            for method, inner in methods_of(item):
                operation: Any = item
                for step in inner:
                    operation = operation[step]
                yield document.source, path, method, operation


def _id_conflicts(documents: Sequence[SourceDocument]) -> Iterator[str]:
    """Two operations with one operationId."""
    seen: dict[str, dict[str, str]] = {}
    for source, path, method, operation in _operations(documents):
        if isinstance(identifier := operation.get("operationId"), str):
            label = f"{method.upper()} {path}"
            labels = seen.setdefault(identifier, {})
            labels[label] = min(source, labels.get(label, source))
    for identifier, labels in sorted(seen.items()):
        if len(labels) > 1:
            (one, first), (other, second) = sorted(labels.items())[:2]
            yield f"{first} and {second} have one operationId, {identifier}, for {one} and {other}; rename one"


def _template_conflicts(documents: Sequence[SourceDocument]) -> Iterator[str]:
    """One path under two templates, which differ in the names of parameters."""
    seen: dict[str, dict[str, str]] = {}
    for source, path, _, _ in _operations(documents):
        paths = seen.setdefault(_unnamed(path), {})
        paths[path] = min(source, paths.get(path, source))
    for paths in seen.values():
        if len(paths) > 1:
            (one, first), (other, second) = sorted(paths.items())[:2]
            yield f"{first} and {second} have one path under two templates, {one} and {other}; use one of them"


def _unnamed(path: str) -> str:
    pieces = path.split("{")
    return pieces[0] + "".join("{" + piece[piece.find("}") :] for piece in pieces[1:])


def _root(documents: Sequence[SourceDocument], united: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    versions = {str(document.root.get("openapi", document.root.get("swagger"))) for document in documents}
    root: dict[str, Any] = {"openapi": max(versions)}
    for pointer, value in united["top"].items():
        if value is not None:
            root[steps_of(pointer)[0]] = value
    if united["tags"]:
        root["tags"] = _tags(documents, united["tags"])
    root["paths"] = {}
    for pointer, item in united["items"].items():
        holder, path = steps_of(pointer)
        root.setdefault(holder, {})[path] = dict(item) if isinstance(item, Mapping) else item
    for pointer, operation in united["operations"].items():
        holder, path, *inner = steps_of(pointer)
        place = root[holder][path]
        for step in inner[:-1]:
            place = place.setdefault(step, {})
        place[inner[-1]] = operation
    for pointer, value in united["components"].items():
        _, section, *name = steps_of(pointer)
        components = root.setdefault("components", {})
        if name:
            components.setdefault(section, {})[name[0]] = value
        else:
            components[section] = value
    return {key: root[key] for key in sorted(root, key=_rank)}


def _rank(key: str) -> tuple[int, str]:
    return (_ORDER.index(key), "") if key in _ORDER else (len(_ORDER) - 1, key)


def _tags(documents: Sequence[SourceDocument], tags: Mapping[str, Any]) -> list[Any]:
    """All tags: those of the longest list in its order, then the others by name."""
    lists = [tuple(tag["name"] for tag in document.root.get("tags", ())) for document in documents]
    longest = max(lists, key=lambda names: (len(names), names))
    by_name = {steps_of(pointer)[1]: tag for pointer, tag in tags.items()}
    others = sorted(set(by_name) - set(longest))
    return [by_name[name] for name in dict.fromkeys((*longest, *others))]
