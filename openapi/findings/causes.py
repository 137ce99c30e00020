"""Findings grouped by their cause: one fault of a server, found at one operation or at many.

Findings have one cause if their rule is the same, and what the rule is about: the place in the contract after
references are followed, so that operations with one component have one cause; or, for what a server does the same
way everywhere, the status, the media type or the header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

from openapi.documents.pointer import steps_of
from openapi.findings.findings import Category, Certainty, Finding, Rule, digest

Aspect: TypeAlias = Callable[[Finding], str]

_DIGITS: Final = re.compile("[0-9]+")

# Places in requests that are parameters with the same meaning at many operations, e.g. ``query limit``.
_SHARED: Final = ("query ", "header ", "cookie ")
# The components of a Swagger 2.0 document.
_SWAGGER_SECTIONS: Final = ("definitions", "parameters", "responses")

# Most characters of the subject of a cause, which is part of a heading.
_LONGEST: Final = 60


@dataclass(frozen=True)
class Cause:
    """One fault of a server, and its `findings`, of which there is at least one; the first is the best example. `id` is
    stable across runs."""

    id: str
    findings: tuple[Finding, ...]

    @property
    def example(self) -> Finding:
        """The finding to show."""
        return self.findings[0]

    @property
    def rule(self) -> Rule:
        """The broken rule."""
        return self.example.rule

    @property
    def certainty(self) -> Certainty:
        """The certainty of its most certain finding."""
        return self.example.certainty

    @cached_property
    def operations(self) -> tuple[str, ...]:
        """The operations, that of the example first; "" is the server as a whole."""
        return tuple(dict.fromkeys(finding.operation for finding in self.findings))

    @cached_property
    def heading(self) -> str:
        """The fault in a short sentence, with its subject."""
        return f"{self.rule.fault}: {self.subject}" if self.subject else self.rule.fault

    @cached_property
    def subject(self) -> str:
        """What the fault is about, e.g. a component, a header or a parameter; "" if its rule and its operations say it
        all."""
        return _subject(self.example)


def causes_of(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """The causes: the certain ones first, then the gravest, then those with the most operations."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(cause_id(finding), []).append(finding)
    causes = [Cause(id, tuple(sorted(group, key=_as_example))) for id, group in groups.items()]
    return tuple(sorted(causes, key=_order))


def cause_id(finding: Finding) -> str:
    """The identity of the cause of a finding: 16 hexadecimal digits."""
    return digest(finding.rule.id, *(aspect(finding) for aspect in _aspects(finding.rule)))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of their causes."""
    return tuple(finding for cause in causes_of(findings) for finding in cause.findings)


def _as_example(finding: Finding) -> tuple[bool, bool, str, str, str]:
    unsure = finding.certainty is not Certainty.CERTAIN
    return unsure, finding.request is None, finding.operation, finding.pointer, finding.where


def _order(cause: Cause) -> tuple[bool, int, int, str, str, str]:
    unsure = cause.certainty is not Certainty.CERTAIN
    return unsure, cause.rule.gravity, -len(cause.operations), cause.rule.id, cause.example.operation, cause.id


def _place(finding: Finding) -> str:
    return finding.declaration


def _where(finding: Finding) -> str:
    return finding.where


def _status(finding: Finding) -> str:
    return "" if finding.response is None else str(finding.response.status)


def _media_type(finding: Finding) -> str:
    return "" if finding.response is None else finding.response.media_type or ""


def _has_field(finding: Finding) -> str:
    """Whether the answer has the header that the finding is about: a missing header and a wrong one are two causes."""
    return str(finding.response is not None and finding.response.header(finding.where) is not None)


def _refused(finding: Finding) -> str:
    """The refused parameter, which operations often share. For other requests the status and the text of the answer,
    without numbers: operations that refuse with the same words have one cause. Without an answer, its operation."""
    if finding.where.startswith(_SHARED):
        return finding.where
    if finding.response is None or not finding.response.body:
        return finding.operation
    return f"{finding.response.status} {_DIGITS.sub('', finding.response.body[:500].decode('utf-8', 'replace'))}"


def _method(finding: Finding) -> str:
    return finding.operation.partition(" ")[0]


def _failing(finding: Finding) -> str:
    """The header that makes a server fail is one cause everywhere; else each operation fails for its own reason."""
    return finding.where or finding.operation


# What the findings of a rule must have in common to have one cause, in addition to the rule.
_ASPECTS: Final[Mapping[str, tuple[Aspect, ...]]] = {
    "status-undeclared": (_where,),
    "status-unseen": (_where,),
    "media-type-missing": (_status,),
    "media-type-undeclared": (_status, _media_type),
    "body-unexpected": (_status,),
    "header-missing": (_where,),
    "path-undeclared": (_where,),
    "server-error": (_failing,),
    "valid-refused": (_refused,),
    "resource-lifecycle": (_method, _status),
    "invalid-accepted": (_where,),
    "auth-status": (_status,),
    "auth-challenge": (_has_field,),
    "allow": (_has_field,),
    "method-undeclared": (_status,),
}


def _aspects(rule: Rule) -> tuple[Aspect, ...]:
    usual = (_where,) if rule.category in (Category.HTTP, Category.AUTHENTICATION) else (_place,)
    return _ASPECTS.get(rule.id, usual)


def _subject(finding: Finding) -> str:
    """What a finding is about: a component, a status, a header; "" if its rule and its operation say it all."""
    aspects = _aspects(finding.rule)
    if _place in aspects:
        return _short(_named(_place(finding)))
    named = [aspect(finding) for aspect in aspects if aspect not in (_has_field, _refused)]
    if _refused in aspects:
        named = [finding.where]
    return _short(", ".join(name for name in named if name not in ("", finding.operation)))


def _named(pointer: str) -> str:
    """The component and the property that a pointer leads to, e.g. ``Problem.status``; "" for a part of an operation
    without a name."""
    steps = steps_of(pointer)
    depth = 2 if steps[:1] == ["components"] else 1 if steps[:1] and steps[0] in _SWAGGER_SECTIONS else len(steps)
    component = steps[depth : depth + 1]
    properties = [name for keyword, name in pairwise(steps) if keyword in ("properties", "headers")]
    return ".".join([*component, *properties])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
