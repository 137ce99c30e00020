"""HEAD, OPTIONS, undeclared methods and Allow (RFC 9110 sections 9.1, 9.3.2, 10.2.1 and 15.5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import PASS, Answer, Reply, Site, raw, says, text
from tests.openapi.check.table.statuses import GOOD, ONE

ALLOW: Final = "GET, HEAD, OPTIONS"


def by_method(**answers: Answer) -> Site:
    """A right server that answers some methods otherwise, on its one path; OTHERS are the undeclared ones."""

    def before(request: Request) -> Answer:
        if request.path != "/x" or request.method == "GET":
            return PASS
        undeclared = answers.get("OTHERS", PASS) if request.method not in ("HEAD", "OPTIONS") else PASS
        return answers.get(request.method, undeclared)

    return Site({"GET /x": GOOD}, before)


def methods(
    name: str, *finds: str, suspects: tuple[str, ...] = (), also: tuple[str, ...] = (), **answers: Answer
) -> Row:
    """A server of one operation, GET /x."""
    return Row(f"methods: {name}", ONE, by_method(**answers), finds, suspects, also)


def refused(allow: str) -> Reply:
    """A 405 with an Allow."""
    return says({}, 405, Allow=allow)


HEAD: Final = "HTTP/1.1 200 OK\nContent-Type: application/json"
WRITES: Final[Mapping[str, object]] = {"allow_writes": True}

ROWS: Final = (
    methods("Allow in two lines", OTHERS=refused("GET").adding(allow="HEAD, OPTIONS")),
    methods("Allow without spaces", OTHERS=refused("GET,HEAD")),
    methods("501 for methods that the server does not know", OTHERS=says({}, 501)),
    methods("401 before the method is looked at", OTHERS=says({}, 401, WWW_Authenticate="Bearer")),
    methods("a body in plain text at 405", OTHERS=text("no", 405, Allow=ALLOW)),
    methods("OPTIONS is answered with 405", OPTIONS=refused("GET, HEAD")),
    methods("OPTIONS is answered with 404", OPTIONS=says({}, 404)),
    methods("OPTIONS is answered with 200 and no Allow", OPTIONS=Reply(200)),
    methods("OPTIONS is answered with a body", OPTIONS=says({"methods": ["GET"]}, Allow=ALLOW)),
    methods("HEAD leaves Content-Length out", HEAD=raw(HEAD)),
    methods("HEAD has other headers that depend on time", HEAD=raw(f"{HEAD}\nContent-Length: 8\nDate: now\nX-Id: 7")),
    # The document need not list all methods of a resource.
    methods("Allow lists methods that the document leaves out", OTHERS=refused("GET, HEAD, POST"), also=("allow",)),
    methods(
        "HEAD is answered with 405", suspects=("head",), HEAD=raw("HTTP/1.1 405 No\nAllow: GET\nContent-Length: 0")
    ),
    methods("HEAD is answered with 404", "head", HEAD=raw("HTTP/1.1 404 Not Found\nContent-Length: 0")),
    methods(
        "HEAD is answered with 500", "head|server-error", also=("server-error", "head"), HEAD=raw("HTTP/1.1 500 No")
    ),
    methods("HEAD has another Content-Length", "head", HEAD=raw(f"{HEAD}\nContent-Length: 0")),
    methods("HEAD has another Content-Type", "head", HEAD=raw("HTTP/1.1 200 OK\nContent-Type: text/html")),
    methods("HEAD has content", "head-body", HEAD=raw(f"{HEAD}\nContent-Length: 8", b'{"a": 1}')),
    methods("HEAD gets no answer", "no-answer", HEAD=b""),
    methods("405 without Allow", "allow", OTHERS=says({}, 405)),
    methods("405 with an empty Allow", "allow", OTHERS=refused("")),
    methods("Allow leaves GET out", "allow", OTHERS=refused("HEAD, OPTIONS")),
    methods("Allow in lower case names other methods", "allow", OTHERS=refused("get")),
    methods("OPTIONS with an Allow that leaves GET out", "allow", OPTIONS=Reply(204).adding(Allow="OPTIONS")),
    methods("OPTIONS is answered with 500", "method-undeclared|server-error", OPTIONS=says({}, 500)),
    methods("undeclared methods are answered with 500", "method-undeclared|server-error", OTHERS=says({}, 500)),
    methods("undeclared methods are answered with 200", "method-undeclared", OTHERS=GOOD),
    methods("undeclared methods are answered with 404", suspects=("method-undeclared",), OTHERS=says({}, 404)),
    methods("undeclared methods get no answer", "no-answer", OTHERS=b""),
    Row(
        "methods: an undeclared DELETE succeeds",
        ONE,
        Site({"GET /x": GOOD, "DELETE /x": Reply(204)}),
        finds=("method-undeclared",),
        also=("allow",),
        options=WRITES,
    ),
    Row(
        "methods: an undeclared DELETE is not tried without leave",
        ONE,
        Site({"GET /x": GOOD, "DELETE /x": b""}),
        also=("allow",),
    ),
)
