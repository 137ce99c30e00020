"""Parameters of the path: the styles simple, label and matrix (OpenAPI 3.0.3, "Style Values"; RFC 6570 section 3.2)."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.validation.requests.notation import OK, WRONG, Group, operation, path, row_of
from tests.openapi.validation.requests.schemas import CHOICE, COLOR, INTEGER, INTEGERS, TEXT, TEXTS

SIMPLE: Final = (
    path(
        "an integer in the path",
        INTEGER,
        ("digits", "5", OK),
        ("a negative number", "-5", OK),
        ("a percent-encoded digit", "%35", OK),
        ("a number of more than 64 bits", "18446744073709551616", OK),
        ("text", "x", WRONG),
        ("a fraction", "1.5", WRONG),
    ),
    path("an enum in the path", CHOICE, ("a value of it", "a", OK), ("an unknown value", "c", WRONG)),
    path(
        "a text in the path of at most 3 characters",
        "schema: {type: string, maxLength: 3}",
        ("an encoded slash", "a%2Fb", OK),
        ("non-ASCII text", "%C3%A9%C3%A9%C3%A9", OK),
        ("a plus sign", "a+b", OK),
        ("a longer one", "abcd", WRONG),
    ),
    path(
        "a text in the path that is a plus sign", "schema: {type: string, pattern: '^[+]$'}", ("a plus sign", "+", OK)
    ),
    path(
        "a simple array in the path",
        INTEGERS,
        ("integers", "3,4,5", OK),
        ("one integer", "3", OK),
        ("a text among integers", "3,x", WRONG),
    ),
    path(
        "a simple exploded array in the path",
        f"explode: true, {INTEGERS}",
        ("integers", "3,4,5", OK),
        ("a text among integers", "3,x", WRONG),
    ),
    path(
        "a simple array in the path of at most 2 texts",
        TEXTS,
        ("an encoded comma within an item", "a%2Cb,c", OK),
        ("three texts", "a,b,c", WRONG),
    ),
    path(
        "a simple object in the path",
        COLOR,
        ("names and values", "r,100,g,a", OK),
        ("a text for an integer", "r,x", WRONG),
        ("a name without a value", "r,100,g", WRONG),
        ("an object without a required property", "g,a", WRONG),
    ),
    path(
        "a simple exploded object in the path",
        f"explode: true, {COLOR}",
        ("pairs", "r=100,g=a", OK),
        ("a text for an integer", "r=x", WRONG),
        ("names and values without equals signs", "r,100", WRONG),
    ),
    path(
        "a path parameter beside other text in its segment",
        INTEGER,
        ("an integer", "file-5.txt", OK),
        ("a text", "file-x.txt", WRONG),
        tail="/file-{p}.txt",
    ),
    path(
        "a path parameter of JSON",
        "content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}",
        ("an object", "%7B%22a%22%3A1%7D", OK),
        ("half an object", "%7B", WRONG),
        ("wrong data", "%7B%22a%22%3A%22x%22%7D", WRONG),
    ),
)

LABEL: Final = (
    path(
        "a label in the path",
        f"style: label, {INTEGER}",
        ("an integer", ".5", OK),
        ("a text", ".x", WRONG),
        ("an integer without its dot", "5", WRONG),
    ),
    path("a label of text in the path", f"style: label, {TEXT}", ("a text with a dot", ".a.b", OK)),
    path(
        "a label array in the path",
        f"style: label, {INTEGERS}",
        ("dots", ".3.4.5", OK),
        ("commas as in RFC 6570", ".3,4,5", OK),
        ("a text among integers", ".3.x", WRONG),
        ("an array without its dot", "3,4", WRONG),
    ),
    path(
        "a label array in the path of at most 2 texts",
        f"style: label, {TEXTS}",
        ("an encoded dot within an item", ".a%2Eb.c", OK),
    ),
    path(
        "a label exploded array in the path",
        f"style: label, explode: true, {INTEGERS}",
        ("dots", ".3.4.5", OK),
        ("a text among integers", ".3.x", WRONG),
    ),
    path(
        "a label object in the path",
        f"style: label, {COLOR}",
        ("dots", ".r.100.g.a", OK),
        ("commas as in RFC 6570", ".r,100,g,a", OK),
        ("a text for an integer", ".r.x", WRONG),
    ),
    path(
        "a label exploded object in the path",
        f"style: label, explode: true, {COLOR}",
        ("pairs", ".r=100.g=a", OK),
        ("a text for an integer", ".r=x", WRONG),
    ),
)

MATRIX: Final = (
    path(
        "a matrix in the path",
        f"style: matrix, {INTEGER}",
        ("an integer", ";p=5", OK),
        ("a text", ";p=x", WRONG),
        ("an integer of another name", ";q=5", WRONG),
        ("an integer without its name", "5", WRONG),
    ),
    path(
        "a matrix of text in the path",
        f"style: matrix, {TEXT}",
        ("an empty text", ";p=", OK),
        ("an encoded equals sign", ";p=a%3Db", OK),
    ),
    path(
        "a matrix array in the path",
        f"style: matrix, {INTEGERS}",
        ("commas", ";p=3,4,5", OK),
        ("a text among integers", ";p=3,x", WRONG),
    ),
    path(
        "a matrix array in the path of at most 2 texts",
        f"style: matrix, {TEXTS}",
        ("an encoded comma within an item", ";p=a%2Cb,c", OK),
        ("three texts", ";p=a,b,c", WRONG),
    ),
    path(
        "a matrix exploded array in the path",
        f"style: matrix, explode: true, {INTEGERS}",
        ("its name before each item", ";p=3;p=4", OK),
        ("a text among integers", ";p=3;p=x", WRONG),
        ("another name before an item", ";p=3;q=4", WRONG),
    ),
    path(
        "a matrix object in the path",
        f"style: matrix, {COLOR}",
        ("commas", ";p=r,100,g,a", OK),
        ("a text for an integer", ";p=r,x", WRONG),
        ("a name without a value", ";p=r,100,g", WRONG),
    ),
    path(
        "a matrix exploded object in the path",
        f"style: matrix, explode: true, {COLOR}",
        ("pairs", ";r=100;g=a", OK),
        ("a text for an integer", ";r=x", WRONG),
    ),
)

_OF_THE_PATH: Final = "parameters: [{in: path, name: p, required: true, schema: {type: integer}}]"
_OF_THE_OPERATION: Final = "parameters: [{in: path, name: p, required: true, schema: {type: string}}]"
LEVELS: Final = (
    operation(
        f"{{{_OF_THE_PATH}, get: {{}}}}",
        row_of("a path item's parameter: an integer", OK, Request("GET", "/5")),
        row_of("a path item's parameter: a text", WRONG, Request("GET", "/x")),
        tail="/{p}",
    ),
    operation(
        f"{{{_OF_THE_PATH}, get: {{{_OF_THE_OPERATION}}}}}",
        row_of(
            "a path item's parameter that the operation overrides: what the operation allows", OK, Request("GET", "/x")
        ),
        tail="/{p}",
    ),
)

PATH_GROUPS: Final[tuple[Group, ...]] = (*SIMPLE, *LABEL, *MATRIX, *LEVELS)
