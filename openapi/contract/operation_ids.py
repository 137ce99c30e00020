"""operationIds for the operations that their document gives none, as most tools need one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

# OpenAPI 3.0.3 section "Path Item Object".
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def identify_operations(document: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Mapping[str, Any]:
    """`document` with an operationId for each operation, such as ``get_calls_id`` for GET of ``/calls/{id}``; itself
    when there is nothing to do. Path Items are followed by `resolve`.

    An id depends on method and path alone, unless two come out the same or one is taken: those are numbered.
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
            # A Path Item that several paths refer to needs an id for each of them.
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
