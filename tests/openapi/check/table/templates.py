"""Paths: templates that overlap, unusual characters, unknown paths (OpenAPI 3.0.3, Paths Object; RFC 3986)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import PASS, Answer, Call, Reply, Site, says, text
from tests.openapi.check.table.statuses import GOOD, ONE

USERS: Final = """
POST /u/me: {200: {a: integer}}
GET /u/{id}: {200: {a: integer}, 404: {error: string}}
"""
WRITES: Final = {"allow_writes": True}
MISSING: Final = says({"error": "no such user"}, 404)


def user(call: Call) -> Answer:
    """Users whose id has at most forty letters exist."""
    return GOOD if len(call.placeholders["id"]) <= 40 else MISSING


def only_post(request: Request) -> Answer:
    """405 to all but POST at /u/me, as a router that looks at the first matching path alone."""
    if request.path == "/u/me" and request.method != "POST":
        return Reply(204) if request.method == "OPTIONS" else says({}, 405, Allow="POST")
    return PASS


def at(name: str, path: str, wire: str, *more: str) -> Row:
    """An operation at a path of the document, and the path on the wire that is its address."""

    def before(request: Request) -> Answer:
        spelled = request.path.replace("%7E", "~")
        return PASS if spelled == wire else says({"error": f"not {request.path}"}, 404)

    return Row(
        f"paths: {name}",
        f"'GET {path}': {{200: {{a: integer}}}}",
        lambda request: (
            Site({"GET /x": GOOD})(Request(request.method, "/x", request.headers))
            if before(request) is PASS
            else before(request)
        ),
        more,
    )


def elsewhere(name: str, answer: Answer, *finds: str, suspects: tuple[str, ...] = ()) -> Row:
    """A right operation, and the answer to all other paths."""
    site = Site({"GET /x": GOOD})
    return Row(f"unknown paths: {name}", ONE, lambda r: site(r) if r.path == "/x" else answer, finds, suspects)


ROWS: Final = (
    Row("templates: POST /u/me beside GET /u/{id}", USERS, Site({"POST /u/me": GOOD, "GET /u/{id}": user})),
    Row(
        "templates: POST /u/me beside GET /u/{id}, with writes",
        USERS,
        Site({"POST /u/me": GOOD, "GET /u/{id}": user}),
        options=WRITES,
    ),
    Row(
        "templates: the more concrete path hides the methods of the template",
        USERS,
        Site({"POST /u/me": GOOD, "GET /u/{id}": user}, only_post),
        also=("allow",),
        options=WRITES,
    ),
    Row(
        "templates: DELETE /u/{id} beside GET /u/me",
        "GET /u/me: {200: {a: integer}}\nDELETE /u/{id}: {204: ~, 404: {error: string}}",
        Site({"GET /u/me": GOOD, "DELETE /u/{id}": Reply(204)}),
        options=WRITES,
    ),
    Row(
        "templates: the placeholder before and behind a fixed segment",
        "GET /{a}/list: {200: {a: integer}}\nPOST /u/{b}: {200: {a: integer}}",
        Site({"GET /{a}/list": GOOD, "POST /u/{b}": GOOD}),
        options=WRITES,
    ),
    Row(
        "templates: two operations with the same schema, at a template and beside it",
        "GET /u/{id}: {200: {a: integer}}\nGET /u/{id}/posts: {200: [string]}\nGET /u: {200: [{a: integer}]}",
        Site({"GET /u/{id}": GOOD, "GET /u/{id}/posts": says(["x"]), "GET /u": says([{"a": 1}])}),
    ),
    Row(
        "templates: the template answers for the more concrete path",
        "GET /u/me: {200: {b: string}}\nGET /u/{id}: {200: {a: integer}}",
        Site({"GET /u/{id}": GOOD}),
        finds=("body-schema",),
    ),
    Row(
        "templates: Allow at a template leaves its GET out",
        USERS,
        Site(
            {"POST /u/me": GOOD, "GET /u/{id}": user},
            lambda r: PASS if r.method in ("GET", "HEAD") else says({}, 405, Allow="HEAD, OPTIONS"),
        ),
        finds=("allow",),
    ),
    at("letters beyond ASCII", "/café/ñ", "/caf%C3%A9/%C3%B1"),
    at("Japanese", "/東京", "/%E6%9D%B1%E4%BA%AC"),
    at("a space", "/a b", "/a%20b"),
    at("a colon for an own method", "/things:batch", "/things:batch"),
    at("a dot and an extension", "/x.json", "/x.json"),
    at("an at sign, a comma and a tilde", "/@me,~you", "/@me,~you"),
    at("capital letters", "/API/Things", "/API/Things"),
    at("a slash at the end", "/things/", "/things/"),
    at("only a slash", "/", "/"),
    Row(
        "paths: text around a placeholder",
        "GET /report-{id}.csv: {200: {content: {text/csv: string}}, 404: ~}",
        Site({"GET /report-{id}.csv": text("a,b", media_type="text/csv")}),
    ),
    Row(
        "paths: two placeholders in one segment",
        "GET /{from}..{to}: {200: {a: integer}}",
        Site({"GET /{from}..{to}": GOOD}),
    ),
    Row(
        "paths: a placeholder that must be escaped",
        "GET /f/{name}: {path: {name: {type: string, enum: ['a/b c?é']}}, 200: {a: integer}, 404: {error: string}}",
        Site({"GET /f/{name}": lambda call: GOOD if call.placeholders["name"] == "a/b c?é" else MISSING}),
    ),
    elsewhere("404 in HTML", text("<p>no</p>", 404, "text/html")),
    elsewhere("404 without content", Reply(404)),
    elsewhere("401 for all of them", says({}, 401, WWW_Authenticate="Bearer")),
    elsewhere("403", says({}, 403)),
    elsewhere("400", says({}, 400)),
    elsewhere("a redirect to the start page", Reply(302).adding(Location="/")),
    elsewhere(
        "200 and the page of an application", text("<p>hi</p>", media_type="text/html"), suspects=("path-unknown",)
    ),
    elsewhere("500", says({}, 500), "path-unknown|server-error"),
    elsewhere("no answer", b"", "no-answer"),
)
