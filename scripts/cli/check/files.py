"""The files that a check writes, and what it tells GitHub Actions when it runs there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from openapi.contract import Contract
from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT, replacing

if TYPE_CHECKING:
    from openapi.findings.findings import Verdict
    from openapi.http.masking import Secrets

F = TypeVar("F", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class ReportFiles:
    """Where reports go; None for those that nobody wants. `summary` is a file that GitHub shows with the job, to which
    others write too; `github` tells that what is printed is read by GitHub."""

    junit: Path | None = None
    sarif: Path | None = None
    html: Path | None = None
    jsonl: Path | None = None
    github: bool = False
    summary: Path | None = None

    @property
    def on_stdout(self) -> bool:
        """Whether a report goes to stdout, so that what is for people has to go elsewhere."""
        return STDOUT in (self.junit, self.sarif, self.html, self.jsonl)

    def check_writable(self) -> None:
        """Refused, before anything is checked, when one of them could not be written in the end."""
        check_writable(path for path in (self.junit, self.sarif, self.html, self.jsonl) if path is not None)

    def write(self, contract: Contract, verdict: Verdict, secrets: Secrets) -> None:
        """Write them all; Refused when one cannot be written."""
        content, place = contract.content, _relative(contract.source)
        if self.junit is not None:
            from openapi.findings.reports.junit import junit

            write(self.junit, junit(verdict, secrets))
        if self.sarif is not None:
            from openapi.findings.reports.sarif import sarif

            write(self.sarif, sarif(verdict, content, place, version("tether-relay"), secrets))
        if self.html is not None:
            from openapi.findings.reports.html import html

            write(self.html, html(verdict, content, secrets))
        if self.jsonl is not None:
            from openapi.findings.reports.jsonl import jsonl

            write(self.jsonl, jsonl(verdict, secrets))
        if self.github:
            self._tell_github(verdict, content, place, secrets)

    def _tell_github(self, verdict: Verdict, content: bytes, place: str, secrets: Secrets) -> None:
        from openapi.findings.reports.github import commands, summary

        click.echo(commands(verdict, content, place), nl=False, err=self.on_stdout)
        if self.summary is None:
            return
        try:
            with self.summary.open("a", encoding="utf-8") as stream:
                stream.write(summary(verdict, secrets))
        except OSError as error:
            raise Refused(f"{self.summary} cannot be written: {error.strerror}") from None


def check_writable(paths: Iterable[Path]) -> None:
    """Refused for a file that could not be written: a folder that is missing or closed, one file for two reports."""
    seen: set[Path] = set()
    for path in paths:
        folder = path.resolve().parent
        if path.resolve() in seen:
            raise Refused(f"{path} is named for two reports; name a file for each")
        seen.add(path.resolve())
        if path == STDOUT:
            continue
        if not folder.is_dir():
            raise Refused(f"{path} cannot be written: the folder {folder} does not exist; make it first")
        if path.is_dir():
            raise Refused(f"{path} cannot be written: it is a folder; name a file in it")
        if not os.access(folder, os.W_OK):
            raise Refused(f"{path} cannot be written: the folder {folder} is closed to this user")


def write(path: Path, content: bytes) -> None:
    """Write a file whole, or leave it as it was; ``-`` is stdout. Refused when that fails."""
    try:
        if path == STDOUT:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        with replacing(path) as stream:
            stream.write(content)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None


def with_report_files(command: F) -> F:
    """Give a command the options of `ReportFiles`, which it takes as `files`; what cannot be written is refused."""

    @click.option("--junit", type=_FILE, help="Write JUnit XML: a case for each rule and operation.")
    @click.option("--sarif", type=_FILE, help="Write SARIF 2.1.0, for code scanning.")
    @click.option("--html", type=_FILE, help="Write one page to read, findings, coverage and times.")
    @click.option("--jsonl", type=_FILE, help="Write JSON lines, for programs.")
    @click.option(
        "--github/--no-github", envvar="GITHUB_ACTIONS", help="Print annotations for GitHub Actions. [GITHUB_ACTIONS]"
    )
    @click.option(
        "--github-summary", "summary", type=_FILE, envvar="GITHUB_STEP_SUMMARY", hidden=True, help="For GitHub."
    )
    @wraps(command)
    def wrapped(
        *args: Any,
        junit: Path | None,
        sarif: Path | None,
        html: Path | None,
        jsonl: Path | None,
        github: bool,
        summary: Path | None,
        **options: Any,
    ) -> Any:
        files = ReportFiles(junit, sarif, html, jsonl, github, summary)
        files.check_writable()
        return command(*args, files=files, **options)

    return wrapped  # type: ignore[return-value]  # it takes options more


def _relative(source: str) -> str:
    """The place of the contract as GitHub and code scanning want it: relative to where the command runs."""
    path = Path(source).resolve()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
