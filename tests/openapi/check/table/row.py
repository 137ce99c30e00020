"""A row of the table: a document, a server, and the verdict that the specifications require."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final

from rich.console import Console
from starlette.types import ASGIApp

from openapi.check import Options, Verdict, run_check
from openapi.check.client.targets import served
from openapi.contract import parse_contract
from openapi.findings.findings import Certainty
from openapi.findings.reports.terminal import TerminalReport
from tests.openapi.check.table.notation import document
from tests.openapi.check.table.server import Answering, listening

TOKEN: Final = "a-token-that-opens"
# Seconds; every right server answers at once.
_TIMEOUT: Final = 5.0


@dataclass(frozen=True)
class Fresh:
    """A server with state, which is made for each check."""

    make: Callable[[], Answering]


@dataclass(frozen=True)
class Asgi:
    """An ASGI application."""

    app: ASGIApp


@dataclass(frozen=True)
class Row:
    """One check, and its right outcome.

    `finds` are the rules with a certain finding, `suspects` those with probable findings only; ``a|b`` is one of them.
    `also` are rules that may be found besides, or more surely; if the server keeps its contract, only as probable.
    `obstacle` is a phrase of the reason why there is no verdict, `notes` are phrases of notes, and `prints` of the
    printed report: ``a|b`` is one of them, and case does not matter. `once` are rules with exactly one finding.
    `options` are those of the check, with tokens as text, and `base` is added to the URL. `generated`: only generated
    requests show the outcome.
    """

    name: str
    text: str
    server: Answering | Fresh | Asgi
    finds: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    obstacle: str = ""
    notes: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""
    generated: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def is_right(self) -> bool:
        """Whether the server keeps the contract, and the check can tell."""
        return not self.finds and not self.suspects and not self.obstacle

    def serving(self) -> AbstractContextManager[str]:
        """The running server: a context manager with its URL, without `base`."""
        if isinstance(self.server, Asgi):
            return served(self.server.app)
        return listening(self.server.make() if isinstance(self.server, Fresh) else self.server)


def verdict_of(row: Row, *, generate: bool) -> Verdict:
    """The verdict of a check of the row."""
    options = dict(row.options)
    if "token" in options:
        options["token"] = _asked(options["token"])
    if "credentials" in options:
        options["credentials"] = {name: _asked(token) for name, token in options["credentials"].items()}
    contract = parse_contract(document(row.text), "contract.yaml", lenient=True)
    with row.serving() as url:
        return run_check(contract, url + row.base, Options(**{"timeout": _TIMEOUT, "generate": generate, **options}))


def _asked(token: str) -> Callable[[], str]:
    return lambda: token


def differences(row: Row, verdict: Verdict) -> list[str]:
    """What is wrong with a verdict, in sentences."""
    return [*_findings(row, verdict), *_exit_code(row, verdict), *_sentences(row, verdict)]


def _findings(row: Row, verdict: Verdict) -> Iterator[str]:
    certain = {found.rule.id for found in verdict.findings if found.certainty is Certainty.CERTAIN}
    probable = {found.rule.id for found in verdict.findings} - certain
    messages = [f"{f.operation} {f.rule.id} ({f.certainty}): {f.message}" for f in verdict.findings]
    allowed = {rule for entry in (*row.finds, *row.suspects, *row.also) for rule in entry.split("|")}
    yield from (f"not found: {entry}" for entry in row.finds if not certain & {*entry.split("|")})
    suspected = probable | (certain & {*row.also})
    yield from (f"not suspected: {entry}" for entry in row.suspects if not suspected & {*entry.split("|")})
    yield from (f"found: {message}" for message in messages if message.split(" (")[0].rpartition(" ")[2] not in allowed)
    if row.is_right:
        yield from (f"certain: {rule}" for rule in certain & allowed)
    for rule in row.once:
        count = len({f.fingerprint for f in verdict.findings if f.rule.id == rule})
        if count != 1:
            yield f"{count} findings of {rule}, not 1: {messages}"


def _exit_code(row: Row, verdict: Verdict) -> Iterator[str]:
    if row.finds or row.suspects:
        expected = {1, 2} if row.obstacle else {1}
    elif row.obstacle:
        expected = {2}
    else:
        expected = {0, 1} if row.also and verdict.findings else {0}
    if verdict.exit_code not in expected:
        yield f"exit code {verdict.exit_code}, not {sorted(expected)}"


def _sentences(row: Row, verdict: Verdict) -> Iterator[str]:
    obstacles, notes = "\n".join(verdict.obstacles), "\n".join(note.text for note in verdict.notes)
    if row.obstacle and not _has(obstacles, row.obstacle):
        yield f"no obstacle with {row.obstacle!r}: {obstacles!r}"
    if obstacles and not row.obstacle:
        yield f"obstacle: {obstacles}"
    yield from (f"no note with {phrase!r}: {notes!r}" for phrase in row.notes if not _has(notes, phrase))
    if row.prints:
        printed = _printed(verdict)
        yield from (f"not printed: {phrase!r}" for phrase in row.prints if not _has(printed, phrase))


def _printed(verdict: Verdict) -> str:
    """The report that people read, on one line."""
    file = StringIO()
    TerminalReport(Console(file=file, width=200)).print(verdict)
    return " ".join(file.getvalue().split())


def _has(text: str, phrases: str) -> bool:
    return any(phrase.lower() in text.lower() for phrase in phrases.split("|"))
