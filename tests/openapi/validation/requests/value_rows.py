"""Single values of the query: their types, encodings, absence and composed schemas.

An integer is a JSON number without a fraction or exponent part; `format` sets its number of bits (OpenAPI 3.0.3, "Data
Types"). A plus sign in a query is a space, as in application/x-www-form-urlencoded.
"""

from __future__ import annotations

from typing import Final

from tests.openapi.validation.requests.notation import MISSING, OK, WRONG, Group, query
from tests.openapi.validation.requests.schemas import CHOICE, INTEGER, TEXT

NUMBERS: Final = (
    query(
        "an integer in the query",
        INTEGER,
        ("digits", "p=5", OK),
        ("a negative number", "p=-7", OK),
        ("nothing", "", OK),
        ("another parameter", "q=x", OK),
        ("a number of more than 64 bits", "p=18446744073709551616", OK),
        ("a number of 400 digits", f"p={'9' * 400}", OK),
        ("its name twice with integers", "p=1&p=2", OK),
        ("its name twice with texts", "p=x&p=y", WRONG),
        ("empty fields around it", "&&p=5&", OK),
        ("text", "p=x", WRONG),
        ("a second question mark", "p=5?", WRONG),
        ("an empty value", "p=", WRONG),
        ("its name alone", "p", WRONG),
        ("a fraction", "p=1.5", WRONG),
        ("a fraction of zero", "p=1.0", WRONG),
        ("an exponent", "p=1e3", WRONG),
        ("a plus sign that is a space", "p=+5", WRONG),
        ("null", "p=null", WRONG),
    ),
    query(
        "an integer of at most 9",
        "schema: {type: integer, maximum: 9}",
        ("nine", "p=9", OK),
        ("ten", "p=10", WRONG),
        ("a number of more than 64 bits", "p=18446744073709551616", WRONG),
        ("a number of 400 digits", f"p={'9' * 400}", WRONG),
    ),
    query(
        "an int32",
        "schema: {type: integer, format: int32}",
        ("the largest", "p=2147483647", OK),
        ("the smallest", "p=-2147483648", OK),
        ("one more than the largest", "p=2147483648", WRONG),
    ),
    query(
        "an int64",
        "schema: {type: integer, format: int64}",
        ("the largest", "p=9223372036854775807", OK),
        ("one more than the largest", "p=9223372036854775808", WRONG),
        ("a number of 400 digits", f"p={'9' * 400}", WRONG),
    ),
    query(
        "a number in the query",
        "schema: {type: number}",
        ("digits", "p=5", OK),
        ("a fraction", "p=-1.5", OK),
        ("an exponent", "p=1e3", OK),
        ("an exponent with a sign", "p=1.5E-3", OK),
        ("text", "p=x", WRONG),
        ("NaN", "p=NaN", WRONG),
        ("Infinity", "p=Infinity", WRONG),
    ),
    query(
        "an integer enum in the query",
        "schema: {type: integer, enum: [1, 2]}",
        ("a value of it", "p=1", OK),
        ("an unknown value", "p=3", WRONG),
    ),
)

BOOLEANS: Final = (
    query(
        "a boolean in the query",
        "schema: {type: boolean}",
        ("true", "p=true", OK),
        ("false", "p=false", OK),
        ("a capital", "p=True", WRONG),
        ("a digit", "p=1", WRONG),
        ("an empty value", "p=", WRONG),
    ),
    query(
        "an enum without a type",
        "required: true, schema: {enum: [true, false, 0, 1]}",
        ("a boolean of it", "p=true", OK),
        ("a number of it", "p=0", OK),
        ("an unknown number", "p=2", WRONG),
        ("an unknown text", "p=yes", WRONG),
    ),
)

TEXT_VALUES: Final = (
    query("a text in the query", TEXT, ("an empty value", "p=", OK), ("digits", "p=5", OK), ("null", "p=null", OK)),
    query("a text of at least 1 character", "schema: {type: string, minLength: 1}", ("an empty value", "p=", WRONG)),
    query("a text of one character", "schema: {type: string, maxLength: 1}", ("non-ASCII text", "p=%C3%A9", OK)),
    query("an enum in the query", CHOICE, ("a value of it", "p=a", OK), ("an unknown value", "p=c", WRONG)),
    query(
        "a text in the query with a space",
        "schema: {type: string, pattern: '^a b$'}",
        ("a plus sign", "p=a+b", OK),
        ("an encoded space", "p=a%20b", OK),
        ("an encoded plus sign", "p=a%2Bb", WRONG),
    ),
    query(
        "a text in the query with reserved characters",
        "schema: {type: string, pattern: '^a=b;c/d[?]$'}, allowReserved: true",
        ("the characters themselves", "p=a=b;c/d?", OK),
        ("encoded characters", "p=a%3Db%3Bc%2Fd%3F", OK),
    ),
    query(
        "a date-time",
        "schema: {type: string, format: date-time}",
        ("an encoded plus sign", "p=2024-01-01T00:00:00%2B01:00", OK),
        ("a plus sign that is a space", "p=2024-01-01T00:00:00+01:00", WRONG),
        ("text", "p=yesterday", WRONG),
    ),
    query(
        "an integer whose name is not ASCII",
        INTEGER,
        ("an encoded name", "gr%C3%B6%C3%9Fe=5", OK),
        ("text", "gr%C3%B6%C3%9Fe=x", WRONG),
        parameter="größe",
    ),
    query(
        "an integer whose name has brackets",
        INTEGER,
        ("plain brackets", "filter[x]=5", OK),
        ("encoded brackets", "filter%5Bx%5D=5", OK),
        ("text", "filter[x]=x", WRONG),
        parameter="filter[x]",
    ),
)

