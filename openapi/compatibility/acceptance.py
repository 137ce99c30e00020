"""Changes that a team has accepted: an entry names them, gives the reason, and ends on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from openapi.compatibility.changes import Change, Comparison
from openapi.documents.errors import ContractError
from openapi.documents.lines import nearest_line
from openapi.documents.pointer import pointer_to
from openapi.documents.reading import read_value

_KEYS: Final = frozenset({"fingerprint", "rule", "operation", "reason", "until"})


@dataclass(frozen=True, slots=True)
class AcceptedChange:
    """An entry: changes with a fingerprint, or those by a rule at an operation, until the end of a day.

    `operation` has the form ``GET /things``; "" means every operation. `line` is that of the entry in its file.
    """

    reason: str
    until: date
    line: int
    fingerprint: str = ""
    rule: str = ""
    operation: str = ""

    def left_of(self, change: Change) -> Change | None:
        """What is left of a change: None if the entry accepts all of it, the change itself if nothing, else the change
        at the other operations."""
        if self.fingerprint:
            return None if change.fingerprint == self.fingerprint else change
        if change.rule.id != self.rule:
            return change
        if not self.operation:
            return None
        rest = tuple(each for each in change.operations if each != self.operation)
        if rest == change.operations:
            return change
        return replace(change, operations=rest) if rest else None


Acceptance = tuple[AcceptedChange, ...]


def read_acceptance(content: bytes, source: str) -> Acceptance:
    """The entries of a YAML or JSON file ``accepted: [{fingerprint | rule, operation, reason, until}]``.

    Raises ContractError, with the name `source`.
    """
    document = read_value(content, source)
    entries = document.get("accepted") if isinstance(document, dict) else None
    if not isinstance(entries, list) or set(document) != {"accepted"}:
        raise ContractError(source, "", "write a list of changes under `accepted`, and nothing beside it")
    return tuple(
        _entry(each, nearest_line(content, pointer_to("accepted", i)), source) for i, each in enumerate(entries)
    )


def _entry(value: Any, line: int, source: str) -> AcceptedChange:
    if reason := _wrong(value):
        raise ContractError(source, "", f"line {line}: {reason}")
    named = {key: value[key] for key in ("fingerprint", "rule", "operation") if key in value}
    return AcceptedChange(value["reason"], date.fromisoformat(value["until"]), line, **named)


def _wrong(value: Any) -> str:
    """What is wrong with an entry, and how to mend it; "" if it is valid."""
    if not isinstance(value, dict):
        return "an entry is a mapping with `fingerprint`, or `rule` and `operation`, and with `reason` and `until`"
    if unknown := sorted(set(value) - _KEYS):
        return f"an entry has no {', '.join(f'`{key}`' for key in unknown)}; it has {', '.join(sorted(_KEYS))}"
    if numbers := [key for key, each in value.items() if not isinstance(each, str)]:
        return f"`{numbers[0]}` is not a text; put it in quotes"
    if bool(value.get("fingerprint")) == bool(value.get("rule")):
        return "give either the `fingerprint` of a change, or its `rule` and its `operation`"
    if not value.get("reason", "").strip():
        return "give the `reason` why the change is accepted"
    try:
        date.fromisoformat(value.get("until", ""))
    except ValueError:
        return "give the day `until` which the change is accepted, as 2027-12-31"
    return ""


@dataclass(frozen=True)
class JudgedChanges:
    """A comparison without the accepted changes, which `accepted` has with their entries."""

    comparison: Comparison
    accepted: tuple[tuple[Change, AcceptedChange], ...]


def accept(comparison: Comparison, acceptance: Acceptance, source: str, today: date) -> JudgedChanges:
    """Take the accepted changes out of a comparison.

    Raises ContractError for an entry that has ended or accepts none of the changes: it must not wait for a change
    that comes later.
    """
    left: Sequence[Change] = comparison.changes
    accepted: list[tuple[Change, AcceptedChange]] = []
    for entry in acceptance:
        if entry.until < today:
            reason = f"the entry has ended on {entry.until}; remove it, or give a later day"
            raise ContractError(source, "", f"line {entry.line}: {reason}")
        remaining = [(change, entry.left_of(change)) for change in left]
        taken = [change for change, rest in remaining if rest != change]
        if not taken:
            reason = f"none of the changes is {_named(entry)} any more; remove the entry"
            raise ContractError(source, "", f"line {entry.line}: {reason}")
        accepted += [(change, entry) for change in taken]
        left = [rest for _, rest in remaining if rest is not None]
    return JudgedChanges(Comparison(tuple(left)), tuple(accepted))


def _named(entry: AcceptedChange) -> str:
    if entry.fingerprint:
        return f"that with the fingerprint {entry.fingerprint}"
    return f"one by the rule {entry.rule}" + (f" at {entry.operation}" if entry.operation else "")
