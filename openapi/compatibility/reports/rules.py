"""The catalogue of rules as text."""

from __future__ import annotations

from openapi.compatibility.catalogue import RULES


def rules_as_text() -> str:
    """Each rule with its level, direction, title and reason, in the order of the catalogue."""
    width = max(map(len, RULES))
    lines = []
    for rule in RULES.values():
        lines.append(f"{rule.id:<{width}}  {rule.level.label:<10}  {rule.direction.value:<8}  {rule.title}")
        lines.append(f"{'':<{width}}  {rule.why}")
        if rule.instead:
            lines.append(f"{'':<{width}}  Instead: {rule.instead}")
    return "".join(f"{line}\n" for line in lines)
