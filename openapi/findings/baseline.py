"""The baseline: known findings, which do not fail a check again. A finding of it that is gone is reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from openapi.findings.findings import Finding, Gone, Outcome, Verdict, fingerprint_of, has_data_place

# In version 1, the fingerprints of findings about bodies contained the place in the body.
_VERSION: Final = 2
_READ: Final = (1, 2)
_FINGERPRINT: Final = re.compile("[0-9a-f]{16}")


class BaselineError(Exception):
    """The file is not a valid baseline. The text names the file and says what is wrong, in one line."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} is not a valid baseline: {reason}; write a new one with --update-baseline")


@dataclass(frozen=True, slots=True)
class Entry:
    """A known finding. Only its fingerprint is compared; the rest is for people who read the file."""

    operation: str
    rule: str
    fingerprint: str
    pointer: str
    message: str


Baseline = tuple[Entry, ...]


def read_baseline(content: bytes, source: str) -> Baseline:
    """The entries of a file, also of version 1. Raises BaselineError, with the name `source`, for an invalid file."""
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "it is not UTF-8"
        raise BaselineError(source, where) from None
    if not isinstance(document, dict) or document.get("version") not in _READ:
        raise BaselineError(source, f"its `version` is not {' or '.join(map(str, _READ))}")
    if not isinstance(entries := document.get("findings"), list):
        raise BaselineError(source, "`findings` is not a list")
    known = [_entry(value, f"finding {number}", source) for number, value in enumerate(entries, 1)]
    return tuple({entry.fingerprint: entry for entry in map(_current, known)}.values())


def _entry(value: Any, name: str, source: str) -> Entry:
    names = [field.name for field in fields(Entry)]
    if not isinstance(value, dict) or not all(isinstance(value.get(key), str) for key in names):
        raise BaselineError(source, f"{name} does not have {', '.join(names)} as strings")
    if not _FINGERPRINT.fullmatch(value["fingerprint"]):
        raise BaselineError(source, f"the fingerprint of {name} is not 16 hexadecimal digits")
    return Entry(*(value[key] for key in names))


def _current(entry: Entry) -> Entry:
    """An entry with its fingerprint of the current version: entries for several items of a list become one."""
    if not has_data_place(entry.rule):
        return entry
    return replace(entry, fingerprint=fingerprint_of(entry.rule, entry.operation, entry.pointer))


def write_baseline(baseline: Iterable[Entry]) -> bytes:
    """The content of the file: sorted, one field per line, so that a changed finding changes only its own lines."""
    entries = sorted({entry.fingerprint: entry for entry in baseline}.values(), key=_order)
    document = {"version": _VERSION, "findings": [asdict(entry) for entry in entries]}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _order(entry: Entry) -> tuple[str, ...]:
    return entry.operation, entry.rule, entry.fingerprint


def apply(baseline: Baseline, verdict: Verdict) -> Verdict:
    """The verdict with its findings divided into new and known ones, and with those of the baseline that are gone.

    A finding is gone if its rule was judged again and did not find it. It is not gone if it could not be judged this
    time, because its operation was left out, nothing was seen or the check was interrupted.
    """
    known = {entry.fingerprint for entry in baseline}
    every = (*verdict.findings, *verdict.known)
    found = {finding.fingerprint for finding in every}
    return replace(
        verdict,
        findings=tuple(finding for finding in every if finding.fingerprint not in known),
        known=tuple(finding for finding in every if finding.fingerprint in known),
        gone=tuple(
            Gone(entry.fingerprint, entry.operation, entry.rule, entry.message)
            for entry in baseline
            if entry.fingerprint not in found and _was_judged(entry, verdict)
        ),
    )


def updated(baseline: Baseline, verdict: Verdict) -> Baseline:
    """The baseline after this verdict: its findings, and the entries that could not be judged again."""
    found = {finding.fingerprint: _entry_of(finding) for finding in (*verdict.findings, *verdict.known)}
    kept = [entry for entry in baseline if entry.fingerprint not in found and not _was_judged(entry, verdict)]
    return (*found.values(), *kept)


def _entry_of(finding: Finding) -> Entry:
    return Entry(finding.operation, finding.rule.id, finding.fingerprint, finding.pointer, finding.message)


def _was_judged(entry: Entry, verdict: Verdict) -> bool:
    if verdict.interrupted or verdict.obstacles:
        return False
    return any(
        case.rule.id == entry.rule and case.operation == entry.operation and case.outcome is not Outcome.NOT_SEEN
        for case in verdict.cases
    )
