"""Reads the modules of handlers, and adds coroutines to them without a change to what is there."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.text import docstring


@dataclass(frozen=True)
class HandlerModule:
    """The source of a module of handlers; `place` is its name in errors.

    `coroutines` are its public coroutines, `others` its other names, each with its line.
    """

    place: str
    source: str
    tree: ast.Module
    coroutines: Mapping[str, int]
    others: Mapping[str, int]

    @property
    def has_handlers(self) -> bool:
        """Whether coroutines belong in it: it has some, or it defines nothing."""
        defined = any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign) for node in self.tree.body)
        return bool(self.coroutines) or not defined

    @property
    def evaluates_annotations(self) -> bool:
        """Whether annotations are evaluated when it is imported."""
        return not any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and _imports(node, "annotations")
            for node in self.tree.body
        )


def read_module(source: str, place: str) -> HandlerModule:
    """The module with a source. Raises ScaffoldError with file and line if it is not Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ScaffoldError(f"{place}:{error.lineno}: it is not valid Python ({error.msg}); correct it first") from None
    except ValueError as error:
        raise ScaffoldError(f"{place}: it is not valid Python ({error}); correct it first") from None
    coroutines, others = dict[str, int](), dict[str, int]()
    for name, node in _bound(tree.body):
        is_coroutine = isinstance(node, ast.AsyncFunctionDef) and not name.startswith("_")
        (coroutines if is_coroutine else others)[name] = node.lineno
    return HandlerModule(place, source, tree, coroutines, others)


def new_module(tag: str, types: str, blocks: Sequence[Sequence[str]]) -> str:
    """The source of a new module with the coroutines of a tag; `types` is the package of generated types."""
    head = [
        *docstring([f"The operations tagged {tag}" if tag else "The operations without a tag"], ""),
        "",
        "from __future__ import annotations",
        "",
        "from typing import TYPE_CHECKING",
        "",
        "if TYPE_CHECKING:",
        f"    from {types} import operations",
    ]
    return _joined("\n".join(head), blocks)


def extended(module: HandlerModule, types: str, blocks: Sequence[Sequence[str]]) -> str:
    """The source of a module with coroutines added at its end, and the import of their types if it lacks that."""
    source = module.source.rstrip()
    if not _has_types(module, types):
        if (lineno := module.others.get("operations")) is not None:
            reason = "`operations` is defined here, but the types of coroutines need this name; rename it"
            raise ScaffoldError(f"{module.place}:{lineno}: {reason}")
        source = _with_types(module, types).rstrip()
    return _joined(source, blocks)


def _joined(source: str, blocks: Sequence[Sequence[str]]) -> str:
    texts = ["\n".join(block) for block in blocks]
    return "\n\n\n".join([source, *texts] if source else texts) + "\n"


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """The names that statements bind, with the statement, also in `if` and `try`."""
    for node in body:
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (((alias.asname or alias.name.partition(".")[0]), node) for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((n.id, node) for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))
        elif isinstance(node, ast.If | ast.Try | ast.With):
            inner = [*node.body, *getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]
            yield from _bound([*inner, *(each for h in getattr(node, "handlers", ()) for each in h.body)])


def _has_types(module: HandlerModule, types: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == types and _imports(node, "operations")
        for node in ast.walk(module.tree)
    )


def _imports(node: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name and alias.asname in (None, name) for alias in node.names)


def _with_types(module: HandlerModule, types: str) -> str:
    """The source with the import of the types, after its other imports."""
    lines = module.source.rstrip().split("\n")
    block = ["if TYPE_CHECKING:", f"    from {types} import operations"]
    imports = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    blocks = [node for node in module.tree.body if isinstance(node, ast.If) and _is_type_checking(node.test)]
    # From the end to the start, so that the earlier lines keep their numbers.
    if blocks:
        last = blocks[0].body[-1]
        lines[_end(last) : _end(last)] = [block[1]]
    else:
        place = _end(imports[-1]) if imports else _after_docstring(module.tree)
        lines[place:place] = ["", *block] if place else [*block, ""]
    if not any(isinstance(node, ast.ImportFrom) and _imports(node, "TYPE_CHECKING") for node in imports):
        _add_type_checking(lines, imports, module.tree)
    return "\n".join(lines)


def _add_type_checking(lines: list[str], imports: Sequence[ast.Import | ast.ImportFrom], tree: ast.Module) -> None:
    """Insert the import of TYPE_CHECKING where the sorting of imports has it."""
    typing = next((node for node in imports if isinstance(node, ast.ImportFrom) and node.module == "typing"), None)
    if typing is not None and (plain := re.fullmatch(r"from typing import ([\w, ]+)", lines[typing.lineno - 1])):
        names = sorted({*plain[1].replace(" ", "").split(","), "TYPE_CHECKING"}, key=_order)
        lines[typing.lineno - 1] = f"from typing import {', '.join(names)}"
        return
    standard = [node for node in imports if _root(node) in sys.stdlib_module_names and _root(node) != "__future__"]
    future = [node for node in imports if _root(node) == "__future__"]
    before = [n for n in standard if isinstance(n, ast.Import) or (n.module or "") < "typing"]
    statement = "from typing import TYPE_CHECKING"
    if before:
        lines[_end(before[-1]) : _end(before[-1])] = [statement]
    elif standard:
        lines[standard[0].lineno - 1 : standard[0].lineno - 1] = [statement]
    else:
        place = _end(future[-1]) if future else _after_docstring(tree)
        lines[place:place] = ["", statement] if place else [statement, ""]


def _order(name: str) -> tuple[int, str]:
    """Constants come first, then classes, then other names."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def _root(node: ast.Import | ast.ImportFrom) -> str:
    name = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    return name.partition(".")[0]


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _after_docstring(tree: ast.Module) -> int:
    return _end(tree.body[0]) if tree.body and ast.get_docstring(tree) is not None else 0


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
