"""Parameters in headers (style simple, RFC 9110 section 5) and cookies (style form, RFC 6265 section 4.2)."""

from __future__ import annotations

from typing import Final

from tests.openapi.validation.requests.notation import MISSING, OK, WRONG, Group, cookie, header
from tests.openapi.validation.requests.schemas import CHOICE, COLOR, INTEGER, INTEGERS, TEXT

HEADERS: Final = (
    header(
        "an integer in a header",
        INTEGER,
        ("digits", ["5"], OK),
        ("no header", [], OK),
        ("text", ["x"], WRONG),
        ("an empty header", [""], WRONG),
        ("two headers", ["5", "5"], WRONG),
    ),
    header(
        "a required integer in a header",
        f"required: true, {INTEGER}",
        ("digits", ["5"], OK),
        ("no header", [], MISSING),
    ),
    header(
        "a boolean in a header",
        "schema: {type: boolean}",
        ("true", ["true"], OK),
        ("a capital", ["True"], WRONG),
    ),
    header("an enum in a header", CHOICE, ("a value of it", ["a"], OK), ("an unknown value", ["c"], WRONG)),
    header(
        "a text in a header",
        "schema: {type: string, pattern: '^(a, b)?$'}",
        ("two headers, which are one list", ["a", "b"], OK),
        ("an empty header", [""], OK),
    ),
    header(
        "an array in a header",
        INTEGERS,
        ("commas and spaces", ["1, 2,3"], OK),
        ("an empty element", ["1, , 2"], OK),
        ("two headers", ["1, 2", "3"], OK),
        ("an empty header", [""], OK),
        ("a text among integers", ["1, x"], WRONG),
        ("a text in a second header", ["1", "x"], WRONG),
    ),
    header(
        "an exploded array in a header",
        f"explode: true, {INTEGERS}",
        ("commas", ["1,2"], OK),
        ("a text among integers", ["1,x"], WRONG),
    ),
    header(
        "an object in a header",
        COLOR,
        ("names and values", ["r,100,g,a"], OK),
        ("spaces behind the commas", ["r, 100, g, a"], OK),
        ("a text for an integer", ["r,x"], WRONG),
        ("a name without a value", ["r,100,g"], WRONG),
    ),
    header(
        "an exploded object in a header",
        f"explode: true, {COLOR}",
        ("pairs", ["r=100,g=a"], OK),
        ("spaces behind the commas", ["r=100, g=a"], OK),
        ("a text for an integer", ["r=x"], WRONG),
    ),
    header(
        "a header of JSON",
        "content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}",
        ("an object", ['{"a": 1}'], OK),
        ("half an object", ["{"], WRONG),
        ("wrong data", ['{"a": "x"}'], WRONG),
    ),
    header(
        "a header of plain text",
        "content: {text/plain: {schema: {type: string, maxLength: 2}}}",
        ("a short text", ["ab"], OK),
        ("a longer text", ["abc"], WRONG),
    ),
    # Header parameters of these names are ignored ("Parameter Object", `name`).
    header(
        "a header parameter named Accept, which is ignored",
        f"required: true, {INTEGER}",
        ("no header", [], OK),
        ("a media type", ["application/json"], OK),
        parameter="Accept",
    ),
    header(
        "a header parameter named Content-Type, which is ignored",
        f"required: true, {INTEGER}",
        ("no header", [], OK),
        parameter="Content-Type",
    ),
    header(
        "a header parameter named Authorization, which is ignored",
        f"required: true, {INTEGER}",
        ("no header", [], OK),
        ("credentials", ["Bearer abc"], OK),
        parameter="Authorization",
    ),
)

COOKIES: Final = (
    cookie(
        "an integer in a cookie",
        INTEGER,
        ("digits", ["p=5"], OK),
        ("a cookie among others", ["a=1; p=5; b=2"], OK),
        ("cookies without spaces between them", ["a=1;p=5;"], OK),
        ("a quoted value", ['p="5"'], OK),
        ("no cookie", [], OK),
        ("text", ["p=x"], WRONG),
        ("an empty value", ["p="], WRONG),
    ),
    cookie(
        "a required integer in a cookie",
        f"required: true, {INTEGER}",
        ("a second Cookie header", ["a=1", "p=5"], OK),
        ("no cookie", [], MISSING),
        ("another cookie", ["a=5"], MISSING),
        ("its name in capitals", ["P=5"], MISSING),
    ),
    cookie("an enum in a cookie", CHOICE, ("a value of it", ["p=a"], OK), ("an unknown value", ["p=c"], WRONG)),
    cookie("a text in a cookie", TEXT, ("an empty value", ["p="], OK), ("an equals sign", ["p=a=b"], OK)),
    cookie("a form array in a cookie", INTEGERS, ("one item", ["p=3"], OK), ("a text", ["p=x"], WRONG)),
    cookie(
        "a form array in one in a cookie",
        f"explode: false, {INTEGERS}",
        ("commas", ["p=3,4"], OK),
        ("a text among integers", ["p=3,x"], WRONG),
    ),
    cookie(
        "a form object in one in a cookie",
        f"explode: false, {COLOR}",
        ("commas", ["p=r,100,g,a"], OK),
        ("a text for an integer", ["p=r,x"], WRONG),
        ("a name without a value", ["p=r,100,g"], WRONG),
    ),
    cookie(
        "a cookie of JSON",
        "content: {application/json: {schema: {type: array, items: {type: integer}}}}",
        ("an array", ["p=[1]"], OK),
        ("half an array", ["p=["], WRONG),
        ("wrong data", ["p=[true]"], WRONG),
    ),
)

HEADER_GROUPS: Final[tuple[Group, ...]] = (*HEADERS, *COOKIES)
