"""A comparison as one HTML page, which needs no network and no script."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from openapi.compatibility.changes import Change, ChangeLevel
from openapi.compatibility.reports.subject import ComparedContracts, operations_of, places_of, witness_of
from openapi.findings.reports.html_page import page_style, page_template, source_hash

_STATES = {ChangeLevel.BREAKING: "broken", ChangeLevel.RISKY: "unjudged"}


def html(compared: ComparedContracts) -> str:
    """The page: the verdict, then the changes by level; breaking ones are open."""
    style = page_style()
    return _template().render(
        compared=compared,
        title=compared.title,
        state=_STATES.get(compared.comparison.level, "kept"),
        levels=[(level, [_shown(change, compared) for change in changes]) for level, changes in compared.by_level()],
        style=style,
        style_hash=source_hash(style),
    )


def _shown(change: Change, compared: ComparedContracts) -> dict[str, Any]:
    return {
        "change": change,
        "operations": operations_of(change, 1),
        "places": places_of(change, compared),
        "witness": witness_of(change),
        "open": change.level is ChangeLevel.BREAKING,
        "probable": change.level is not ChangeLevel.BREAKING,
    }


@cache
def _template() -> Template:
    return page_template(Path(__file__).with_name("page"), "changes.html")
