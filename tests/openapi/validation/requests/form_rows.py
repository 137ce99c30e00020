"""Form bodies: application/x-www-form-urlencoded, and multipart/form-data of RFC 7578 (OpenAPI 3.0.3, "Encoding
Object")."""

from __future__ import annotations

from typing import Final

from tests.openapi.validation.requests.notation import (
    BAD_BODY,
    BOUNDARY,
    MALFORMED,
    MULTIPART,
    NO_BODY,
    OK,
    UNDECLARED,
    URLENCODED,
    Group,
    body,
    file,
    form,
    joined,
    multipart,
    part,
)

_FORM: Final = """schema: {type: object, required: [n], properties: {
  n: {type: integer}, x: {type: number}, flag: {type: boolean}, text: {type: string, pattern: '^[aé] b$'},
  choice: {type: string, enum: [a, b]}, none: {type: integer, nullable: true},
  list: {type: array, maxItems: 2, items: {type: integer}},
  deep: {type: object, properties: {n: {type: integer}}}}}"""

FORMS: Final = (
    form(
        "a form",
        _FORM,
        ("a right integer", "n=5", OK),
        ("a right number", "n=5&x=1.5e3", OK),
        ("a right boolean", "n=5&flag=true", OK),
        ("an integer of more than 64 bits", "n=18446744073709551616", OK),
        ("a plus sign for a space", "n=5&text=a+b", OK),
        ("encoded text", "n=5&text=%C3%A9%20b", OK),
        ("an encoded name", "%6E=5", OK),
        ("a field that is not declared", "n=5&other=x", OK),
        ("null for a nullable integer", "n=5&none=null", OK),
        ("an array with one field", "n=5&list=1", OK),
        ("an array with repeated fields", "n=5&list=1&list=2", OK),
        ("an array with brackets", "n=5&list[]=1&list[]=2", OK),
        ("an object in brackets", "n=5&deep[n]=1", OK),
        ("an object in JSON", "n=5&deep=%7B%22n%22%3A1%7D", OK),
        ("a text for an integer", "n=x", BAD_BODY),
        ("an empty integer", "n=", BAD_BODY),
        ("an exponent for an integer", "n=1e3", BAD_BODY),
        ("a form without a required field", "flag=true", BAD_BODY),
        ("a boolean in capitals", "n=5&flag=True", BAD_BODY),
        ("an unknown value of an enum", "n=5&choice=c", BAD_BODY),
        ("a text that its pattern forbids", "n=5&text=ab", BAD_BODY),
        ("a text in an array of integers", "n=5&list=1&list=x", BAD_BODY),
        ("an array of too many fields", "n=5&list=1&list=2&list=3", BAD_BODY),
        ("an object in JSON with wrong data", "n=5&deep=%7B%22n%22%3A%22x%22%7D", BAD_BODY),
        ("a text for an object", "n=5&deep=x", BAD_BODY),
        ("an empty form", "", NO_BODY),
    ),
    body(
        "a form with a charset",
        f"{URLENCODED}: {{{_FORM}}}",
        ("a right integer", f"{URLENCODED}; charset=UTF-8", b"n=5", OK),
        ("a text for an integer", f"{URLENCODED}; charset=UTF-8", b"n=x", BAD_BODY),
        ("JSON", "application/json", b'{"n": 5}', UNDECLARED),
    ),
    form(
        "a form with brackets in the name of its array",
        "schema: {type: object, required: ['expand[]'],"
        " properties: {'expand[]': {type: array, items: {type: integer}}}}",
        ("repeated fields", "expand[]=1&expand[]=2", OK),
        ("one encoded field", "expand%5B%5D=1", OK),
        ("a text for an integer", "expand[]=x", BAD_BODY),
        ("another field", "x=1", BAD_BODY),
    ),
    form(
        "a form with an array of objects",
        "schema: {type: object, properties: {rows: {type: array,"
        " items: {type: object, properties: {n: {type: integer}}}}}}",
        ("numbers in brackets", "rows[0][n]=1&rows[1][n]=2", OK),
        ("a text for an integer", "rows[0][n]=x", BAD_BODY),
    ),
    form(
        "a form with a required array of integers",
        "schema: {type: object, required: [ids],"
        " properties: {ids: {type: array, minItems: 1, items: {type: integer}}}}",
        ("one field", "ids=1", OK),
        ("repeated fields", "ids=1&ids=2", OK),
        ("a text", "ids=x", BAD_BODY),
        ("another field", "id=1", BAD_BODY),
    ),
    form(
        "a closed form",
        "schema: {type: object, additionalProperties: false, properties: {n: {type: integer}}}",
        ("its field", "n=1", OK),
        ("a field that is not declared", "n=1&other=2", BAD_BODY),
    ),
    form(
        "a form of allOf",
        "schema: {allOf: [{type: object, required: [n], properties: {n: {type: integer}}},"
        " {type: object, properties: {flag: {type: boolean}}}]}",
        ("fields of both", "n=1&flag=true", OK),
        ("a wrong field of the second", "n=1&flag=x", BAD_BODY),
        ("a form without a required field", "flag=true", BAD_BODY),
    ),
)

