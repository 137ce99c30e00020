"""Adds an operationId to operations without one, because most tools need it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

# OpenAPI 3.2.0 section "Path Item Object"; versions before have no `query`.
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_OTHERS: Final = "additionalOperations"


def methods_of(item: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The methods of a Path Item Object, in lower case, each with the steps from there to its operation."""
    yield from ((method, (method,)) for method in _METHODS if method in item)
    others = item.get(_OTHERS)
    if isinstance(others, Mapping):
        yield from ((method.lower(), (_OTHERS, method)) for method in others)


def identify_operations(document: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return `document` with an operationId for each operation, such as ``get_calls_id`` for GET of ``/calls/{id}``, or
    `document` itself if nothing is missing. `resolve` follows references to Path Items.

    An id is made from the method and the path; a number is appended if the same id is already in use.
    """
    paths: Mapping[str, Any] = document.get("paths", {})
    items = {path: resolve(item) for path, item in paths.items() if not path.startswith("x-")}
    found = [
        (path, method, steps, _at(item, steps)) for path, item in items.items() for method, steps in methods_of(item)
    ]
    taken = {operation.get("operationId") for _, _, _, operation in found}
    identified = dict(paths)
    for path, method, steps, operation in found:
        if not operation.get("operationId"):
            # Several paths can refer to one Path Item, and each needs an id.
            item = identified[path] if identified[path] is not paths[path] else items[path]
            identified[path] = _with(item, steps, _identified(method, path, operation, taken))
    return {**document, "paths": identified} if identified != paths else document


def _at(item: Any, steps: tuple[str, ...]) -> Any:
    return item if not steps else _at(item[steps[0]], steps[1:])


def _with(item: Any, steps: tuple[str, ...], value: Any) -> Any:
    """A copy of `item` with another value at `steps`."""
    return {**item, steps[0]: _with(item[steps[0]], steps[1:], value)} if steps else value


def is_generated_id(operation_id: str, method: str, path: str) -> bool:
    """Whether an operationId is none, or one that `identify_operations` makes."""
    return re.fullmatch(rf"(?:{re.escape(_plain(method, path))}(?:_[0-9]+)?)?", operation_id) is not None


def _plain(method: str, path: str) -> str:
    return re.sub(r"\W+", "_", f"{method}{path}").strip("_")


def _identified(method: str, path: str, operation: Mapping[str, Any], taken: set[str | None]) -> dict[str, Any]:
    plain = _plain(method, path)
    names = (plain if number == 1 else f"{plain}_{number}" for number in itertools.count(1))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return {**operation, "operationId": name}
