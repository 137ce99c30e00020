"""Adds an operationId to operations without one, because most tools need it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

# OpenAPI 3.0.3 section "Path Item Object".
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def identify_operations(document: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return `document` with an operationId for each operation, such as ``get_calls_id`` for GET of ``/calls/{id}``, or
    `document` itself if nothing is missing. `resolve` follows references to Path Items.

    An id is made from the method and the path; a number is appended if the same id is already in use.
    """
    items = {path: resolve(item) for path, item in document["paths"].items() if not path.startswith("x-")}
    taken = {
        operation.get("operationId")
        for item in items.values()
        for operation in (item[method] for method in METHODS if method in item)
    }
    identified = dict(document["paths"])
    for path, item in items.items():
        nameless = [method for method in METHODS if method in item and not item[method].get("operationId")]
        if nameless:
            # Several paths can refer to one Path Item, and each needs an id.
            identified[path] = {
                **item,
                **{method: _identified(method, path, item[method], taken) for method in nameless},
            }
    return {**document, "paths": identified} if identified != document["paths"] else document


def _identified(method: str, path: str, operation: Mapping[str, Any], taken: set[str | None]) -> dict[str, Any]:
    plain = re.sub(r"\W+", "_", f"{method}{path}").strip("_")
    names = (plain if number == 1 else f"{plain}_{number}" for number in itertools.count(1))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return {**operation, "operationId": name}
