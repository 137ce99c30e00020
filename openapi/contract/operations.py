"""The operations of a contract, with everything that they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from openapi.contract.operation_ids import methods_of
from openapi.contract.parts import (
    DeclaredResponse,
    Parameter,
    RequestBody,
    parameter_of,
    request_body_of,
    response_of,
)
from openapi.contract.security import SecurityRequirement
from openapi.contract.servers import server_paths, server_urls
from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to

# Header parameters with these names are ignored, because a contract describes them elsewhere (section "Parameter
# Object").
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")


@dataclass(frozen=True, eq=False)
class Operation:
    """One method on one path.

    `security` lists the alternatives of the operation, or of the document if the operation has none; each is a set of
    schemes. `pointer` is the JSON pointer of the operation, `security_pointer` that of the declaration of its security,
    `path_item_pointer` that of its Path Item if it is not the one of `path` in the paths.
    """

    operation_id: str
    method: str
    path: str
    security: tuple[SecurityRequirement, ...]
    security_pointer: str
    pointer: str
    _document: Document = field(repr=False)
    definition: Mapping[str, Any] = field(repr=False)
    path_item: Mapping[str, Any] = field(repr=False)
    path_item_pointer: str = ""

    @property
    def label(self) -> str:
        """Its name in reports, such as ``GET /api/calls/providers``."""
        return f"{self.method.upper()} {self.path}"

    @property
    def public(self) -> bool:
        """Whether it can be called without credentials (section "Security Requirement Object")."""
        return not self.security or any(not requirement for requirement in self.security)

    @property
    def is_safe(self) -> bool:
        """Whether calling it changes nothing (RFC 9110 section 9.2.1; QUERY is safe too)."""
        return self.method in ("get", "head", "options", "query")

    @property
    def summary(self) -> str:
        """Its `summary`; "" without one."""
        return str(self.definition.get("summary", ""))

    @property
    def description(self) -> str:
        """Its `description`; "" without one."""
        return str(self.definition.get("description", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(map(str, self.definition.get("tags", ())))

    @property
    def is_deprecated(self) -> bool:
        """Whether it is `deprecated`."""
        return self.definition.get("deprecated") is True

    def extension(self, name: str) -> Any:
        """The value of a specification extension of the operation, else of its path; None without one."""
        return self.definition.get(name, self.path_item.get(name))

    @cached_property
    def callbacks(self) -> Mapping[str, tuple[Operation, ...]]:
        """The requests that the API sends because of it, by the name of the callback and its expression (section
        "Callback Object")."""
        written: Mapping[str, Any] = self.definition.get("callbacks", {})
        found: dict[str, tuple[Operation, ...]] = {}
        for name, callback in written.items():
            expressions, origin = self._document.follow(callback, self.pointer + pointer_to("callbacks", name))
            for expression, item in expressions.items():
                if not expression.startswith("x-"):
                    pointer = origin + pointer_to(expression)
                    found[f"{name} {expression}"] = sent_operations(self._document, expression, item, pointer)
        return found

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The URLs of its own servers, else of those of its path; () if it has those of the document."""
        return server_urls(self.definition) or server_urls(self.path_item)

    @property
    def base_paths(self) -> tuple[str, ...]:
        """The paths of its own servers, or of those of its path, which precede its path there."""
        return server_paths(self.definition) or server_paths(self.path_item)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters: those of its path, overridden by those of the operation with the same name and location."""
        merged: dict[tuple[str, str], Parameter] = {}
        for parameter in (
            *self._declared(self.path_item, self.path_pointer),
            *self._declared(self.definition, self.pointer),
        ):
            if parameter.location != "header" or parameter.name.lower() not in _NOT_PARAMETERS:
                name = parameter.name.lower() if parameter.location == "header" else parameter.name
                merged[parameter.location, name] = parameter
        return tuple(merged.values())

    @cached_property
    def body(self) -> RequestBody | None:
        """Its request body; None when it takes none."""
        written = self.definition.get("requestBody")
        pointer = self.pointer + "/requestBody"
        return None if written is None else request_body_of(self._document, written, pointer)

    @cached_property
    def responses(self) -> Mapping[str, DeclaredResponse]:
        """Its responses by key, in the order of the document."""
        written: Mapping[str, Any] = self.definition.get("responses", {})
        return {
            key: response_of(self._document, key, response, self.pointer + pointer_to("responses", key))
            for key, response in written.items()
            if not key.startswith("x-")
        }

    @cached_property
    def undeclared_response(self) -> DeclaredResponse:
        """A response without content or headers, for an operation that declares none."""
        return response_of(self._document, "default", {}, self.pointer + "/responses")

    def response_for(self, status: int) -> DeclaredResponse | None:
        """The response declared for a status: first the status itself, then its range, then `default` (section
        "Responses Object"). None if there is none."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if (found := self.responses.get(key)) is not None:
                return found
        return None

    def as_written(self, pointer: str) -> str:
        """A pointer into the document as written, as `Document.as_written`."""
        return self._document.as_written(pointer)

    def origin_of(self, pointer: str) -> str:
        """As `as_written`, after references are followed as by `Document.origin_of`."""
        return self._document.as_written(self._document.origin_of(pointer))

    @property
    def path_pointer(self) -> str:
        """The JSON pointer of its Path Item."""
        return self.path_item_pointer or pointer_to("paths", self.path)

    def _declared(self, holder: Mapping[str, Any], pointer: str) -> Iterator[Parameter]:
        for index, written in enumerate(holder.get("parameters", ())):
            yield parameter_of(self._document, written, pointer + pointer_to("parameters", index))


def sent_operations(document: Document, path: str, item: Any, pointer: str) -> tuple[Operation, ...]:
    """The requests that the API sends to its clients, of the Path Item at `pointer`: those of a callback or webhook,
    whose expression or name is `path`."""
    resolved, origin = document.follow(item, pointer)
    return tuple(
        Operation(
            operation_id=definition.get("operationId", ""),
            method=method,
            path=path,
            security=(),
            security_pointer="",
            pointer=origin + pointer_to(*steps),
            _document=document,
            definition=definition,
            path_item=resolved,
            path_item_pointer=origin,
        )
        for method, steps in methods_of(resolved)
        for definition in (resolved[steps[0]] if len(steps) == 1 else resolved[steps[0]][steps[1]],)
    )


def label_of(operation: Operation | None) -> str:
    """The label of an operation; "" for None, which means the server as a whole."""
    return "" if operation is None else operation.label
