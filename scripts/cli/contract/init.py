"""`tether-relay contract init`: a runnable project around a contract."""

from __future__ import annotations

import keyword
import os
import re
import shutil
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.scaffold import Layout, scaffold
from scripts.cli.contract.project_files import PROJECT_FILES
from scripts.cli.failures import Refused

# Packages of this program and of every project, which a new package would hide.
_TAKEN: Final = ("handlers", "openapi", "scripts", "store", "tests", "contract")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--contract", "file", type=click.Path(path_type=Path), required=True, help="The contract to serve.")
@click.option("--package", help="The name of the package of handlers. [made from the name of FOLDER]")
def init(folder: Path, file: Path, package: str | None) -> None:
    """Write a project into the new or empty FOLDER: the contract, a coroutine for each operation, tests, a
    Containerfile and a CI job.

    `tether-relay serve --contract ... --handlers ...` serves it at once; a coroutine without a body answers 500.
    """
    contract = _contract(file)
    name = _package_name(folder) if package is None else package
    if not name.isidentifier() or keyword.iskeyword(name) or name in _TAKEN:
        raise Refused(f"{name!r} cannot be the name of a package here; choose another with --package")
    files = project_files(contract, name, f"contract{file.suffix or '.yaml'}")
    _write(folder, files)
    click.echo(f"wrote {len(files)} files for {len(contract.operations)} operation(s) to {folder}")
    click.echo(f"  cd {folder} && tether-relay serve --contract contract{file.suffix or '.yaml'} --handlers {name}")


def project_files(contract: Contract, package: str, contract_name: str) -> dict[str, bytes]:
    """The files of a project by their path in it."""
    values = {
        "package": package,
        "contract": contract_name,
        "title": contract.title.replace("\n", " "),
        "version": version("tether-relay"),
        "public": "" if any(not operation.public for operation in contract.operations) else " --allow-public",
    }
    texts = {_filled(path, values): _filled(text, values) for path, text in PROJECT_FILES.items()}
    return {contract_name: contract.content} | {
        path: text.encode() for path, text in (texts | coroutines(contract, package)).items()
    }


def coroutines(contract: Contract, package: str) -> dict[str, str]:
    """The coroutines of the operations, their types and their tests. Refused if Python cannot have their names."""
    try:
        found = scaffold(contract, Layout(package, Path(package), {}, Path("tests")))
    except ScaffoldError as error:
        raise Refused(f"{contract.source}: {error}") from None
    return {str(path): source for path, source in found.files.items()}


def _contract(file: Path) -> Contract:
    """The contract in one file. Raises ContractError, and Refused if it has no operations or needs other files."""
    contract = load_contract(file)
    if not contract.operations:
        raise Refused(f"the contract {file} has no operations; add a path, or name another file")
    try:
        return parse_contract(contract.content, str(file))
    except ContractError as error:
        raise Refused(f"{file} needs other files ({error.reason}); run `tether-relay contract bundle` first") from None


def _package_name(folder: Path) -> str:
    name = re.sub(r"\W+", "_", folder.resolve().name.lower(), flags=re.ASCII).strip("_")
    if name[:1].isdigit():
        return f"api_{name}"
    return f"{name}_api" if name in _TAKEN or keyword.iskeyword(name) else name


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files, or none. Refused if the folder is not empty, or cannot be written."""
    target = Path(os.path.abspath(folder))
    try:
        if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
            raise Refused(f"{folder} is not an empty folder; name a new one")
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            draft.chmod(0o755)
            for name, content in files.items():
                path = draft / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            # Replaces an empty folder (rename(2)).
            with suppress(FileNotFoundError):
                target.rmdir()
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}") from None
