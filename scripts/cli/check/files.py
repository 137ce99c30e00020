"""The files that a check writes, and its output for GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
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
    from scripts.cli.check.watching import GrowingLines

F = TypeVar("F", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class ReportFiles:
    """The files of the reports; None for reports that were not requested. `github` prints annotations for GitHub
    Actions; `summary` is the file of the job's summary, to which other steps also write."""

    junit: Path | None = None
    sarif: Path | None = None
    html: Path | None = None
    jsonl: Path | None = None
    github: bool = False
    summary: Path | None = None

    @property
    def on_stdout(self) -> bool:
        """Whether a report goes to stdout, so that text for people must go to stderr."""
        return STDOUT in (self.junit, self.sarif, self.html, self.jsonl)

    def check_writable(self) -> None:
        """Refused if one of the files cannot be written; called before the check starts."""
        check_writable(path for path in (self.junit, self.sarif, self.html, self.jsonl) if path is not None)

    def write(self, contract: Contract, verdict: Verdict, secrets: Secrets, lines: GrowingLines | None = None) -> None:
        """Write all reports. If one fails, the others are written, and then its error is raised: Refused if it cannot
        be written. `lines` are those of `--jsonl` that were written while a check ran."""
        content, place = contract.content, _relative(contract.source)
        errors = []
        for report in self._reports(verdict, content, place, secrets, lines):
            try:
                report()
            except Exception as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _reports(
        self, verdict: Verdict, content: bytes, place: str, secrets: Secrets, lines: GrowingLines | None
    ) -> Iterator[Callable[[], object]]:
        """The functions that write the reports."""
        if (junit_file := self.junit) is not None:
            from openapi.findings.reports.junit import junit

            yield lambda: write(junit_file, junit(verdict, secrets))
        if (sarif_file := self.sarif) is not None:
            from openapi.findings.reports.sarif import sarif

            yield lambda: write(sarif_file, sarif(verdict, content, place, version("tether-relay"), secrets))
        if (html_file := self.html) is not None:
            from openapi.findings.reports.html import html

            yield lambda: write(html_file, html(verdict, content, secrets))
        if lines is not None:
            yield lambda: lines.finish(verdict, secrets)
        elif (jsonl_file := self.jsonl) is not None:
            from openapi.findings.reports.jsonl import jsonl

            yield lambda: write(jsonl_file, jsonl(verdict, secrets))
        if self.github:
            from openapi.findings.reports.github import commands, summary

            yield lambda: click.echo(commands(verdict, content, place), nl=False, err=self.on_stdout)
            if (file := self.summary) is not None:
                yield lambda: append(file, summary(verdict, secrets))


def check_writable(paths: Iterable[Path]) -> None:
    """Refused if a file cannot be written, because its folder is missing or read-only, or serves two reports."""
    seen: set[Path] = set()
    for path in paths:
        folder = path.resolve().parent
        if path.resolve() in seen:
            raise Refused(f"{path} is named for two reports; name a file for each")
        seen.add(path.resolve())
        if path == STDOUT:
            continue
        if not folder.is_dir():
            raise Refused(f"{path} cannot be written: the folder {folder} does not exist; create it first")
        if path.is_dir():
            raise Refused(f"{path} cannot be written: it is a folder; name a file in it")
        if not os.access(folder, os.W_OK):
            raise Refused(f"{path} cannot be written: this user may not write to the folder {folder}")


def append(path: Path, text: str) -> None:
    """Write a text to the end of a file; Refused if that fails."""
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None


def write(path: Path, content: bytes) -> None:
    """Replace a file atomically; ``-`` is stdout. Refused if that fails."""
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
    """Add the options of `ReportFiles` to a command, as the parameter `files`; Refused if a file cannot be written."""

    @click.option("--junit", type=_FILE, help="Write JUnit XML, with a case for each rule and operation.")
    @click.option("--sarif", type=_FILE, help="Write SARIF 2.1.0, for code scanning.")
    @click.option("--html", type=_FILE, help="Write an HTML page with findings, coverage and times.")
    @click.option(
        "--jsonl", type=_FILE, help="Write JSON Lines, for programs; the file of a check grows while it runs."
    )
    @click.option(
        "--github/--no-github", envvar="GITHUB_ACTIONS", help="Print annotations for GitHub Actions. [GITHUB_ACTIONS]"
    )
    @click.option(
        "--github-summary", "summary", type=_FILE, envvar="GITHUB_STEP_SUMMARY", hidden=True, help="The job summary."
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

    return wrapped  # type: ignore[return-value]  # the wrapper adds options


def _relative(source: str) -> str:
    """The path of the contract relative to the current folder, as GitHub and code scanning require; a URL as it is."""
    if "://" in source:
        return source
    path = Path(source).resolve()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
