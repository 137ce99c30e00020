"""What a server must refuse in a request, for the findings about accepted requests."""

from __future__ import annotations

from collections.abc import Iterable

from openapi.validation import Violation

# A format is an annotation, which a server need not check (JSON Schema validation, draft 5, section 7.1); a larger type
# holds more integers than the named one.
_WIDER = ("has more than 32 bits", "has more than 64 bits")


def refusable(violations: Iterable[Violation]) -> Violation | None:
    """The first violation that a server must refuse: a certain and decided one, of more than the width of an integer.
    None if the server may take the request."""
    return next(
        (v for v in violations if not (v.is_probable or v.is_undecided) and not v.reason.endswith(_WIDER)), None
    )
