"""Finds the endpoint of a path, in time that does not depend on the number of endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

E = TypeVar("E")

_PARAMETER = re.compile(r"\{([^{}]+)\}")


def names_in(path: str) -> tuple[str, ...]:
    """The names of the parameters in a path template, in their order."""
    return tuple(_PARAMETER.findall(path))


class RouteConflict(ValueError):
    """Two endpoints for one method and path, or templates that differ only in the names of their parameters."""


@dataclass
class Route(Generic[E]):
    """The endpoints of one path by method, in upper case."""

    path: str
    endpoints: dict[str, E] = field(default_factory=dict)
    # The parameter names of each method's own template: templates that differ only in these names share a route.
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, method: str) -> bool:
        """Whether the path has a method, in upper case; HEAD without an endpoint of its own has that of GET."""
        return method in self.endpoints or (method == "HEAD" and "GET" in self.endpoints)

    def named(self, values: tuple[str, ...], method: str) -> dict[str, str]:
        """The values of the path parameters by the names in the template of `method`, or in all templates if the path
        does not have the method. HEAD without an endpoint of its own uses the template of GET."""
        own = self.names.get(method) or (self.names.get("GET") if method == "HEAD" else None)
        templates = self.names.values() if own is None else [own]
        return {name: value for names in templates for name, value in zip(names, values, strict=True)}


@dataclass
class _Node(Generic[E]):
    literals: dict[str, _Node[E]] = field(default_factory=dict)
    # (the text before, between and after the parameters of a segment, the node of the next segment)
    templates: list[tuple[tuple[str, ...], _Node[E]]] = field(default_factory=list)
    route: Route[E] | None = None


class Router(Generic[E]):
    """The paths of a contract as a tree of segments; a concrete path is matched before a templated one ("Paths
    Object")."""

    def __init__(self, *, lenient: bool = False) -> None:
        """A `lenient` router accepts templates that differ only in the names of their parameters, for different
        methods: the specification forbids them, but large documents have them."""
        self._lenient = lenient
        self._concrete: dict[str, Route[E]] = {}
        self._root: _Node[E] = _Node()

    def add(self, method: str, path: str, endpoint: E) -> None:
        """Add `endpoint` for `method` and `path`, which can contain ``{parameters}``. Raises RouteConflict if there is
        already one."""
        node = self._root
        for segment in path.split("/")[1:]:
            node = self._child(node, segment)
        if node.route is None:
            node.route = Route(path)
            if "{" not in path:
                self._concrete[path] = node.route
        if node.route.path != path and not self._lenient:
            reason = "differ only in the names of their parameters; merge the two paths"
            raise RouteConflict(f"{path} and {node.route.path} {reason}")
        if method.upper() in node.route.endpoints:
            raise RouteConflict(f"{method.upper()} {path} is declared twice")
        node.route.endpoints[method.upper()] = endpoint
        node.route.names[method.upper()] = names_in(path)

    def find(self, raw_path: bytes, method: str = "") -> tuple[Route[E], Mapping[str, str]] | None:
        """The route of the undecoded path of a request, and its path parameters by their names for `method`, in upper
        case; None if no route matches. If several match, it is the most concrete one that has the method: with
        ``POST /u/me`` and ``GET /u/{id}``, GET on ``/u/me`` belongs to the second. If none has it, it is the most
        concrete one.

        The path must be undecoded because ``%2F`` is data in a segment, not a separator (RFC 3986 section 2.2). The
        segments of both paths are decoded before they are compared.
        """
        path = raw_path.decode("latin-1")
        if (route := self._concrete.get(path)) is not None and (not method or route.has(method)):
            return route, {}
        first: tuple[Route[E], tuple[str, ...]] | None = None
        for match in self._matching(path):
            if not method or match[0].has(method):
                first = match
                break
            first = first or match
        return None if first is None else (first[0], first[0].named(first[1], method))

    def endpoints(self, raw_path: bytes) -> dict[str, E]:
        """The endpoints by method of all templates that match the undecoded path of a request."""
        found: dict[str, E] = {}
        for route, _ in self._matching(raw_path.decode("latin-1")):
            found = {**route.endpoints, **found}
        return found

    def _matching(self, path: str) -> Iterator[tuple[Route[E], tuple[str, ...]]]:
        if path.startswith("/"):
            yield from self._matches(self._root, [unquote(segment) for segment in path[1:].split("/")], ())

    def _child(self, node: _Node[E], segment: str) -> _Node[E]:
        # Two paths can use different names for the parameter of a segment: `/a/{id}` and `/a/{a_id}/b`.
        literals = tuple(unquote(literal) for literal in _PARAMETER.split(segment)[::2])
        if len(literals) == 1:
            return node.literals.setdefault(literals[0], _Node())
        for known, child in node.templates:
            if known == literals:
                return child
        child = _Node[E]()
        node.templates.append((literals, child))
        # A template with more fixed characters is more concrete, and is matched first.
        node.templates.sort(key=lambda template: -len("{}".join(template[0])))
        return child

    def _matches(
        self, node: _Node[E], segments: list[str], values: tuple[str, ...]
    ) -> Iterator[tuple[Route[E], tuple[str, ...]]]:
        if not segments:
            if node.route is not None:
                yield node.route, values
            return
        segment, rest = segments[0], segments[1:]
        if (child := node.literals.get(segment)) is not None:
            yield from self._matches(child, rest, values)
        for literals, child in node.templates:
            if (found := _between(literals, segment)) is not None:
                yield from self._matches(child, rest, (*values, *found))


def _between(literals: tuple[str, ...], segment: str) -> tuple[str, ...] | None:
    """The parts of `segment` between `literals`, none of them empty; None if the segment does not match.

    The first part is as long as possible, then the second, as with `.+` in a regular expression. The search for the
    literals starts at the right: it takes linear time, and a regular expression polynomial time.
    """
    first, *inner, last = literals
    start, end = len(first), len(segment) - len(last)
    if start >= end or not (segment.startswith(first) and segment.endswith(last)):
        return None
    values = []
    for literal in reversed(inner):
        at = segment.rfind(literal, start + 1, end - 1)
        if at < 0:
            return None
        values.append(segment[at + len(literal) : end])
        end = at
    return segment[start:end], *reversed(values)
