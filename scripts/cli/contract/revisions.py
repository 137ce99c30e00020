"""A contract in a git revision, as ``REV:path``."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from scripts.cli.failures import Refused

_SECONDS: Final = 60
# More than the contracts of any repository have.
_LARGEST: Final = 256 * 1024 * 1024
_DOCUMENTS: Final = (".yaml", ".yml", ".json", ".md")
# A reference to another file in YAML or JSON: its value does not begin with "#".
_ELSEWHERE: Final = re.compile(rb"""["']?\$ref["']?\s*:\s*["']?[^\s"'#]""")


def names_revision(text: str) -> bool:
    """Whether an argument is ``REV:path`` and not a file or a URL."""
    return ":" in text and "://" not in text and not Path(text).exists()


def contract_in_revision(text: str) -> Contract:
    """The contract that the repository around the current folder has at ``REV:path``; the path is relative to the root
    of the repository, or to the current folder if it begins with ``./``.

    Raises Refused if git does not have it, ContractError if it is invalid.
    """
    revision, _, path = text.partition(":")
    if text.startswith("-") or not revision or not path:
        raise Refused(f"{text!r} is not REV:path; name a commit, branch or tag, and a file in it: main:openapi.yaml")
    blob = _git(["rev-parse", "--verify", "--quiet", "--end-of-options", text], text).decode().strip()
    if _git(["cat-file", "-t", blob], text).strip() != b"blob":
        raise Refused(f"{text} is not a file; name a file in the revision")
    if int(_git(["cat-file", "-s", blob], text)) > _LARGEST:
        raise Refused(f"{text} is too large for a contract")
    content = _git(["cat-file", "blob", blob], text)
    if _ELSEWHERE.search(content) is None:
        return parse_contract(content, text, lenient=True)
    return _with_its_files(revision, path, text)


def _with_its_files(revision: str, path: str, text: str) -> Contract:
    """A contract that is split over several files of the revision."""
    prefix = _git(["rev-parse", "--show-prefix"], text).decode().strip()
    inside = os.path.normpath(prefix + path) if path.startswith(("./", "../")) else path
    commit = _git(["rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"], text).decode().strip()
    with tempfile.TemporaryDirectory(prefix="tether-relay-") as folder:
        _extract(commit, Path(folder), text)
        try:
            return replace(load_contract(Path(folder) / inside, lenient=True), source=text)
        except ContractError as error:
            source = error.source.replace(f"{folder}/", f"{revision}:")
            raise ContractError(source, error.pointer, error.reason) from None


def _extract(commit: str, folder: Path, text: str) -> None:
    """Write all documents of a commit into a folder."""
    root = _git(["rev-parse", "--show-toplevel"], text).decode().strip()
    archive = folder / ".revision.tar"
    _git(["-C", root, "archive", "--format=tar", f"--output={archive}", commit], text)
    with tarfile.open(archive) as members:
        documents = [each for each in members if each.isfile() and each.name.endswith(_DOCUMENTS)]
        if sum(each.size for each in documents) > _LARGEST:
            raise Refused(f"{text}: the documents of the revision have more than {_LARGEST >> 20} MiB")
        members.extractall(folder, documents, filter="data")
    archive.unlink()


def _command() -> list[str]:
    # Nothing that a repository configures must run: no hooks, no pager, no file system monitor.
    return ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "--no-pager"]


def _git(arguments: Sequence[str], text: str) -> bytes:
    try:
        command = [*_command(), *arguments]
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise Refused(f"{text}: git is not installed; install it, or give two files") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"{text}: git did not answer within {_SECONDS} seconds") from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        why = reason or "the repository has no such file in this revision; see `git ls-tree -r --name-only REV`"
        raise Refused(f"{text} cannot be read: {why}")
    return done.stdout
