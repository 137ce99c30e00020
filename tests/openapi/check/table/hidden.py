"""Servers that hide what exists (RFC 9110 section 15.5.5), and one cause that shows at several operations."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.auth import ANSWERS, BEARER, JWT, SECRET, guarded, is_known, verified
from tests.openapi.check.table.row import TOKEN, Row
from tests.openapi.check.table.server import PASS, Answer, Call, Site, says
from tests.openapi.check.table.statuses import GOOD

HIDDEN: Final = says({"error": "there is nothing here"}, 404)
FORBIDDEN: Final = says({"error": "not for you"}, 403)
ITEM: Final = """
GET /x/{id}:
  security: [bearer]
  path: {id: {type: integer, minimum: 1, maximum: 1}}
  200: {a: integer}
  404: {error: string}
  400: {error: string}
"""
WITH: Final = {"token": TOKEN}


def item(call: Call) -> Answer:
    """The one item; strangers do not learn that it exists."""
    if not call.placeholders["id"].isdecimal():
        return says({"error": "the id is a number"}, 400)
    return GOOD if is_known(call) and call.placeholders["id"] == "1" else HIDDEN


def open_but_hiding(call: Call) -> Answer:
    """Lets anyone in who brings no token, and hides from wrong ones."""
    return GOOD if is_known(call) or call.header("authorization") is None else HIDDEN


def first_knock(request: Request) -> Answer:
    """401 before anything else, to strangers."""
    return PASS if is_known(request) else says({"error": "who?"}, 401, WWW_Authenticate="Bearer")


ROWS: Final = (
    Row("hidden: 404 to strangers, declared", ITEM, Site({"GET /x/{id}": item}), also=("auth-status",), options=WITH),
    Row(
        "hidden: 404 to strangers, undeclared",
        BEARER,
        Site({"GET /x": guarded(refusal=HIDDEN)}),
        also=("auth-status",),
        options=WITH,
    ),
    Row(
        "hidden: 403 to strangers, where 401 is declared too",
        f"GET /x: {{security: [bearer], {ANSWERS}, 403: {{error: string}}}}",
        Site({"GET /x": guarded(refusal=FORBIDDEN)}),
        also=("auth-status",),
        options=WITH,
    ),
    Row(
        "hidden: 404 to a JSON Web Token that is not valid",
        BEARER,
        Site({"GET /x": guarded(verified(), HIDDEN)}),
        also=("auth-status",),
        options={"token": JWT, "signing_key": SECRET.encode()},
    ),
    Row(
        "hidden: 403 to a known caller without the right",
        f"{BEARER}\nGET /y: {{security: [bearer], {ANSWERS}, 403: {{error: string}}}}",
        Site({"GET /x": guarded(), "GET /y": guarded(then=FORBIDDEN)}),
        options=WITH,
    ),
    Row(
        "hidden: 401 to strangers for every path and method",
        BEARER,
        Site({"GET /x": GOOD}, first_knock),
        options=WITH,
    ),
    Row(
        "hidden: anyone is let in, and 404 to wrong tokens",
        BEARER,
        Site({"GET /x": open_but_hiding}),
        finds=("auth-missing",),
        once=("auth-missing",),
        options=WITH,
    ),
    Row(
        "hidden: anyone is let in, and 400 to wrong tokens",
        BEARER,
        Site({"GET /x": lambda call: GOOD if is_known(call) or not call.header("authorization") else says({}, 400)}),
        finds=("auth-missing",),
        options=WITH,
    ),
)
