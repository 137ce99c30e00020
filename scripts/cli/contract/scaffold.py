"""`tether-relay contract scaffold`: the types, coroutines and tests that the contract needs."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import click

import handlers as own_handlers
from openapi.contract import PUBLISHED, STRICT, load_contract
from openapi.engine.statuses import undeclared_warnings
from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.scaffold import Layout, Scaffold, scaffold
from openapi.scaffolding.signatures import Service
from scripts.cli.failures import Refused
from scripts.cli.files import replacing

_OWN: Final = Path(own_handlers.__file__).parent
# What the server passes to our handlers by name.
_SERVICES: Final = (Service("store", "store", "Reader"), Service("writer", "store", "Writer", only_unsafe=True))
_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command("scaffold")
@click.argument("operations", metavar="[OPERATION]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something is to be written or removed.")
@click.option("--diff", "shown", is_flag=True, help="Write nothing; print what would be written.")
@click.option("--contract", "path", type=_FILE, default=PUBLISHED, help="The contract. [openapi/openapi.yaml]")
@click.option("--handlers", "folder", type=_FOLDER, default=_OWN, help="The package of the handlers. [handlers]")
@click.option("--tests", type=_FOLDER, help="The folder of their tests. [tests/handlers, for the Tether API's]")
def scaffold_command(
    operations: tuple[str, ...], check: bool, shown: bool, path: Path, folder: Path, tests: Path | None
) -> None:
    """Write what the contract needs in Python: types always, and for each OPERATION without a coroutine the coroutine,
    its tests and its promises.

    OPERATION is an operationId; without one, all operations are meant. What exists is never edited, except for the
    generated types.
    """
    contract = load_contract(path)
    layout = layout_of(folder, tests)
    try:
        found = scaffold(contract, layout, operations)
    except (ScaffoldError, RecursionError) as error:
        reason = str(error) if isinstance(error, ScaffoldError) else f"{path} has schemas that are nested too deeply"
        raise Refused(reason) from None
    if shown:
        sys.stdout.writelines(_difference(found, layout))
    elif not check:
        write(found, layout)
        for file in found.files:
            click.echo(f"wrote {file}")
    for sentence in [*undeclared_warnings(contract.operations), *found.surplus]:
        click.echo(f"tether-relay: warning: {sentence}", err=True)
    if check:
        _check(found, layout)


def layout_of(folder: Path, tests: Path | None = None) -> Layout:
    """The layout of a project whose handlers are in `folder`: our own, or that of another contract.

    Refused if the folder is not a package, or if a file cannot be read.
    """
    is_own = folder.resolve() == _OWN.resolve()
    if not (folder / "__init__.py").is_file():
        raise Refused(
            f"{folder} is not a package: it has no __init__.py; name the folder of the handlers with --handlers"
        )
    if tests is None and is_own and (own := folder.parent / "tests" / folder.name).is_dir():
        tests = own
    promises = STRICT if is_own else None
    paths = [*folder.glob("*.py"), *folder.glob("*/*.py"), *(tests.glob("test_*.py") if tests else ())]
    files = {path: _read(path) for path in [*paths, *([promises] if promises else [])]}
    return Layout(_package(folder), folder, files, tests, promises, services=_SERVICES if is_own else ())


def write(found: Scaffold, layout: Layout) -> None:
    """Write all files or none. The coroutines come last: if the writing is interrupted before, it can be repeated.

    Refused if a file cannot be written.
    """
    made = [folder for folder in _folders(found) if not folder.exists()]
    try:
        for folder in made:
            folder.mkdir(parents=True)
        # The files of a stack are replaced in the reverse order, when all of them are written.
        with ExitStack() as stack:
            for path in sorted(found.files, key=lambda path: path.parent != layout.folder):
                content = found.files[path].encode()
                if path.exists() and b"\r\n" in path.read_bytes():
                    content = content.replace(b"\n", b"\r\n")
                stack.enter_context(replacing(path)).write(content)
    except OSError as error:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise Refused(f"{error.filename or layout.folder} cannot be written: {error.strerror}") from None


def _folders(found: Scaffold) -> list[Path]:
    return sorted({path.parent for path in found.files})


def _check(found: Scaffold, layout: Layout) -> None:
    for path in found.files:
        state = "is out of date" if path in layout.files else "is missing"
        click.echo(f"{path} {state}; run `tether-relay contract scaffold` to write it", err=True)
    if found.files or found.surplus:
        sys.exit(1)
    click.echo(f"{layout.folder} is up to date with the contract")


def _difference(found: Scaffold, layout: Layout) -> Iterator[str]:
    for path, source in sorted(found.files.items()):
        old = layout.files.get(path, "").splitlines(keepends=True)
        yield from difflib.unified_diff(old, source.splitlines(keepends=True), str(path), str(path))


def _package(folder: Path) -> str:
    """The import name of a package: with those of the packages around it."""
    folder = folder.resolve()
    around = _package(folder.parent) + "." if (folder.parent / "__init__.py").is_file() else ""
    if not folder.name.isidentifier():
        raise Refused(f"{folder} cannot be imported, because its name is not an identifier of Python; rename it")
    return around + folder.name


def _read(path: Path) -> str:
    """The text of a file, with the ends of lines that generated text has."""
    try:
        return path.read_bytes().decode().replace("\r\n", "\n")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not text in UTF-8; convert it") from None
