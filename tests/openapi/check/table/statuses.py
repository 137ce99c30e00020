"""Statuses: declared, undeclared, ranges, failures."""

from __future__ import annotations

from typing import Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Reply, Site, says

ONE: Final = "GET /x: {200: {a: integer}}"
TWO: Final = f"{ONE}\nGET /y: {{200: {{a: integer}}}}"
GOOD: Final = says({"a": 1})

ROWS: Final = (
    Row("statuses: a declared 200", ONE, Site({"GET /x": GOOD})),
    Row("statuses: 203 in a declared range 2XX", "GET /x: {2XX: {a: integer}}", Site({"GET /x": says({"a": 1}, 203)})),
    Row("statuses: 200 declared as default", "GET /x: {default: {a: integer}}", Site({"GET /x": GOOD})),
    Row(
        "statuses: a gone resource that declares only its 410",
        f"{ONE}\nGET /old: {{410: ~}}",
        Site({"GET /x": GOOD, "GET /old": Reply(410)}),
    ),
    Row(
        "statuses: the code wins over the range, and the range over default",
        "GET /x: {200: {a: integer}, 2XX: {b: string}, default: {c: string}}",
        Site({"GET /x": GOOD}),
    ),
    Row(
        "statuses: a declared 404 for one of two operations",
        f"{ONE}\nGET /y/{{id}}: {{200: {{a: integer}}, 404: {{error: string}}}}",
        Site({"GET /x": GOOD, "GET /y/{id}": lambda call: says({"error": "no such thing"}, 404)}),
    ),
    Row("statuses: 201 for a declared 200", ONE, Site({"GET /x": says({"a": 1}, 201)}), finds=("status-undeclared",)),
    Row(
        "statuses: an undeclared 404 to a valid request",
        TWO,
        Site({"GET /x": GOOD, "GET /y": says({}, 404)}),
        finds=("status-undeclared",),
    ),
    Row(
        "statuses: 200 where only the range 4XX is declared beside 204",
        f"{TWO}\nGET /z: {{204: ~, 4XX: ~}}",
        Site({"GET /x": GOOD, "GET /y": GOOD, "GET /z": GOOD}),
        finds=("status-undeclared",),
    ),
    Row(
        "statuses: the body of 200 does not follow the code, though it follows the range",
        "GET /x: {200: {a: integer}, 2XX: {b: string}}",
        Site({"GET /x": says({"b": "x"})}),
        finds=("body-schema",),
    ),
    Row(
        "statuses: an undeclared 500 to a valid request",
        TWO,
        Site({"GET /x": GOOD, "GET /y": says({}, 500)}),
        finds=("server-error",),
        once=("server-error",),
    ),
    Row(
        "statuses: a declared 500 to a valid request",
        f"{ONE}\nGET /y: {{200: {{a: integer}}, 500: {{error: string}}}}",
        Site({"GET /x": GOOD, "GET /y": says({"error": "oops"}, 500)}),
        finds=("server-error",),
        once=("server-error",),
    ),
    Row(
        "statuses: 500 to all",
        ONE,
        lambda request: says({}, 500),
        finds=("server-error",),
        also=("path-unknown", "method-undeclared"),
        obstacle="500",
    ),
    Row(
        "statuses: an undeclared 503 without Retry-After",
        TWO,
        Site({"GET /x": GOOD, "GET /y": says({}, 503)}),
        suspects=("status-undeclared|server-error",),
    ),
    Row(
        "statuses: every declared status was seen",
        ONE,
        Site({"GET /x": GOOD}),
        options={"require_all_statuses": True},
    ),
    Row(
        "statuses: a declared status was never seen",
        "GET /x: {200: {a: integer}, 409: {error: string}}",
        Site({"GET /x": GOOD}),
        finds=("status-unseen",),
        options={"require_all_statuses": True},
    ),
    Row(
        "statuses: an operation never succeeded, though it must",
        f"{ONE}\nGET /y: {{200: {{a: integer}}, 404: any}}",
        Site({"GET /x": GOOD, "GET /y": says({}, 404)}),
        finds=("success-unseen",),
        options={"require_success": True},
    ),
    Row(
        "statuses: each operation succeeded, as it must",
        TWO,
        Site({"GET /x": GOOD, "GET /y": GOOD}),
        options={"require_success": True},
    ),
)
