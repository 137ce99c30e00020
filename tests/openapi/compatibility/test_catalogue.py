"""The catalogue is complete, and the page about it has every rule."""

from __future__ import annotations

import re
from pathlib import Path

from openapi.compatibility.catalogue import RULES, SCHEMA_KINDS
from openapi.compatibility.changes import ChangeLevel

PAGE = Path(__file__).parents[3] / "docs" / "compatibility.md"
# The rules of requests without a mirror among the responses, and why.
ONE_SIDED = {
    "path-": "only requests have a path",
    "operation-": "an operation has one request, and is removed as a whole",
    "request-body-": "the body of a response is judged by its media types",
    "request-required-body-": "the body of a response is judged by its media types",
    "request-default-": "a default says what an absent value of a client means; a server sends what it means",
    "request-parameter-": "headers of responses have rules of their own",
    "request-required-parameter-": "headers of responses have rules of their own",
    "request-encoding-": "only the forms of requests have an encoding",
    "security-": "only requests have credentials",
    "server-": "only requests have an address",
    "callback-": "they are requests of the server, judged by the reversed rules of requests and responses",
}


def test_every_rule_of_requests_has_its_mirror_or_a_reason() -> None:
    alone = [
        rule
        for rule in RULES
        if RULES[rule].direction == "request"
        and rule.replace("request-", "response-", 1) not in RULES.keys() - {rule}
        and not rule.startswith(tuple(ONE_SIDED))
    ]

    assert alone == []


def test_every_reason_concerns_a_rule() -> None:
    unused = [prefix for prefix in ONE_SIDED if not any(rule.startswith(prefix) for rule in RULES)]

    assert unused == []


def test_schema_rules_of_both_directions_have_opposite_levels() -> None:
    opposite = {ChangeLevel.BREAKING: ChangeLevel.COMPATIBLE, ChangeLevel.COMPATIBLE: ChangeLevel.BREAKING}
    # A required property that an open object no longer declares is still accepted.
    unequal = [
        f"{kind.id}-{word}"
        for kind in SCHEMA_KINDS
        for word in ("narrowed", "widened")
        if RULES[f"request-{kind.id}-{word}"].level is not opposite[RULES[f"response-{kind.id}-{word}"].level]
    ]

    assert unequal == ["required-property-dropped-widened"]


def test_harmful_rules_say_what_to_do_instead() -> None:
    silent = [rule.id for rule in RULES.values() if rule.level >= ChangeLevel.RISKY and not rule.instead]

    assert silent == []


def test_page_has_every_rule_with_its_level_and_reason() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z]+) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)

    assert rows == [(rule.id, rule.level.label, rule.why) for rule in RULES.values()]
