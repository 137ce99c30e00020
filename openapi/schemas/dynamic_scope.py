"""The dynamic scope of a schema, for `$dynamicRef` (JSON Schema draft 2020-12, Core section 8.2.3.2).

A dynamic reference leads to the anchor of its name in the outermost schema resource on the way from the root schema.
For this, of the way only the first anchor of each name matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from openapi.documents.dialects import Dialect, is_meta_schema
from openapi.documents.document import Document
from openapi.documents.identifiers import DYNAMIC, dynamic_anchors

# Pairs of the name of an anchor and the JSON pointer of the schema that it leads to.
DynamicScope: TypeAlias = frozenset[tuple[str, str]]


class ScopeIndex:
    """The schema resources of a document and their dynamic anchors."""

    def __init__(self, document: Document) -> None:
        self._document = document
        modern = document.dialect is Dialect.DRAFT_2020_12
        self._anchors = dynamic_anchors(document.root) if modern else {}
        self._resources = {id(document.at(pointer)): pointer for pointer in self._anchors}

    @classmethod
    def of(cls, document: Document) -> ScopeIndex:
        """The index of a document, made once."""
        if (cls,) not in document.cache:
            document.cache[cls,] = cls(document)
        found: ScopeIndex = document.cache[cls,]
        return found

    def entered(self, pointer: str, scope: DynamicScope) -> DynamicScope:
        """The scope in the schema at `pointer`, after a reference from a schema in `scope`."""
        if not self._anchors:
            return scope
        head = pointer
        while head and head not in self._anchors:
            head = head.rpartition("/")[0]
        return self._with(head, scope)

    def inside(self, schema: Mapping[str, Any], scope: DynamicScope) -> DynamicScope:
        """The scope in a schema that is written inside one in `scope`: it can be a resource of its own."""
        pointer = self._resources.get(id(schema))
        return scope if pointer is None else self._with(pointer, scope)

    def follow(self, value: Any, pointer: str, scope: DynamicScope) -> tuple[Any, str, DynamicScope]:
        """As `Document.follow`, for a schema in `scope`, with the scope in the target."""
        if not self._anchors:
            return (*self._document.follow(value, pointer), scope)
        scope = self.entered(pointer, scope)
        seen: set[tuple[str, DynamicScope]] = set()
        while isinstance(value, Mapping) and isinstance(reference := value.get("$ref"), str):
            scope = self.inside(value, scope)
            pointer = dict(scope).get(value.get(DYNAMIC, ""), reference.removeprefix("#"))
            if (pointer, scope) in seen or is_meta_schema(reference):
                return {}, pointer, scope
            seen.add((pointer, scope))
            scope = self.entered(pointer, scope)
            value = self._document.at(pointer)
        return value, pointer, self.inside(value, scope) if isinstance(value, Mapping) else scope

    def _with(self, resource: str, scope: DynamicScope) -> DynamicScope:
        known = {name for name, _ in scope}
        return scope | {pair for pair in self._anchors.get(resource, {}).items() if pair[0] not in known}
