"""Media types of answers (RFC 9110 section 8.3; OpenAPI 3.0.3, Media Type Object)."""

from __future__ import annotations

from typing import Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import JSON, Answer, Call, Reply, Site, says, text
from tests.openapi.check.table.statuses import GOOD

BODY: Final = b'{"a": 1}'


def content(name: str, declared: str, answer: Reply, *finds: str) -> Row:
    """An operation that declares `content`, and its answer."""
    document = f"GET /x: {{200: {{content: {{{declared}}}}}}}"
    return Row(f"media types: {name}", document, Site({"GET /x": answer}), finds)


def negotiating(call: Call) -> Answer:
    """JSON or text as the client prefers, or 406 if it accepts neither (RFC 9110 section 15.5.7)."""
    accepted = call.header("accept") or "*/*"
    if "*/*" in accepted or JSON in accepted:
        return GOOD
    return text("1") if "text/" in accepted else says({"error": "not acceptable"}, 406)


ROWS: Final = (
    content("a charset", "application/json: {a: integer}", text(BODY, media_type="application/json; charset=utf-8")),
    content("capital letters", "application/json: {a: integer}", text(BODY, media_type="Application/JSON")),
    content("any", "'*/*': ~", text(b"\0\xff", media_type="application/octet-stream")),
    content("any subtype", "text/*: string", text("a", media_type="text/csv")),
    content(
        "an own type with +json",
        "application/vnd.a+json: {a: integer}",
        text(BODY, media_type="application/vnd.a+json"),
    ),
    content("the second of two", "application/json: {a: integer}, text/plain: string", text("one")),
    content("an image", "image/png: {type: string, format: binary}", text(b"\x89PNG\r\n", media_type="image/png")),
    content(
        "XML, whose schema is not judged",
        "application/xml: {a: integer}",
        text("<r><a>1</a></r>", media_type="application/xml"),
    ),
    content("the narrower of two types that match", "application/json: {a: integer}, '*/*': {b: integer}", GOOD),
    Row(
        "media types: 406 to what the server does not have",
        "GET /x: {200: {content: {application/json: {a: integer}, text/plain: string}}}",
        Site({"GET /x": negotiating}),
    ),
    content(
        "HTML for JSON",
        "application/json: {a: integer}",
        text("<p>1</p>", media_type="text/html"),
        "media-type-undeclared",
    ),
    content("no Content-Type", "application/json: {a: integer}", GOOD.without("Content-Type"), "media-type-missing"),
    content(
        "a Content-Type that is none",
        "application/json: {a: integer}",
        text(BODY, media_type="json"),
        "media-type-undeclared",
    ),
    content(
        "another type with +json",
        "application/vnd.a+json: {a: integer}",
        text(BODY, media_type="application/vnd.b+json"),
        "media-type-undeclared",
    ),
    content(
        "another main type than text/*", "text/*: string", text("a", media_type="image/png"), "media-type-undeclared"
    ),
    content(
        "an own type with +json breaks its schema",
        "application/vnd.a+json: {a: integer}",
        text(b'{"a": "1"}', media_type="application/vnd.a+json"),
        "body-schema",
    ),
    content(
        "an own type with +json that is no JSON",
        "application/vnd.a+json: {a: integer}",
        text("a=1", media_type="application/vnd.a+json"),
        "body-malformed",
    ),
    content("text that breaks its schema", "text/plain: {type: string, maxLength: 2}", text("one"), "body-schema"),
    content(
        "the schema of the narrower type is broken",
        "application/json: {a: integer}, '*/*': {b: integer}",
        says({"b": 1}),
        "body-schema",
    ),
)
