"""Several security schemes: all of them (AND), one of them (OR), or none (OpenAPI 3.0.3, Security Requirement Object).

The token of the check is the credential of every scheme.
"""

from __future__ import annotations

from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.auth import ANSWERS, UNKNOWN, Accepts, guarded, is_known, query
from tests.openapi.check.table.row import TOKEN, Row
from tests.openapi.check.table.server import Site


def has_key(request: Request) -> bool:
    """Whether the request has the key in its header."""
    return request.header("x-key") == TOKEN


def has_query_key(request: Request) -> bool:
    """Whether the request has the key in its query."""
    return query(request, "key") == [TOKEN]


def combined(name: str, security: str, accepts: Accepts, *finds: str, **more: Any) -> Row:
    """An operation with some requirements, and whom its server lets in."""
    document = f"GET /x: {{security: [{security}], {ANSWERS}}}"
    more = {"options": {"token": TOKEN}, **more}
    return Row(f"combined: {name}", document, Site({"GET /x": guarded(accepts, UNKNOWN)}), finds, **more)


BOTH: Final = "bearer+key"
EITHER: Final = "bearer, key"
ONCE: Final = ("auth-missing",)

ROWS: Final = (
    combined("both are checked", BOTH, lambda r: is_known(r) and has_key(r)),
    combined("three are checked", "bearer+key+query_key", lambda r: is_known(r) and has_key(r) and has_query_key(r)),
    combined("two keys are checked", "key+query_key", lambda r: has_key(r) and has_query_key(r)),
    combined("either is checked", EITHER, lambda r: is_known(r) or has_key(r)),
    combined(
        "two together or another one",
        "bearer+key, query_key",
        lambda r: (is_known(r) and has_key(r)) or has_query_key(r),
    ),
    combined("two together, or nothing", "bearer+key, none", lambda r: True),
    combined("the key is not checked", BOTH, is_known, "auth-missing", once=ONCE),
    combined("the token is not checked", BOTH, has_key, "auth-missing", once=ONCE),
    combined("neither is checked", BOTH, lambda r: True, "auth-missing", once=ONCE),
    combined(
        "one of three is not checked", "bearer+key+query_key", lambda r: is_known(r) and has_key(r), "auth-missing"
    ),
    combined(
        "any key is taken beside the token", BOTH, lambda r: is_known(r) and bool(r.header("x-key")), "auth-garbage"
    ),
    combined("either is enough where both are required", BOTH, lambda r: is_known(r) or has_key(r), "auth-missing"),
    combined(
        "any key is taken instead of the token",
        EITHER,
        lambda r: is_known(r) or bool(r.header("x-key")),
        "auth-garbage",
    ),
    combined("anyone is let in instead of either", EITHER, lambda r: True, "auth-missing", once=ONCE),
)
