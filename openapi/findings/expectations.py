"""The expectation of a contract at the place that a message violates, for reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from openapi.contract import Contract
from openapi.validation import Violation

# Most characters of an expectation.
_LONGEST: Final = 300
# Rules whose pointer leads to a mapping, whose keys are the declared values.
_UNDECLARED: Final = ("path-undeclared", "method-undeclared", "status-undeclared", "media-type-undeclared")
# Rules whose pointer leads to no value that could be quoted.
_HINTS: Final = {
    "body-malformed": "a body that is valid for its media type",
    "body-unexpected": "no body",
}


def expectation(contract: Contract, violation: Violation) -> str:
    """The value in `contract` at the pointer of a violation, as short text."""
    pointer = contract.origin_of(violation.pointer)
    try:
        value: Any = contract.at(pointer)
        if isinstance(value, Mapping) and violation.rule in (*_UNDECLARED, "media-type-missing"):
            return f"one of {', '.join(key for key in value if not key.startswith('x-'))}"[:_LONGEST]
        value = contract.quotation(pointer)
    except LookupError:
        return _HINTS.get(violation.rule, "what the contract says")
    keyword = contract.as_written(violation.pointer).rpartition("/")[2]
    return f"{keyword}: {json.dumps(value, ensure_ascii=False)}"[:_LONGEST]
