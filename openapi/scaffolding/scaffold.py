"""What is to be written for a contract: types always, coroutines and all else only where they are missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from openapi.contract import Contract, Operation
from openapi.scaffolding.coroutines import coroutine_lines, test_lines
from openapi.scaffolding.modules import HandlerModule, extended, new_module, read_module
from openapi.scaffolding.names import module_name
from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.promises import promises_of, with_promises
from openapi.scaffolding.python_types import PythonTypes
from openapi.scaffolding.signatures import Service, Signature, check_signatures, signatures_of
from openapi.scaffolding.type_modules import (
    MARK,
    conformance_module,
    operation_module,
    package_module,
    schema_module,
)

CALLER: Final = Service("caller", "handlers.authentication.auth", "Caller")


@dataclass(frozen=True)
class Layout:
    """Where the parts of a project are. `package` is the import name of the handlers in `folder`; tests and promises
    are written if there are `tests` and an overlay `promises`. `files` are the sources that exist."""

    package: str
    folder: Path
    files: Mapping[Path, str]
    tests: Path | None = None
    promises: Path | None = None
    caller: Service = CALLER
    services: Sequence[Service] = ()


@dataclass
class Scaffold:
    """The files to write with their new sources, and sentences about what a person must do."""

    files: dict[Path, str] = field(default_factory=dict)
    surplus: list[str] = field(default_factory=list)


def scaffold(contract: Contract, layout: Layout, only: Collection[str] = ()) -> Scaffold:
    """What a contract needs in a project; the coroutines of the operations `only`, or of all.

    A coroutine, its tests and its promises are for operations whose coroutine is missing. Raises ScaffoldError if the
    names of the contract or the files of the project do not permit it.
    """
    types = PythonTypes(contract)
    signatures = signatures_of(contract, types, layout.caller, layout.services)
    check_signatures(signatures)
    _check_known(only, signatures)
    modules = {
        path.stem: read_module(source, str(path))
        for path, source in sorted(layout.files.items())
        # As the server, which takes the coroutines of modules, not of the package itself.
        if path.parent == layout.folder
        and path.suffix == ".py"
        and path.stem.isidentifier()
        and path.stem != "__init__"
    }
    homes = _homes(signatures, modules)
    served = [signature.operation for signature in signatures if signature.function in homes]
    missing = [s for s in signatures if s.function not in homes and (not only or s.operation.operation_id in only)]
    written: dict[Path, str] = {}
    for name, group in _by_module(missing, modules, layout).items():
        written[layout.folder / f"{name}.py"] = _with_coroutines(layout, modules.get(name), group)
        homes |= {signature.function: name for signature in group}
    written |= _tests(layout, missing) | _promised(contract, layout, missing, served)
    written |= _types(contract, layout, types, signatures, homes)
    changed = {path: source for path, source in written.items() if layout.files.get(path) != source}
    return Scaffold(changed, _surplus(signatures, modules))


def _check_known(only: Collection[str], signatures: Sequence[Signature]) -> None:
    known = [signature.operation.operation_id for signature in signatures]
    for name in only:
        if name not in known:
            near = get_close_matches(name, known, 1)
            advice = f"did you mean {near[0]!r}?" if near else "name an operationId"
            raise ScaffoldError(f"the contract has no operation {name!r}; {advice}")


def _homes(signatures: Sequence[Signature], modules: Mapping[str, HandlerModule]) -> dict[str, str]:
    """The module of each coroutine that exists."""
    homes: dict[str, str] = {}
    for signature in signatures:
        name = signature.function
        found = [module for module in modules if name in modules[module].coroutines]
        if len(found) > 1:
            places = " and ".join(f"{modules[m].place}:{modules[m].coroutines[name]}" for m in found)
            raise ScaffoldError(f"{name} is defined twice, at {places}; keep one")
        if found:
            homes[name] = found[0]
    return homes


def _by_module(
    missing: Sequence[Signature], modules: Mapping[str, HandlerModule], layout: Layout
) -> dict[str, list[Signature]]:
    """The coroutines to add to each module: that of their first tag, or another one if that has no handlers."""
    folders = {path.parent.name for path in layout.files if path.parent.parent == layout.folder} | {"types"}
    found: dict[str, list[Signature]] = {}
    for signature in missing:
        name = module_name(next(iter(signature.operation.tags), ""))
        while name in folders or (name in modules and not modules[name].has_handlers):
            name += "_operations"
        module = modules.get(name)
        if module is not None and (lineno := module.others.get(signature.function)) is not None:
            reason = (
                f"{signature.function} is defined here, but not as a coroutine; the server takes an `async def` only"
            )
            raise ScaffoldError(f"{module.place}:{lineno}: {reason}; rename it or write the coroutine")
        found.setdefault(name, []).append(signature)
    return found


def _with_coroutines(layout: Layout, module: HandlerModule | None, group: Sequence[Signature]) -> str:
    types = f"{layout.package}.types"
    if module is None or not module.source.strip():
        return new_module(next(iter(group[0].operation.tags), ""), types, [coroutine_lines(each) for each in group])
    quoted = module.evaluates_annotations
    return extended(module, types, [coroutine_lines(each, quoted=quoted) for each in group])


def _tests(layout: Layout, missing: Sequence[Signature]) -> dict[Path, str]:
    if layout.tests is None:
        return {}
    paths = {layout.tests / f"test_{signature.function}.py": signature for signature in missing}
    return {
        path: "\n".join([*test_lines(signature), ""]) for path, signature in paths.items() if path not in layout.files
    }


def _promised(
    contract: Contract, layout: Layout, missing: Sequence[Signature], served: Sequence[Operation]
) -> dict[Path, str]:
    if layout.promises is None or (overlay := layout.files.get(layout.promises)) is None:
        return {}
    new = [signature.operation for signature in missing]
    promises = promises_of(contract, new, served)
    return {layout.promises: with_promises(overlay, str(layout.promises), promises)}


def _types(
    contract: Contract,
    layout: Layout,
    types: PythonTypes,
    signatures: Sequence[Signature],
    homes: Mapping[str, str],
) -> dict[Path, str]:
    folder = layout.folder / "types"
    offered = [layout.caller, *layout.services]
    written = {
        folder / "__init__.py": package_module(),
        folder / "schemas.py": schema_module(contract, types),
        folder / "operations.py": operation_module(layout.package, signatures, offered),
        folder / "conformance.py": conformance_module(layout.package, signatures, homes),
    }
    for path in written:
        if (present := layout.files.get(path, "")).strip() and not present.startswith(MARK):
            raise ScaffoldError(
                f"{path} was not generated; move it, because the types of the contract are written there"
            )
    return written


def _surplus(signatures: Sequence[Signature], modules: Mapping[str, HandlerModule]) -> list[str]:
    """The coroutines that no operation has."""
    known = {signature.function for signature in signatures}
    return [
        f"{module.place}:{lineno}: {name} is no operation of the contract; remove it, or begin its name with _"
        for module in modules.values()
        for name, lineno in module.coroutines.items()
        if name not in known
    ]
