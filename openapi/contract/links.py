"""The links of a response: how its values become the parameters of another operation (section "Link Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi.documents.document import Document
from openapi.documents.pointer import steps_of


@dataclass(frozen=True, eq=False)
class Link:
    """A Link Object under its `name`. Its target has an `operation_id`, or else a `path` and a `method`.

    `parameters` are the values by the names of the parameters, a name with or without its location (``path.id``); a
    value that begins with ``$`` is a runtime expression.
    """

    name: str
    operation_id: str = ""
    path: str = ""
    method: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def links_of(document: Document, response: Mapping[str, Any]) -> Iterator[Link]:
    """The links of a Response Object; one whose target is in another document is left out."""
    written = response.get("links")
    for name, link in written.items() if isinstance(written, Mapping) else ():
        definition = document.resolve(link)
        if not isinstance(definition, Mapping):
            continue
        parameters = definition.get("parameters")
        parameters = parameters if isinstance(parameters, Mapping) else {}
        if operation_id := definition.get("operationId"):
            yield Link(name, str(operation_id), parameters=parameters)
        elif (target := _target(str(definition.get("operationRef", "")))) is not None:
            yield Link(name, "", *target, parameters)


def _target(reference: str) -> tuple[str, str] | None:
    """The path and the method that an `operationRef` within the document leads to."""
    if not reference.startswith("#/paths/"):
        return None
    steps = steps_of(reference[1:])
    return (steps[1], steps[2]) if len(steps) == 3 else None
