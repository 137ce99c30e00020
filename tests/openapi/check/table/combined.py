"""Several security schemes: all of them (AND), one of them (OR), or none (OpenAPI 3.0.3, Security Requirement Object).

The token of the check is the credential of every scheme, unless there is a value for each scheme.
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


def has_other_key(request: Request) -> bool:
    """Whether the request has the other value in its header."""
    return request.header("x-key") == OTHER


def two_values(request: Request) -> bool:
    """Whether the request has the token and the other value."""
    return is_known(request) and has_other_key(request)


OTHER: Final = "another-value"
VALUES: Final = {"credentials": {"bearer": TOKEN, "key": OTHER}}
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
    combined("two values, and both are checked", BOTH, two_values, options=VALUES),
    combined("two values, and the key is not checked", BOTH, is_known, "auth-missing", once=ONCE, options=VALUES),
    combined(
        "a value for the second of two alternatives", EITHER, has_other_key, options={"credentials": {"key": OTHER}}
    ),
    Row(
        "combined: a value for each of two operations",
        f"GET /x: {{security: [bearer], {ANSWERS}}}\nGET /y: {{security: [key], {ANSWERS}}}",
        Site({"GET /x": guarded(is_known), "GET /y": guarded(has_other_key)}),
        options=VALUES,
    ),
    Row(
        "combined: only one of two operations has a value",
        f"GET /x: {{security: [bearer], {ANSWERS}}}\nGET /y: {{security: [key], {ANSWERS}}}",
        Site({"GET /x": guarded(is_known), "GET /y": guarded(has_other_key)}),
        obstacle="--credential|--token",
        options={"credentials": {"bearer": TOKEN}},
    ),
)
