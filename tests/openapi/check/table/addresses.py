"""Servers of the document, and the address that is checked (OpenAPI 3.0.3, Server Object)."""

from __future__ import annotations

from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Answering, Site, says
from tests.openapi.check.table.statuses import GOOD, ONE

SITE: Final = Site({"GET /x": GOOD})


def below(*prefixes: str) -> Answering:
    """A right server whose paths all begin with one of these."""

    def answer(request: Request) -> Answer:
        for prefix in prefixes:
            if request.path.startswith(f"{prefix}/"):
                target = request.target[len(prefix) :]
                return SITE(Request(request.method, target, request.headers, request.body))
        return says({"error": "there is nothing here"}, 404)

    return answer


def declared(name: str, servers: str, *prefixes: str, document: str = ONE, **more: Any) -> Row:
    """A document with these servers, and a server with its paths below some prefixes."""
    return Row(f"addresses: {name}", f"{document}\nservers: [{servers}]", below(*prefixes), **more)


OF_OPERATION: Final = "GET /x: {servers: [%s], 200: {a: integer}}"

ROWS: Final = (
    declared("the base path is in the URL", "/api/v1", "/api/v1", base="/api/v1"),
    declared("the base path is in the URL, with a slash at its end", "/api/v1/", "/api/v1", base="/api/v1/"),
    declared("another base path is in the URL", "/api/v1", "/staging", base="/staging"),
    declared("a base path that the server does not have", "/api/v1", ""),
    declared("the host of the document is another", "https://api.example.com", ""),
    declared("the root", "/", ""),
    declared(
        "a variable in the base path of the URL",
        "{url: 'https://example.com/{v}', variables: {v: {default: v2}}}",
        "/v2",
        base="/v2",
    ),
    Row("addresses: a server of an operation", OF_OPERATION % "/other", below("/other")),
    Row("addresses: a server of an operation, with a slash at its end", OF_OPERATION % "/other/", below("/other")),
    Row(
        "addresses: a server of a path",
        f"/x: {{servers: [/other]}}\n{ONE}",
        below("/other"),
    ),
    Row(
        "addresses: the server of an operation wins over that of its path",
        f"/x: {{servers: [/wrong]}}\n{OF_OPERATION % '/other'}",
        below("/other"),
    ),
    Row(
        "addresses: a server of an operation with a variable",
        OF_OPERATION % "{url: '/{v}/other', variables: {v: {default: v3}}}",
        below("/v3/other"),
    ),
    declared(
        "a server of an operation beside the base path of the document",
        "/api",
        "/other",
        document=OF_OPERATION % "/other",
    ),
    Row(
        "addresses: an operation of another host beside one of this",
        f"{ONE}\nGET /files: {{servers: ['https://files.example.com/'], 200: {{a: integer}}}}",
        SITE,
    ),
    declared("the URL lacks the base path", "/api/v1", "/api/v1", obstacle="/api/v1"),
    declared("the URL lacks the base path behind a host", "https://api.example.com/v2", "/v2", obstacle="/v2"),
    declared(
        "the URL lacks the base path with a variable",
        "{url: 'https://example.com/{v}', variables: {v: {default: v2}}}",
        "/v2",
        obstacle="/v2",
    ),
    declared("the URL lacks the base path of the second server", "/old, /new", "/new", obstacle="/new"),
    Row("addresses: the URL ends in a path of the document", ONE, SITE, obstacle="use http", base="/x"),
    Row(
        "addresses: the server of an operation breaks the schema",
        OF_OPERATION % "/other",
        lambda request: says({"a": "x"}) if request.path == "/other/x" else SITE(request),
        finds=("body-schema",),
        also=("method-undeclared", "head", "allow"),
    ),
    Row(
        "addresses: nobody listens below the server of an operation",
        OF_OPERATION % "/other",
        SITE,
        obstacle="404|/other",
        also=("status-undeclared",),
    ),
)
