"""Which endpoint stands at a path, in time that does not depend on how many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

E = TypeVar("E")

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class RouteConflict(ValueError):
    """Two endpoints for one method and path, or templates that cannot be told apart."""


@dataclass
class Route(Generic[E]):
    """The endpoints of one path by method, in capitals."""

    path: str
    parameters: tuple[str, ...]
    endpoints: dict[str, E] = field(default_factory=dict)
    # What templates that cannot be told apart from this one call their parameters.
    others: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class _Node(Generic[E]):
    literals: dict[str, _Node[E]] = field(default_factory=dict)
    # (template without the names of its parameters, its pattern, what follows)
    templates: list[tuple[str, re.Pattern[str], _Node[E]]] = field(default_factory=list)
    route: Route[E] | None = None


class Router(Generic[E]):
    """Paths of OpenAPI ("Paths Object": a concrete path comes before a templated one) in a tree of their segments."""

    def __init__(self, *, lenient: bool = False) -> None:
        """A `lenient` one takes templates that differ in the names of their parameters alone, for different methods:
        the specification forbids them, and large documents have them. The values go by all of the names."""
        self._lenient = lenient
        self._concrete: dict[str, Route[E]] = {}
        self._root: _Node[E] = _Node()

    def add(self, method: str, path: str, endpoint: E) -> None:
        """Put `endpoint` at `method` and `path`, which may hold ``{parameters}``; RouteConflict when it is taken."""
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
            raise RouteConflict(f"{path} and {node.route.path} cannot be told apart")
        if method.upper() in node.route.endpoints:
            raise RouteConflict(f"{method.upper()} {path} is there twice")
        node.route.endpoints[method.upper()] = endpoint

    def find(self, raw_path: bytes) -> tuple[Route[E], Mapping[str, str]] | None:
        """The route of a request's undecoded path and its path parameters, or None.

        Undecoded, for ``%2F`` is data inside of a segment and no separator (RFC 3986 section 2.2).
        """
        path = raw_path.decode("latin-1")
        if (route := self._concrete.get(path)) is not None:
            return route, {}
        if not path.startswith("/"):
            return None
        segments = [unquote(segment) for segment in path[1:].split("/")]
        return next(self._matches(self._root, segments, ()), None)

    def _child(self, node: _Node[E], segment: str) -> _Node[E]:
        # Two paths may name the parameters of a segment differently: `/a/{id}` and `/a/{a_id}/b`.
        shape = _PARAMETER.sub("{}", segment)
        if shape == segment:
            return node.literals.setdefault(segment, _Node())
        for known, _, child in node.templates:
            if known == shape:
                return child
        pattern = re.compile("(.+)".join(re.escape(part) for part in shape.split("{}")), re.DOTALL)
        child = _Node[E]()
        node.templates.append((shape, pattern, child))
        # The more of a segment is fixed, the more concrete it is.
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