_LIST: Final = "schema: {type: object, properties: {list: {type: array, items: {type: integer}}}}"
_COLOR: Final = "schema: {type: object, properties: {c: {type: object, properties: {r: {type: integer}}}}}"
ENCODINGS: Final = (
    form(
        "an array in one field of a form",
        f"{_LIST}, encoding: {{list: {{style: form, explode: false}}}}",
        ("commas", "list=1,2", OK),
        ("encoded commas", "list=1%2C2", OK),
        ("a text among integers", "list=1,x", BAD_BODY),
    ),
    form(
        "a spaceDelimited array in a form",
        f"{_LIST}, encoding: {{list: {{style: spaceDelimited, explode: false}}}}",
        ("encoded spaces", "list=1%202", OK),
        ("a text among integers", "list=1%20x", BAD_BODY),
    ),
    form(
        "a pipeDelimited array in a form",
        f"{_LIST}, encoding: {{list: {{style: pipeDelimited, explode: false}}}}",
        ("pipes", "list=1|2", OK),
        ("encoded pipes", "list=1%7C2", OK),
        ("a text among integers", "list=1|x", BAD_BODY),
    ),
    form(
        "a deepObject in a form",
        f"{_COLOR}, encoding: {{c: {{style: deepObject, explode: true}}}}",
        ("brackets", "c[r]=1", OK),
        ("encoded brackets", "c%5Br%5D=1", OK),
        ("a text for an integer", "c[r]=x", BAD_BODY),
    ),
    form(
        "an object in one field of a form",
        f"{_COLOR}, encoding: {{c: {{style: form, explode: false}}}}",
        ("commas", "c=r,1", OK),
        ("a text for an integer", "c=r,x", BAD_BODY),
    ),
    form(
        "a pipeDelimited object in a form",
        f"{_COLOR}, encoding: {{c: {{style: pipeDelimited, explode: false}}}}",
        ("pipes", "c=r|1", OK),
        ("a text for an integer", "c=r|x", BAD_BODY),
    ),
)

LISTS_OF_OBJECTS: Final = (
    form(
        "a list of objects in a form",
        "schema: {type: object, properties: {lines: {type: array, maxItems: 2, items:"
        " {type: object, required: [n], properties: {n: {type: integer}, t: {type: string}}}}}}",
        ("one object", "lines[][n]=1&lines[][t]=a", OK),
        ("a repeated property, which begins the next object", "lines[][n]=1&lines[][n]=2", OK),
        ("positions", "lines[0][n]=1&lines[1][n]=2", OK),
        ("an object without a required property", "lines[][n]=1&lines[][t]=a&lines[][t]=b", BAD_BODY),
        ("a text for an integer", "lines[][n]=x", BAD_BODY),
        ("three objects", "lines[][n]=1&lines[][n]=2&lines[][n]=3", BAD_BODY),
    ),
)

_PARTS: Final = """schema: {type: object, required: [n], properties: {
  n: {type: integer}, flag: {type: boolean}, text: {type: string, maxLength: 3},
  file: {type: string, format: binary}, list: {type: array, items: {type: integer}},
  files: {type: array, maxItems: 2, items: {type: string, format: binary}},
  meta: {type: object, required: [x], properties: {x: {type: integer}}}}}"""
_FIVE: Final = part("n", "5")

