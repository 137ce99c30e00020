"""Finds the endpoint of a path, in time that does not depend on the number of endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import unquote

E = TypeVar("E")
# Whether an endpoint accepts the values in an undecoded path, which are given decoded by their names.
AcceptsPath: TypeAlias = Callable[[E, str, Mapping[str, str]], bool]

_PARAMETER = re.compile(r"\{([^{}]+)\}")


def names_in(path: str) -> tuple[str, ...]:
    """The names of the parameters in a path template, in their order."""
    return tuple(_PARAMETER.findall(path))


def pieces_of(path: str) -> list[str]:
    """A path template cut at its parameters: fixed text and the names of parameters in turns, fixed text first."""
    return _PARAMETER.split(path)


class RouteConflict(ValueError):
    """Two endpoints for one method and path, or templates that differ only in the names of their parameters."""


@dataclass
class Route(Generic[E]):
    """The endpoints of one path by method, in upper case."""

    path: str
    endpoints: dict[str, E] = field(default_factory=dict)
    # The parameter names of each method's own template: templates that differ only in these names share a route.
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # By method, the other templates for the same paths, in the order of the document.
    rivals: dict[str, list[Route[E]]] = field(default_factory=dict)

    def has(self, method: str) -> bool:
        """Whether the path has a method, in upper case; HEAD without an endpoint of its own has that of GET."""
        return method in self.endpoints or (method == "HEAD" and "GET" in self.endpoints)

    def named(self, values: tuple[str, ...], method: str) -> dict[str, str]:
        """The values of the path parameters by the names in the template of `method`, or in all templates if the path
        does not have the method. HEAD without an endpoint of its own uses the template of GET."""
        own = self.names.get(method) or (self.names.get("GET") if method == "HEAD" else None)
        templates = self.names.values() if own is None else [own]
        return {name: value for names in templates for name, value in zip(names, values, strict=True)}

    def accepting(
        self, values: tuple[str, ...], method: str, accepts: Callable[[E, Mapping[str, str]], bool]
    ) -> Route[E]:
        """The route with, for `method`, the first endpoint that `accepts` the values of the path parameters among the
        templates that differ only in their names; the first of all if none does."""
        key = method if method in self.endpoints or method != "HEAD" else "GET"
        if key not in self.rivals or accepts(self.endpoints[key], self.named(values, method)):
            return self
        for rival in self.rivals[key]:
            if accepts(rival.endpoints[key], rival.named(values, method)):
                return Route(rival.path, {**self.endpoints, **rival.endpoints}, {**self.names, **rival.names})
        return self


@dataclass
class _Node(Generic[E]):
    literals: dict[str, _Node[E]] = field(default_factory=dict)
    # (the text before, between and after the parameters of a segment, the node of the next segment)
    templates: list[tuple[tuple[str, ...], _Node[E]]] = field(default_factory=list)
    route: Route[E] | None = None


class Router(Generic[E]):
    """The paths of a contract as a tree of segments; a concrete path is matched before a templated one ("Paths
    Object")."""

    def __init__(self, *, lenient: bool = False, accepts: AcceptsPath[E] | None = None) -> None:
        """A `lenient` router accepts templates that differ only in the names of their parameters, for different
        methods, and for one method if `accepts` can tell them apart by the values in a path: the specification forbids
        them, but large documents have them."""
        self._lenient = lenient
        self._accepts = accepts
        self._concrete: dict[str, Route[E]] = {}
        self._root: _Node[E] = _Node()

    def add(self, method: str, path: str, endpoint: E) -> E | None:
        """Add `endpoint` for `method` and `path`, which can contain ``{parameters}``. Raises RouteConflict if there is
        already one. Returns the endpoint that comes before it for path values that both accept; None without one."""
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
        method, names = method.upper(), names_in(path)
        if method in node.route.endpoints:
            rivals = node.route.rivals.get(method, [])
            known = [node.route.names[method], *(rival.names[method] for rival in rivals)]
            if self._accepts is None or names in known:
                raise RouteConflict(f"{method} {path} is declared twice")
            node.route.rivals[method] = [*rivals, Route(path, {method: endpoint}, {method: names})]
            return node.route.endpoints[method]
        node.route.endpoints[method] = endpoint
        node.route.names[method] = names
        return None

    def find(self, raw_path: bytes, method: str = "") -> tuple[Route[E], Mapping[str, str]] | None:
        """The route of the undecoded path of a request, and its path parameters by their names for `method`, in upper
        case; None if no route matches. If several match, it is the most concrete one that has the method: with
        ``POST /u/me`` and ``GET /u/{id}``, GET on ``/u/me`` belongs to the second. If none has it, it is the most
        concrete one. Of templates that differ only in the names of their parameters, it is the first that accepts the
        values.

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
        if first is None:
            return None
        route, values = first
        if self._accepts is not None and route.rivals:
            accepts = self._accepts
            route = route.accepting(values, method, lambda endpoint, named: accepts(endpoint, path, named))
        return route, route.named(values, method)

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
        literals = tuple(unquote(literal) for literal in pieces_of(segment)[::2])
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
