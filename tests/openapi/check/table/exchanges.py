"""Exchanges that pass the proxy, and the rules that they break (OpenAPI 3.0.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from openapi.http.messages import Request
from tests.openapi.check.table.interim import HINTS
from tests.openapi.check.table.server import Answer, Reply, raw, says, text
from tests.openapi.check.table.server import sent as bytes_of
from tests.openapi.check.table.statuses import GOOD

FORM: Final = "application/x-www-form-urlencoded"
BOUNDARY: Final = "a-boundary"
# Every operation of the table; each answers with a number `a`, unless it says so.
DOCUMENT: Final = """
GET /x: {200: {a: integer}}
GET /animals: {200: Animal}
GET /big: {200: integer int64}
GET /both: {security: [bearer+key], 200: {a: integer}}
GET /either: {security: [bearer, query_key], 200: {a: integer}}
GET /anyone: {security: [none, bearer], 200: {a: integer}}
GET /files/{name}: {path: {name: {type: string, maxLength: 3}}, 200: {a: integer}}
GET /search:
  query:
    ids~: {explode: false, schema: {type: array, items: {type: integer}}}
    near~: {style: deepObject, explode: true, schema: {n~: integer, ...: false}}
    at~: string date-time
  200: {a: integer}
GET /elsewhere: {servers: [/v9], 200: {a: integer}}
POST /form: {form: {n: integer}, 200: {a: integer}}
POST /upload: {multipart: Upload, 200: {a: integer}}
POST /person: {json: Person, 200: Person}
POST /optional:
  requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Number'}}}}
  200: {a: integer}
DELETE /x: {204: ~}
POST /picture: {requestBody: {content: {image/png: {schema: {type: string, format: binary}}}}, 200: {a: integer}}
GET /picture: {200: {content: {image/png: {type: string, format: binary}}}}
GET /xml: {200: {content: {application/xml: {a: integer}}}}
GET /text: {200: {content: {text/plain: {type: string, maxLength: 2}}}}
schemas:
  Number: {a: integer}
  Animal: {oneOf: [Cat, Dog], discriminator: {propertyName: kind, mapping: {kitty: '#/components/schemas/Cat'}}}
  Cat: {kind: string, meow: boolean}
  Dog: {kind: string, bark: boolean}
  Person:
    type: object
    required: [id, name]
    properties:
      id: {type: integer, readOnly: true}
      name: string
      password: {type: string, writeOnly: true}
  Upload:
    type: object
    required: [files]
    properties:
      files: {type: array, maxItems: 2, items: {type: string, format: binary}}
      meta: {x: integer}