MULTIPARTS: Final = (
    multipart(
        "a multipart body",
        _PARTS,
        ("a right integer", [_FIVE], OK),
        ("a right boolean", [_FIVE, part("flag", "true")], OK),
        ("an integer with a Content-Type", [part("n", "5", "text/plain; charset=utf-8")], OK),
        ("non-ASCII text", [_FIVE, part("text", "ééé")], OK),
        ("a file", [_FIVE, file("file")], OK),
        ("an empty file", [_FIVE, file("file", b"")], OK),
        ("one file for an array of files", [_FIVE, file("files")], OK),
        ("two files for an array of files", [_FIVE, file("files"), file("files")], OK),
        ("a part of JSON", [_FIVE, part("meta", '{"x": 1}', "application/json")], OK),
        ("JSON without a Content-Type", [_FIVE, part("meta", '{"x": 1}')], OK),
        ("repeated parts for an array", [_FIVE, part("list", "1"), part("list", "2")], OK),
        ("a part that is not declared", [_FIVE, part("other", "x")], OK),
        ("a text for an integer", [part("n", "x")], BAD_BODY),
        ("a body without a required part", [file("file")], BAD_BODY),
        ("a text that is too long", [_FIVE, part("text", "abcd")], BAD_BODY),
        ("a boolean in capitals", [_FIVE, part("flag", "True")], BAD_BODY),
        ("too many files", [_FIVE, file("files"), file("files"), file("files")], BAD_BODY),
        ("a text in an array of integers", [_FIVE, part("list", "1"), part("list", "x")], BAD_BODY),
        ("a part of JSON with wrong data", [_FIVE, part("meta", '{"x": "a"}', "application/json")], BAD_BODY),
        ("a part of JSON without a required property", [_FIVE, part("meta", "{}", "application/json")], BAD_BODY),
        ("a text for an object", [_FIVE, part("meta", "x")], BAD_BODY),
        ("a part without a name", [_FIVE, b"Content-Disposition: form-data\r\n\r\nx"], MALFORMED),
    ),
    multipart(
        "a multipart body of files alone",
        "schema: {type: object, properties: {files: {type: array, items: {type: string, format: binary}}}}",
        ("one file", [file("files")], OK),
        ("two files", [file("files"), file("files")], OK),
    ),
    multipart(
        "a multipart body with an array that its encoding has as JSON",
        f"{_LIST}, encoding: {{list: {{contentType: application/json}}}}",
        ("an array", [part("list", "[1, 2]", "application/json")], OK),
        ("wrong data", [part("list", '[1, "x"]', "application/json")], BAD_BODY),
    ),
    multipart(
        "a multipart body with brackets in the name of its files",
        "schema: {type: object, required: ['files[]'],"
        " properties: {'files[]': {type: array, items: {type: string, format: binary}}}}",
        ("one file", [file("files[]")], OK),
        ("two files", [file("files[]"), file("files[]")], OK),
        ("another part", [part("x", "1")], BAD_BODY),
    ),
    body(
        "the frame of a multipart body",
        f"multipart/form-data: {{{_PARTS}}}",
        ("a preamble", MULTIPART, b"For old clients.\r\n" + joined(_FIVE), OK),
        ("a boundary within a line", MULTIPART, b"x" + joined(_FIVE), MALFORMED),
        ("a quoted boundary", f'multipart/form-data; boundary="{BOUNDARY}"', joined(_FIVE), OK),
        ("a Content-Type without its boundary", "multipart/form-data", joined(_FIVE), MALFORMED),
        ("another boundary", "multipart/form-data; boundary=other", joined(_FIVE), MALFORMED),
        ("text", MULTIPART, b"x", MALFORMED),
        ("no body", MULTIPART, b"", NO_BODY),
        ("text behind the last part", MULTIPART, joined(_FIVE) + b"end", OK),
        ("a body without its last delimiter", MULTIPART, joined(_FIVE)[: -len(BOUNDARY)], MALFORMED),
        ("half a part", MULTIPART, joined(_FIVE)[:30], MALFORMED),
        ("another multipart type", f"multipart/mixed; boundary={BOUNDARY}", joined(_FIVE), UNDECLARED),
    ),
)

FORM_GROUPS: Final[tuple[Group, ...]] = (*FORMS, *ENCODINGS, *LISTS_OF_OBJECTS, *MULTIPARTS)
