"""Parameters of the query by style: form, spaceDelimited, pipeDelimited, deepObject (OpenAPI 3.0.3, "Style Values"),
and `content`."""

from __future__ import annotations

from typing import Final

from openapi.http.messages import Request
from tests.openapi.validation.requests.notation import MISSING, OK, WRONG, Group, operation, query, row_of
from tests.openapi.validation.requests.schemas import COLOR, INTEGER, INTEGERS, TEXTS

ARRAYS: Final = (
    query(
        "a form array",
        INTEGERS,
        ("its name before each item", "p=1&p=2", OK),
        ("one item", "p=1", OK),
        ("nothing", "", OK),
        ("a text among integers", "p=1&p=x", WRONG),
        ("a comma", "p=1,2", WRONG),
    ),
    query(
        "a form array of at most 2 texts",
        TEXTS,
        ("commas within one item", "p=a,b,c", OK),
        ("three items", "p=a&p=b&p=c", WRONG),
    ),
    query(
        "a form array of an enum",
        "schema: {type: array, items: {type: string, enum: [a, b]}}",
        ("its values", "p=a&p=b", OK),
        ("an unknown value", "p=a&p=c", WRONG),
    ),
    query(
        "a form array of integers or booleans",
        "schema: {type: array, items: {anyOf: [{type: integer}, {type: boolean}]}}",
        ("one of each", "p=1&p=true", OK),
        ("a text", "p=x", WRONG),
    ),
    query(
        "a form array of items by reference",
        "schema: {type: array, items: {$ref: '#/components/schemas/Count'}}",
        ("right integers", "p=1&p=2", OK),
        ("a smaller integer", "p=1&p=0", WRONG),
        ("a text", "p=x", WRONG),
    ),
    query(
        "a form array of integers that differ",
        "schema: {type: array, uniqueItems: true, items: {type: integer}}",
        ("different integers", "p=1&p=2", OK),
        ("one integer twice", "p=1&p=1", WRONG),
    ),
    query(
        "a form array or an enum",
        "schema: {anyOf: [{type: string, enum: [all]}, {type: array, items: {type: integer}}]}",
        ("a value of the enum", "p=all", OK),
        ("integers", "p=1&p=2", OK),
        ("a text", "p=x", WRONG),
    ),
    query("a required form array", f"required: true, {INTEGERS}", ("nothing", "", MISSING)),
    query(
        "a form array whose name has brackets",
        INTEGERS,
        ("plain brackets", "ids[]=1&ids[]=2", OK),
        ("encoded brackets", "ids%5B%5D=1", OK),
        ("a text", "ids[]=x", WRONG),
        parameter="ids[]",
    ),
    query(
        "a nullable form array",
        "schema: {type: array, nullable: true, items: {type: integer}}",
        ("null", "p=null", OK),
        ("an item", "p=1", OK),
        ("null beside an item", "p=null&p=1", WRONG),
        ("a text", "p=x", WRONG),
    ),
    query(
        "a form array that cannot be null",
        INTEGERS,
        ("null", "p=null", WRONG),
    ),
    query(
        "a nullable form array in one",
        "explode: false, schema: {type: array, nullable: true, items: {type: integer}}",
        ("null", "p=null", OK),
        ("items", "p=1,2", OK),
        ("a text", "p=x", WRONG),
    ),
    query(
        "a form array in one",
        f"explode: false, {INTEGERS}",
        ("commas", "p=1,2", OK),
        ("encoded commas", "p=1%2C2", OK),
        ("an empty value", "p=", OK),
        ("a text among integers", "p=1,x", WRONG),
    ),
    query(
        "a form array in one of at most 2 texts",
        f"explode: false, {TEXTS}",
        ("an encoded comma within an item", "p=a%2Cb,c", OK),
        ("three items", "p=a,b,c", WRONG),
    ),
    query(
        "a spaceDelimited array",
        f"style: spaceDelimited, explode: false, {INTEGERS}",
        ("encoded spaces", "p=1%202", OK),
        ("plus signs", "p=1+2", OK),
        ("a text among integers", "p=1%20x", WRONG),
        ("a comma", "p=1,2", WRONG),
    ),
    query(
        "a spaceDelimited exploded array",
        f"style: spaceDelimited, explode: true, {INTEGERS}",
        ("its name before each item", "p=1&p=2", OK),
        ("a text among integers", "p=1&p=x", WRONG),
    ),
    query(
        "a pipeDelimited array",
        f"style: pipeDelimited, explode: false, {INTEGERS}",
        ("pipes", "p=1|2", OK),
        ("encoded pipes", "p=1%7C2", OK),
        ("a text among integers", "p=1|x", WRONG),
        ("a comma", "p=1,2", WRONG),
    ),
    query(
        "a pipeDelimited array of at most 2 texts",
        f"style: pipeDelimited, explode: false, {TEXTS}",
        ("an encoded pipe within an item", "p=a|b%7Cc", OK),
    ),
    query(
        "a pipeDelimited exploded array",
        f"style: pipeDelimited, explode: true, {INTEGERS}",
        ("its name before each item", "p=1&p=2", OK),
        ("a text among integers", "p=1&p=x", WRONG),
    ),
)

