"""Headers of answers (OpenAPI 3.0.3, Header Object)."""

from __future__ import annotations

from typing import Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Reply, Site, says


def header(name: str, declared: str, answer: Reply, *finds: str) -> Row:
    """An operation that declares a header, and its answer."""
    document = f"GET /x: {{200: {{headers: {{{declared}}}, content: {{application/json: {{a: integer}}}}}}}}"
    return Row(f"headers: {name}", document, Site({"GET /x": answer}), finds)


_GOOD: Final = says({"a": 1})

ROWS: Final = (
    header("a required header", "X-Total: integer", _GOOD.adding(X_Total="2")),
    header("the name in another case", "X-Total: integer", _GOOD.adding(x_tOTAL="2")),
    header("an optional header is left out", "X-Total~: integer", _GOOD),
    header("a list in one line", "X-Ids: [integer]", _GOOD.adding(X_Ids="1,2, 3")),
    header("a list in two lines", "X-Ids: [integer]", _GOOD.adding(X_Ids="1").adding(x_ids="2")),
    header("an object", "X-Page: {size: integer, last: boolean}", _GOOD.adding(X_Page="size,2,last,true")),
    # It "SHALL be ignored" (OpenAPI 3.0.3, Response Object, `headers`).
    header("Content-Type is declared as a header", "Content-Type: integer", _GOOD),
    header("two cookies", "Set-Cookie: string", _GOOD.adding(Set_Cookie="a=1").adding(set_cookie="b=2; Path=/")),
    header("a value in Latin-1", "X-Name: string", _GOOD.adding(X_Name="caf\xe9")),
    header("headers that the document does not name", "X-Total: integer", _GOOD.adding(X_Total="2", X_Other="x")),
    header("a required header is missing", "X-Total: integer", _GOOD, "header-missing"),
    header("a text for an integer", "X-Total: integer", _GOOD.adding(X_Total="two"), "header-schema"),
    header("an empty integer", "X-Total: integer", _GOOD.adding(X_Total=""), "header-schema"),
    header("an optional header with a wrong value", "X-Total~: integer", _GOOD.adding(X_Total="?"), "header-schema"),
    header("a list with a wrong item", "X-Ids: [integer]", _GOOD.adding(X_Ids="1,b"), "header-schema"),
    header(
        "a value outside the enum",
        "X-Cache: {type: string, enum: [HIT, MISS]}",
        _GOOD.adding(X_Cache="hit"),
        "header-schema",
    ),
    header("an integer above int32", "X-Total: integer int32", _GOOD.adding(X_Total="2147483648"), "header-schema"),
)
