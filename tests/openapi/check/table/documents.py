"""What a document may say: overriding and ignored parameters, references, examples, declared HEAD and OPTIONS."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.openapi.check.table.auth import ANSWERS, cookie, guarded, is_known, query
from tests.openapi.check.table.row import TOKEN, Row
from tests.openapi.check.table.server import Call, Operation, Reply, Site, raw, says, text
from tests.openapi.check.table.statuses import GOOD, ONE

REFUSED: Final = says({"error": "not so"}, 400)
WRITES: Final = {"allow_writes": True}


def get(name: str, declared: str, operation: Operation, *finds: str, path: str = "", **more: Any) -> Row:
    """An operation GET /x, with the fields of its path."""
    document = (
        f"/x: {{{path}}}\n" if path else ""
    ) + f"GET /x: {{{declared}, 200: {{a: integer}}, 400: {{error: string}}}}"
    return Row(f"documents: {name}", document, Site({"GET /x": operation}), finds, **more)


def wants(**values: str) -> Operation:
    """Takes parameters of the query with exactly these values."""
    return lambda call: GOOD if all(call.parameters.get(name) == [value] for name, value in values.items()) else REFUSED


PARAMETER: Final = "{name: %s, in: %s, required: true, schema: {type: string, enum: [%s]}}"
PERSON: Final = """
POST /people: {json: Person, 201: Person, 400: {error: string}, 415: {error: string}}
schemas:
  Person:
    type: object
    additionalProperties: false
    required: [id, name, password]
    properties:
      id: {type: integer, readOnly: true}
      name: string
      password: {type: string, writeOnly: true}
