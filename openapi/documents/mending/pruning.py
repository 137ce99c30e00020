"""Leaves out of a document what cannot be used: references that lead nowhere, and what still breaks the schema of its
version after `mending`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from openapi.documents.dialects import is_meta_schema
from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistakes
from openapi.documents.pointer import join_pointer, resolve_pointer, steps_of
from openapi.documents.references import MAPS, Reference, Steps, references

_MOST_ROUNDS: Final = 50
# The members of a Path Item Object that are no operations.
_NO_METHODS: Final = frozenset({"$ref", "description", "parameters", "servers", "summary"})


def prune(
    root: dict[str, Any], find: Callable[[], Iterable[tuple[Steps, str]]], mistakes: Mistakes, *, lost: bool
) -> bool:
    """Leave out what `find` names, (path, reason), until it names nothing, and return whether that was reached.

    With `lost`, every operation that needs such a part is left out and named; else only one that is such a part.
    """
    for _ in range(_MOST_ROUNDS):
        found = list(find())
        if not found:
            return True
        for path, reason in found:
            mistakes.add(path, f"{reason}; it is left out", lost=path[:1] == ("paths",) and len(path) == 2)
        if lost:
            _lose_operations(root, dict(found), mistakes)
        for path, _reason in sorted(found, key=lambda each: _deepest(each[0]), reverse=True):
            if not path:
                return False
            _leave_out(root, path, mistakes)
    return False


def _deepest(path: Steps) -> tuple[Any, ...]:
    """Sorts the later of two items of a list behind the earlier."""
    return (len(path), tuple((isinstance(step, int), f"{step:09}" if isinstance(step, int) else step) for step in path))


def _leave_out(root: dict[str, Any], path: Steps, mistakes: Mistakes) -> None:
    try:
        holder = resolve_pointer(root, join_pointer(path[:-1]))
        step = path[-1]
        if path[0] == "paths" and len(path) in (2, 3):
            for method in _operations(root, path[1]) if len(path) == 2 else [path[2]]:
                if method not in _NO_METHODS:
                    mistakes.lose(("paths", path[1], method), "it cannot be understood")
        if isinstance(holder, list):
            del holder[int(step)]
        else:
            del holder[step]
    except (LookupError, ValueError, TypeError):
        # It went with a part that contains it.
        return
    if isinstance(holder, list) and not holder and path[-2] in ("allOf", "anyOf", "oneOf", "prefixItems"):
        _leave_out(root, path[:-1], mistakes)


def _operations(root: Mapping[str, Any], path: Any) -> list[Any]:
    item = root["paths"].get(path)
    return [method for method in item if method not in _NO_METHODS] if isinstance(item, dict) else []


def _lose_operations(root: dict[str, Any], broken: Mapping[Steps, str], mistakes: Mistakes) -> None:
    """Leave out the operations that reach one of the broken parts through references."""
    _inline_path_items(root, broken)
    unusable = _unusable(root, broken)
    paths = root.get("paths")
    for path, item in list(paths.items()) if isinstance(paths, dict) else ():
        if not isinstance(item, dict) or path.startswith("x-"):
            continue
        shared = unusable.get(("paths", path, "parameters"))
        for method in [name for name in item if name not in _NO_METHODS and not name.startswith("x-")]:
            if why := shared or unusable.get(("paths", path, method)):
                mistakes.lose(("paths", path, method), why)
                del item[method]


def _inline_path_items(root: Mapping[str, Any], broken: Mapping[Steps, str]) -> None:
    """Replace references to Path Items by their targets, so that one operation of a target can be left out."""
    paths = root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for _ in range(_MOST_ROUNDS):
            if not (isinstance(item, dict) and isinstance(reference := item.get("$ref"), str)):
                break
            if ("paths", path) in broken or not reference.startswith("#"):
                break
            target = resolve_pointer(root, reference[1:])
            siblings = {name: each for name, each in item.items() if name != "$ref"}
            item.clear()
            item.update({**copy.deepcopy(target), **siblings})


def _unusable(root: Mapping[str, Any], broken: Mapping[Steps, str]) -> Mapping[Steps, str]:
    """The parts that contain a broken part or reach one through references, each with the reason of that part."""
    # The holders of the references to a part, by its path.
    users: dict[tuple[str, ...], list[Steps]] = {}
    for found in references(root):
        if not found.extension and found.key == "$ref" and found.target.startswith("#"):
            users.setdefault(tuple(steps_of(found.target[1:])), []).append(found.path)
    reasons: dict[Steps, str] = {}
    pending = list(broken.items())
    while pending:
        path, reason = pending.pop()
        for length in range(len(path), -1, -1):
            part = path[:length]
            if part in reasons:
                # What contains it is known too.
                break
            reasons[part] = reason
            pending += [(user, reason) for user in users.get(tuple(map(str, part)), ())]
    return reasons


def dangling(
    found: Iterable[Reference],
    resolve: Callable[[Any], Any],
    wrong: Callable[[Reference], str | None],
    unread: Mapping[str, str],
) -> Iterator[tuple[Steps, str]]:
    """The holders of references that lead nowhere, with the reasons; `wrong` says what else is wrong with the target of
    one, `unread` has the reasons for references to other documents."""
    reasons: dict[str, str | None] = {}
    for reference in found:
        target = reference.target
        if reference.extension or reference.key != "$ref" or _is_text(reference.path):
            continue
        if target not in reasons:
            reasons[target] = _reason(target, resolve, unread)
        if (reason := reasons[target] or wrong(reference)) is not None:
            yield reference.path, reason


def _is_text(path: Steps) -> bool:
    """Whether a path leads to a text, in whose place the specification has no reference: `mending` takes the target."""
    return path[-1:] in (("description",), ("summary",)) and not (len(path) > 1 and path[-2] in MAPS)


def _reason(target: str, resolve: Callable[[Any], Any], unread: Mapping[str, str]) -> str | None:
    if is_meta_schema(target):
        return None
    if not target.startswith("#"):
        advice = "bundle the documents into one file first"
        return unread.get(target, f"{target!r} refers to another document; {advice}")
    try:
        value = resolve({"$ref": target})
    except LookupError:
        return f"{target!r} does not exist"
    except ContractError:
        return f"{target!r} refers to itself"
    if not isinstance(value, Mapping | bool):
        return f"{target!r} is not an object"
    return None if not target[1:] or steps_of(target[1:]) else f"{target!r} is not a JSON pointer"