ABSENCE: Final = (
    query(
        "a required integer in the query",
        f"required: true, {INTEGER}",
        ("an encoded name", "%70=5", OK),
        ("nothing", "", MISSING),
        ("another parameter", "q=5", MISSING),
        ("its name in capitals", "P=5", MISSING),
    ),
    query(
        "an integer with allowEmptyValue",
        f"allowEmptyValue: true, {INTEGER}",
        ("an empty value", "p=", OK),
        ("its name alone", "p", OK),
        ("text", "p=x", WRONG),
    ),
    query(
        "an integer with a default",
        "schema: {type: integer, default: 5}",
        ("nothing", "", OK),
        ("text", "p=x", WRONG),
    ),
    query(
        "a nullable integer",
        "schema: {type: integer, nullable: true}",
        ("null", "p=null", OK),
        ("an empty value", "p=", OK),
        ("digits", "p=5", OK),
        ("text", "p=x", WRONG),
    ),
    query(
        "a nullable enum with null",
        "schema: {type: string, nullable: true, enum: [a, null]}",
        ("null", "p=null", OK),
        ("an unknown value", "p=c", WRONG),
    ),
    query(
        "a nullable enum without null",
        "schema: {type: string, nullable: true, enum: [a]}",
        ("a value of it", "p=a", OK),
        ("null", "p=null", WRONG),
    ),
)

COMPOSED: Final = (
    query(
        "a schema by reference",
        "schema: {$ref: '#/components/schemas/Count'}",
        ("an integer", "p=7", OK),
        ("a smaller integer", "p=0", WRONG),
        ("text", "p=x", WRONG),
    ),
    query(
        "oneOf an integer and an enum",
        "schema: {oneOf: [{type: integer}, {type: string, enum: [none]}]}",
        ("an integer", "p=7", OK),
        ("a value of the enum", "p=none", OK),
        ("an unknown value", "p=some", WRONG),
    ),
    query("oneOf an integer and a text", "schema: {oneOf: [{type: integer}, {type: string}]}", ("digits", "p=7", OK)),
    query(
        "oneOf two ranges that overlap",
        "schema: {oneOf: [{type: integer, maximum: 5}, {type: integer, minimum: 5}]}",
        ("a number of one range", "p=4", OK),
        ("a number of both", "p=5", WRONG),
    ),
    query(
        "an integer that is not 3",
        "schema: {type: integer, not: {enum: [3]}}",
        ("four", "p=4", OK),
        ("three", "p=3", WRONG),
    ),
    query(
        "a number above 0",
        "schema: {type: number, minimum: 0, exclusiveMinimum: true, multipleOf: 0.01}",
        ("a multiple", "p=19.99", OK),
        ("zero", "p=0", WRONG),
        ("a number between two multiples", "p=19.999", WRONG),
    ),
    query(
        "anyOf an integer and a boolean",
        "schema: {anyOf: [{type: integer}, {type: boolean}]}",
        ("an integer", "p=7", OK),
        ("a boolean", "p=true", OK),
        ("text", "p=x", WRONG),
    ),
    query(
        "allOf a type and a minimum",
        "schema: {allOf: [{type: integer}, {minimum: 5}]}",
        ("an integer", "p=7", OK),
        ("a smaller integer", "p=3", WRONG),
        ("text", "p=x", WRONG),
    ),
    query(
        "oneOf an integer and an array",
        "explode: false, schema: {oneOf: [{type: integer}, {type: array, items: {type: boolean}}]}",
        ("an integer", "p=5", OK),
        ("an array", "p=true,false", OK),
        ("text", "p=x", WRONG),
    ),
)

VALUE_GROUPS: Final[tuple[Group, ...]] = (*NUMBERS, *BOOLEANS, *TEXT_VALUES, *ABSENCE, *COMPOSED)