OBJECTS: Final = (
    query(
        "a form object",
        COLOR,
        ("its properties by their names", "r=100&g=a", OK),
        ("nothing", "", OK),
        ("a text for an integer", "r=x", WRONG),
        ("an object without a required property", "g=a", WRONG),
    ),
    query(
        "a nullable form object",
        "schema: {type: object, nullable: true, properties: {r: {type: integer}}}",
        ("its properties by their names", "r=100", OK),
        ("a text for an integer", "r=x", WRONG),
        ("null by its own name", "p=null", OK),
        ("a text by its own name", "p=x", WRONG),
    ),
    query(
        "a nullable form object in one",
        "explode: false, schema: {type: object, nullable: true, properties: {r: {type: integer}}}",
        ("commas", "p=r,1", OK),
        ("null", "p=null", OK),
        ("a text for an integer", "p=r,x", WRONG),
    ),
    query("a required form object", f"required: true, {COLOR}", ("nothing", "", MISSING)),
    query(
        "a closed form object",
        "schema: {type: object, additionalProperties: false, properties: {r: {type: integer}}}",
        ("a name of the query that is not its own", "r=1&other=2", OK),
    ),
    query(
        "a form object in one",
        f"explode: false, {COLOR}",
        ("commas", "p=r,100,g,a", OK),
        ("a text for an integer", "p=r,x", WRONG),
        ("a name without a value", "p=r,100,g", WRONG),
        ("an object without a required property", "p=g,a", WRONG),
    ),
    query(
        "a spaceDelimited object",
        f"style: spaceDelimited, explode: false, {COLOR}",
        ("encoded spaces", "p=r%20100%20g%20a", OK),
        ("a text for an integer", "p=r%20x", WRONG),
    ),
    query(
        "a pipeDelimited object",
        f"style: pipeDelimited, explode: false, {COLOR}",
        ("pipes", "p=r|100|g|a", OK),
        ("a text for an integer", "p=r|x", WRONG),
    ),
    query(
        "a deepObject",
        f"style: deepObject, explode: true, {COLOR}",
        ("its properties in brackets", "p[r]=100&p[g]=a", OK),
        ("encoded brackets", "p%5Br%5D=100", OK),
        ("nothing", "", OK),
        ("a name with brackets that is not its own", "q[r]=x", OK),
        ("a text for an integer", "p[r]=x", WRONG),
        ("an object without a required property", "p[g]=a", WRONG),
        ("a value without brackets", "p=1", WRONG),
        ("JSON without brackets", "p=%7B%22r%22%3A1%7D", WRONG),
        ("a property that is an object and a text", "p[r][x]=1&p[r]=2", WRONG),
    ),
    query(
        "a deepObject of allOf",
        "style: deepObject, schema: {allOf: [{type: object, properties: {r: {type: integer}}},"
        " {type: object, properties: {b: {type: boolean}}}]}",
        ("properties of both", "p[r]=1&p[b]=true", OK),
        ("a wrong property of the first", "p[r]=x", WRONG),
        ("a wrong property of the second", "p[r]=1&p[b]=1", WRONG),
    ),
    query("a required deepObject", f"required: true, style: deepObject, {COLOR}", ("nothing", "", MISSING)),
    query(
        "a deepObject within a deepObject",
        "style: deepObject, schema: {type: object, properties: {o: {type: object, properties: {n: {type: integer}}}}}",
        ("brackets behind brackets", "p[o][n]=1", OK),
    ),
    operation(
        "{get: {parameters: [{in: query, name: p, schema: {type: object, additionalProperties: {type: integer}}},"
        " {in: query, name: page, schema: {type: string}}]}}",
        row_of("an open form object: the name of another parameter", OK, Request("GET", "?a=1&page=x")),
    ),
)

CONTENTS: Final = (
    query(
        "a query parameter of JSON",
        "content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}",
        ("an object", "p=%7B%22a%22%3A1%7D", OK),
        ("an object in part encoded", "p={%22a%22:1}", OK),
        ("an integer of more than 64 bits", "p={%22a%22:18446744073709551616}", OK),
        ("a repeated name", "p={%22a%22:1,%22a%22:2}", OK),
        ("half an object", "p=%7B", WRONG),
        ("an empty value", "p=", WRONG),
        ("NaN", "p={%22a%22:NaN}", WRONG),
        ("wrong data", "p={%22a%22:%22x%22}", WRONG),
        ("another type", "p=[]", WRONG),
    ),
    query(
        "a query parameter of problem+json",
        "content: {application/problem+json: {schema: {type: array}}}",
        ("an array", "p=[1]", OK),
        ("another type", "p=1", WRONG),
    ),
    query(
        "a query parameter of plain text",
        "content: {text/plain: {schema: {type: string, maxLength: 2}}}",
        ("a short text", "p=1", OK),
        ("a longer text", "p=abc", WRONG),
    ),
    query(
        "a required query parameter of JSON",
        "required: true, content: {application/json: {}}",
        ("any JSON", "p=null", OK),
        ("nothing", "", MISSING),
    ),
    query("an optional query parameter", INTEGER, ("another name", "q=x", OK)),
)

QUERY_GROUPS: Final[tuple[Group, ...]] = (*ARRAYS, *OBJECTS, *CONTENTS)