"""


@dataclass(frozen=True)
class Passing:
    """A request, the answer of the upstream, and the rules that they break; ``a|b`` is one of both.

    Without `is_judged`, a body cannot be judged, and is counted so.
    """

    name: str
    request: Request
    answer: Answer = GOOD
    breaks: frozenset[str] = field(default_factory=frozenset)
    is_judged: bool = True

    def __str__(self) -> str:
        return self.name


def get(name: str, target: str, *breaks: str, answer: Answer = GOOD, **headers: str) -> Passing:
    """A GET."""
    fields = tuple((key.replace("_", "-"), value) for key, value in headers.items())
    return Passing(name, Request("GET", target, fields), answer, frozenset(breaks))


def post(name: str, path: str, media_type: str, body: str | bytes, *breaks: str, answer: Answer = GOOD) -> Passing:
    """A POST with a body."""
    content = body.encode() if isinstance(body, str) else body
    return Passing(name, Request("POST", path, (("Content-Type", media_type),), content), answer, frozenset(breaks))


def upload(name: str, *parts: tuple[str, str], breaks: tuple[str, ...] = ()) -> Passing:
    """A multipart body with these parts; one whose name is `files` has a file name."""
    lines = []
    for part, content in parts:
        file = '; filename="f"' if part == "files" else ""
        lines.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part}"{file}\r\n\r\n{content}\r\n')
    body = "".join(lines) + f"--{BOUNDARY}--\r\n"
    return post(name, "/upload", f"multipart/form-data; boundary={BOUNDARY}", body, *breaks)


JSON: Final = "application/json"
PERSON: Final = says({"id": 1, "name": "Ada"})
DEEP: Final = quote("near[n]")

EXCHANGES: Final = (
    get("a right exchange", "/x"),
    get("a body that breaks its schema", "/x", "body-schema", answer=says({"a": "x"})),
    get("an interim answer before a right one", "/x", answer=HINTS + bytes_of(Request("GET", "/x"), GOOD)),
    get("a discriminator of the mapping", "/animals", answer=says({"kind": "kitty", "meow": True})),
    get("a discriminator with another body", "/animals", "body-schema", answer=says({"kind": "kitty", "bark": True})),
    get("the largest int64", "/big", answer=says(2**63 - 1)),
    get("an int64 out of range", "/big", "body-schema", answer=says(2**63)),
    get("both of two credentials", "/both", Authorization="Bearer a", X_Key="b"),
    get("one of two credentials that are both required", "/both", "credentials-missing", Authorization="Bearer a"),
    get("the other of two credentials that are both required", "/both", "credentials-missing", X_Key="b"),
    get("one of two credentials of which one is enough", "/either?key=b"),
    get("none of two credentials of which one is enough", "/either", "credentials-missing"),
    get("no credentials where they are optional", "/anyone"),
    get("a path parameter that is short enough", "/files/abc"),
    get("a path parameter that is too long", "/files/abcd", "parameter-schema"),
    get("a path parameter that is short enough once it is decoded", "/files/%C3%A9%2Fa"),
    get("an array with commas", "/search?ids=1,2"),
    get("an array with commas and a wrong item", "/search?ids=1,b", "parameter-schema"),
    get("a deepObject", f"/search?{DEEP}=1"),
    get("a deepObject with a wrong value", f"/search?{DEEP}=x", "parameter-schema"),
    get("a deepObject with an undeclared property", f"/search?{quote('near[m]')}=1", "parameter-schema"),
    get("a deepObject whose brackets are not escaped", "/search?near[n]=x", "parameter-schema"),
    get("a date-time", "/search?at=2024-06-30T12:00:00Z"),
    get("a text for a date-time", "/search?at=yesterday", "parameter-schema"),
    get("an undeclared path", "/nothing", "path-undeclared"),
    get("a server of an operation", "/v9/elsewhere"),
    post("a form", "/form", FORM, "n=1"),
    post("a form with a text for a number", "/form", FORM, "n=one", "request-body-schema"),
    post("a form without its field", "/form", FORM, "m=1", "request-body-schema"),
    post("JSON for a form", "/form", JSON, '{"n": 1}', "request-media-type-undeclared"),
    post("no body for a form", "/form", FORM, "", "request-body-missing|request-body-schema"),
    upload("two files", ("files", "a"), ("files", "b")),
    upload("three files, of which two are allowed", *[("files", "a")] * 3, breaks=("request-body-schema",)),
    upload("no file", ("meta", '{"x": 1}'), breaks=("request-body-schema",)),
    upload(
        "a part of JSON that breaks its schema", ("files", "a"), ("meta", '{"x": "y"}'), breaks=("request-body-schema",)
    ),
    post(
        "multipart without a boundary",
        "/upload",
        "multipart/form-data",
        "x",
        "request-body-malformed|request-media-type-undeclared",
    ),
    post(
        "a readOnly property left out of a request", "/person", JSON, '{"name": "Ada", "password": "x"}', answer=PERSON
    ),
    post("a writeOnly property left out of an answer", "/person", JSON, '{"name": "Ada"}', answer=PERSON),
    post(
        "a required readOnly property left out of an answer",
        "/person",
        JSON,
        '{"name": "Ada"}',
        "body-schema",
        answer=says({"name": "Ada"}),
    ),
    post("JSON that ends too early", "/person", JSON, '{"name"', "request-body-malformed", answer=PERSON),
    post("an optional body that breaks its schema", "/optional", JSON, '{"a": "x"}', "request-body-schema"),
    Passing("an optional body left out", Request("POST", "/optional")),
    Passing("a 204", Request("DELETE", "/x"), Reply(204)),
    Passing("an undeclared method", Request("PUT", "/x"), GOOD, frozenset({"method-undeclared"})),
    Passing("an undeclared method that is refused", Request("PUT", "/x"), says({}, 405, Allow="GET")),
    get("an undeclared status", "/x", "status-undeclared", answer=says({}, 418)),
    get("a body that is not coded as it says", "/x", "content-encoding", answer=GOOD.adding(Content_Encoding="gzip")),
    get(
        "a chunked body",
        "/x",
        answer=raw(
            "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked", b'8\r\n{"a": 1}\r\n0\r\n\r\n'
        ),
    ),
    get("text for JSON", "/x", "media-type-undeclared", answer=text("1")),
    post("a bad form that is refused", "/form", FORM, "n=one", "status-undeclared", answer=says({}, 400)),
    Passing(
        "a picture in a request",
        Request("POST", "/picture", (("Content-Type", "image/png"),), b"\x89PNG"),
        is_judged=False,
    ),
    Passing(
        "a picture in an answer",
        Request("GET", "/picture"),
        text(b"\x89PNG", media_type="image/png"),
        is_judged=False,
    ),
    Passing("XML in an answer", Request("GET", "/xml"), text("<r><a>1</a></r>", media_type="application/xml")),
    Passing(
        "an answer whose coding is unknown", Request("GET", "/x"), GOOD.adding(Content_Encoding="own"), is_judged=False
    ),
    get("a text that follows its schema", "/text", answer=text("ab")),
    get("a text that breaks its schema", "/text", "body-schema", answer=text("abc")),
    Passing("HEAD", Request("HEAD", "/x")),
    Passing(
        "an OPTIONS of a browser",
        Request("OPTIONS", "/x", (("Origin", "https://a.example"),)),
        Reply(204),
        is_judged=False,
    ),
)
