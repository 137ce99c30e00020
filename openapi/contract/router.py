"""Finds the endpoint of a path, in time that does not depend on the number of endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

E = TypeVar("E")

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class RouteConflict(ValueError):
    """Two endpoints for one method and path, or templates that differ only in the names of their parameters."""


@dataclass
class Route(Generic[E]):
    """The endpoints of one path by method, in upper case."""

    path: str
    parameters: tuple[str, ...]
    endpoints: dict[str, E] = field(default_factory=dict)
    # The parameter names of the templates that differ from this one only in these names.
    others: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class _Node(Generic[E]):
    literals: dict[str, _Node[E]] = field(default_factory=dict)
    # (template without the names of its parameters, its pattern, the node of the next segment)
    templates: list[tuple[str, re.Pattern[str], _Node[E]]] = field(default_factory=list)
    route: Route[E] | None = None


class Router(Generic[E]):
    """The paths of a contract as a tree of segments; a concrete path is matched before a templated one ("Paths
    Object")."""

    def __init__(self, *, lenient: bool = False) -> None:
        """A `lenient` router accepts templates that differ only in the names of their parameters, for different
        methods: the specification forbids them, but large documents have them. Each value then has every name."""
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
            node.route = Route(path, tuple(_PARAMETER.findall(path)))
            if "{" not in path:
                self._concrete[path] = node.route
        if node.route.path != path and self._lenient:
            node.route.others.append(tuple(_PARAMETER.findall(path)))
        elif node.route.path != path:
            reason = "differ only in the names of their parameters; merge the two paths"
            raise RouteConflict(f"{path} and {node.route.path} {reason}")
        if method.upper() in node.route.endpoints:
            raise RouteConflict(f"{method.upper()} {path} is declared twice")
        node.route.endpoints[method.upper()] = endpoint

    def find(self, raw_path: bytes) -> tuple[Route[E], Mapping[str, str]] | None:
        """The route of the undecoded path of a request, and its path parameters; None if no route matches.

        The path must be undecoded because ``%2F`` is data in a segment, not a separator (RFC 3986 section 2.2).
        """
        path = raw_path.decode("latin-1")
        if (route := self._concrete.get(path)) is not None:
            return route, {}
        if not path.startswith("/"):
            return None
        segments = [unquote(segment) for segment in path[1:].split("/")]
        return next(self._matches(self._root, segments, ()), None)

    def _child(self, node: _Node[E], segment: str) -> _Node[E]:
        # Two paths can use different names for the parameter of a segment: `/a/{id}` and `/a/{a_id}/b`.
        shape = _PARAMETER.sub("{}", segment)
        if shape == segment:
            return node.literals.setdefault(segment, _Node())
        for known, _, child in node.templates:
            if known == shape:
                return child
        pattern = re.compile("(.+)".join(re.escape(part) for part in shape.split("{}")), re.DOTALL)
        child = _Node[E]()
        node.templates.append((shape, pattern, child))
        # A template with more fixed characters is more concrete, and is matched first.
        node.templates.sort(key=lambda template: -len(template[0]))
        return child

    def _matches(
        self, node: _Node[E], segments: list[str], values: tuple[str, ...]
    ) -> Iterator[tuple[Route[E], Mapping[str, str]]]:
        if not segments:
            if node.route is not None:
                names = (node.route.parameters, *node.route.others)
                yield node.route, {name: value for each in names for name, value in zip(each, values, strict=True)}
            return
        segment, rest = segments[0], segments[1:]
        if (child := node.literals.get(segment)) is not None:
            yield from self._matches(child, rest, values)
        for _, pattern, child in node.templates:
            if (match := pattern.fullmatch(segment)) is not None:
                yield from self._matches(child, rest, (*values, *match.groups()))