"""
PROBLEM: Final = f"""
{ONE}
GET /y/{{id}}: {{200: {{a: integer}}, 404: {{content: {{application/problem+json: {{title: string}}}}}}}}
"""


def join(call: Call) -> Reply:
    """Creates a person, and refuses an id that the client chooses."""
    if call.media_type != "application/json":
        return says({"error": "send JSON"}, 415)
    try:
        person = json.loads(call.body)
    except ValueError:
        person = None
    if not isinstance(person, dict) or person.keys() != {"name", "password"}:
        return REFUSED
    return says({"id": 1, "name": person["name"]}, 201) if all(isinstance(v, str) for v in person.values()) else REFUSED


ROWS: Final = (
    get(
        "a parameter of the operation overrides that of its path",
        f"parameters: [{PARAMETER % ('q', 'query', 'own')}]",
        wants(q="own"),
        path=f"parameters: [{PARAMETER % ('q', 'query', 'inherited')}]",
    ),
    get(
        "a parameter of the path beside one of the operation",
        f"parameters: [{PARAMETER % ('q', 'query', 'own')}]",
        wants(q="own", r="inherited"),
        path=f"parameters: [{PARAMETER % ('r', 'query', 'inherited')}]",
    ),
    # "The parameter definition SHALL be ignored" (OpenAPI 3.0.3, Parameter Object, `name`).
    get("a header parameter Authorization is ignored", "header: {Authorization: integer}", lambda call: GOOD),
    get("a header parameter Accept is ignored", "header: {Accept: {type: string, enum: [x]}}", lambda call: GOOD),
    get(
        "a cookie beside a key in a cookie",
        "security: [cookie_key], cookie: {theme: {type: string, enum: [dark]}}, 401: {error: string}",
        lambda call: (
            says({"error": "who?"}, 401)
            if cookie(call) != TOKEN
            else GOOD
            if "theme=dark" in (call.header("cookie") or "")
            else REFUSED
        ),
        options={"token": TOKEN},
    ),
    get(
        "a parameter beside a key in the query",
        "security: [query_key], query: {q: {type: string, enum: [a b]}}, 401: {error: string}",
        lambda call: says({"error": "who?"}, 401) if query(call, "key") != [TOKEN] else wants(q="a b")(call),
        options={"token": TOKEN},
    ),
    get(
        "the example of a parameter is the only value",
        "query: {q: {schema: {type: string}, example: only}}",
        wants(q="only"),
        also=("valid-refused",),
    ),
    get(
        "one of the examples of a parameter is the only value",
        "query: {q: {schema: {type: string}, examples: {one: {value: only}}}}",
        wants(q="only"),
        also=("valid-refused",),
    ),
    get(
        "the default of a parameter is the only value",
        "query: {q: {type: string, default: only}}",
        wants(q="only"),
        also=("valid-refused",),
    ),
    get("a deprecated operation", "deprecated: true", lambda call: GOOD),
    Row(
        "documents: an OAuth 2 token",
        f"GET /x: {{security: [oauth], {ANSWERS}}}",
        Site({"GET /x": guarded(is_known)}),
        options={"token": TOKEN},
    ),
    Row(
        "documents: an OpenID Connect token",
        f"GET /x: {{security: [openid], {ANSWERS}}}",
        Site({"GET /x": guarded(is_known)}),
        options={"token": TOKEN},
    ),
    Row(
        "documents: anyone is let in instead of OAuth 2",
        f"GET /x: {{security: [oauth], {ANSWERS}}}",
        Site({"GET /x": GOOD}),
        finds=("auth-missing",),
        options={"token": TOKEN},
    ),
    Row(
        "documents: credentials of a kind that the check does not know",
        f"GET /x: {{security: [digest], {ANSWERS}}}",
        Site({"GET /x": guarded(is_known)}),
        obstacle="kind",
        options={"token": TOKEN},
    ),
    Row(
        "documents: a declared HEAD",
        f"{ONE}\nHEAD /x: {{200: ~}}",
        Site({"GET /x": GOOD, "HEAD /x": raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 8")}),
    ),
    Row(
        "documents: a declared HEAD without GET",
        f"{ONE}\nHEAD /y: {{200: ~}}",
        Site({"GET /x": GOOD, "HEAD /y": raw("HTTP/1.1 200 OK")}),
    ),
    Row(
        "documents: a declared HEAD with an undeclared status",
        f"{ONE}\nHEAD /y: {{200: ~}}",
        Site({"GET /x": GOOD, "HEAD /y": raw("HTTP/1.1 202 Accepted")}),
        finds=("status-undeclared",),
    ),
    Row(
        "documents: a declared OPTIONS",
        f"{ONE}\nOPTIONS /x: {{200: {{methods: [string]}}}}",
        Site({"GET /x": GOOD, "OPTIONS /x": says({"methods": ["GET"]})}),
    ),
    Row(
        "documents: a declared OPTIONS whose body breaks its schema",
        f"{ONE}\nOPTIONS /x: {{200: {{methods: [string]}}}}",
        Site({"GET /x": GOOD, "OPTIONS /x": says({"methods": [1]})}),
        finds=("body-schema",),
    ),
    Row(
        "documents: content without a schema",
        "GET /x: {200: {content: {application/json: ~}}}",
        Site({"GET /x": says([1, "x"])}),
    ),
    Row(
        "documents: a schema that allows null by reference",
        "GET /x: {200: {pet: {nullable: true, allOf: [Pet]}}}\nschemas: {Pet: {type: object, nullable: true}}",
        Site({"GET /x": says({"pet": None})}),
    ),
    Row("documents: a readOnly property is not sent", PERSON, Site({"POST /people": join}), options=WRITES),
    Row(
        "documents: a readOnly property that is missing in the answer",
        PERSON,
        Site({"POST /people": lambda call: says({"name": "x"}, 201) if join(call).status == 201 else join(call)}),
        finds=("body-schema",),
        options=WRITES,
    ),
    Row(
        "documents: problem details for a declared 404",
        PROBLEM,
        Site({"GET /x": GOOD, "GET /y/{id}": text('{"title": "gone"}', 404, "application/problem+json")}),
    ),
    Row(
        "documents: a problem whose title is no text",
        PROBLEM,
        Site({"GET /x": GOOD, "GET /y/{id}": text('{"title": 404}', 404, "application/problem+json")}),
        finds=("body-schema",),
    ),
    Row(
        "documents: a document without operations",
        "info: {title: empty, version: '1'}",
        Site({"GET /x": GOOD}),
        obstacle="no operation",
    ),
)
