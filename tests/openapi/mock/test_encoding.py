"""Data in media types other than JSON: binary files, CSV, JSON lines, events and XML."""

from __future__ import annotations

import base64
import csv
import io
import json
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from openapi.mock.contract_warnings import check_snapshot
from tests.browsing import chromium

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

CONTRACT = """\
paths:
  /a: {get: {operationId: get_a, responses: {'200': {description: A, content: {'%s': {schema: %s}}}}}}
components:
  schemas:
    Row: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string, enum: ['a, b']}}}
    Order:
      type: object
      required: [id, lines, note, tags, by]
      xml: {name: order, namespace: 'https://shop.example/'}
      properties:
        id: {type: integer, xml: {attribute: true}}
        lines: {type: array, minItems: 2, maxItems: 2, xml: {wrapped: true}, items: {type: integer, xml: {name: line}}}
        tags: {type: array, minItems: 2, maxItems: 2, items: {type: string, enum: [new]}}
        note: {type: string, enum: ['a < b & c']}
        by: {allOf: [{$ref: '#/components/schemas/Row'}], xml: {name: author, prefix: s, namespace: 'urn:s'}}
"""
FILE = "{type: string, format: binary}"
WIDTH = "async url => { const image = new Image(); image.src = url; await image.decode(); return image.width }"


def answered(mock_of: MockOf, media_type: str, schema: str) -> bytes:
    response = mock_of(CONTRACT % (media_type, schema))("/a")

    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    return response.content


def test_a_browser_decodes_the_pictures(mock_of: MockOf, tool: Callable[[str], str]) -> None:
    schemas = {"image/png": FILE, "image/jpeg": "{}", "image/gif": "{type: string}", "image/svg+xml": FILE}
    content = {kind: base64.b64encode(answered(mock_of, kind, schema)).decode() for kind, schema in schemas.items()}
    with chromium(tool) as browser:
        page = browser.new_page()
        widths = [page.evaluate(WIDTH, f"data:{media_type};base64,{data}") for media_type, data in content.items()]

    assert widths == [1] * 4


def test_the_archive_is_a_valid_zip_file(mock_of: MockOf) -> None:
    with zipfile.ZipFile(io.BytesIO(answered(mock_of, "application/zip", FILE))) as archive:
        assert archive.namelist() == []


@pytest.mark.parametrize("media_type", ["application/pdf", "audio/mpeg", "audio/wav"])
def test_a_binary_file_has_the_signature_of_its_type(mock_of: MockOf, media_type: str) -> None:
    assert answered(mock_of, media_type, FILE).startswith((b"%PDF-", b"\xff\xfb", b"RIFF"))


def test_an_array_of_objects_is_csv_with_a_header_row(mock_of: MockOf) -> None:
    content = answered(mock_of, "text/csv", "{type: array, minItems: 2, items: {$ref: '#/components/schemas/Row'}}")
    rows = list(csv.DictReader(io.StringIO(content.decode())))

    assert len(rows) >= 2
    assert {row["name"] for row in rows} == {"a, b"}


def test_an_array_is_json_lines(mock_of: MockOf) -> None:
    schema = "{type: array, minItems: 2, items: {$ref: '#/components/schemas/Row'}}"
    lines = answered(mock_of, "application/x-ndjson", schema).splitlines()

    assert [json.loads(line)["name"] for line in lines] == ["a, b"] * len(lines)


@pytest.mark.parametrize("schema", ["{type: string}", "{$ref: '#/components/schemas/Row'}"])
def test_server_sent_events_are_framed(mock_of: MockOf, schema: str) -> None:
    content = answered(mock_of, "text/event-stream", schema)

    assert content.startswith(b"data: ")
    assert content.endswith(b"\n\n")


def test_xml_follows_the_xml_objects_of_the_schema(mock_of: MockOf) -> None:
    root = ElementTree.fromstring(answered(mock_of, "application/xml", "{$ref: '#/components/schemas/Order'}"))  # noqa: S314
    shop = "{https://shop.example/}"

    assert root.tag == f"{shop}order"
    assert root.attrib["id"].isdigit()
    assert [child.tag for child in root.findall(f"{shop}lines/*")] == [f"{shop}line"] * 2
    assert [child.text for child in root.findall(f"{shop}tags")] == ["new"] * 2
    assert root.findtext(f"{shop}note") == "a < b & c"
    assert root.findtext(f"{{urn:s}}author/{shop}name") == "a, b"


@pytest.mark.parametrize("schema", ["{type: string}", "{type: integer}", "{type: array, items: {type: string}}"])
def test_xml_has_a_root_for_every_schema(mock_of: MockOf, schema: str) -> None:
    assert ElementTree.fromstring(answered(mock_of, "text/xml", schema)).tag == "root"  # noqa: S314


def test_an_example_in_xml_is_sent_verbatim(mock_of: MockOf) -> None:
    text = "{type: string, example: '<a>b</a>'}"

    assert answered(mock_of, "application/xml", text) == b"<a>b</a>"


def test_an_unsupported_media_type_is_a_warning_at_start(mock_of: MockOf) -> None:
    ask: Asked = mock_of(CONTRACT % ("multipart/mixed", "{$ref: '#/components/schemas/Row'}"))

    assert check_snapshot(ask.mock.snapshot)[""] == (
        "get_a: the mock cannot write multipart/mixed; it sends JSON for 200",
    )


HUGE = """\
paths:
  /json:
    get:
      operationId: get_json
      responses:
        '200':
          description: A
          headers: {X-Huge: {schema: {type: integer}, example: 100000000000000000000000000000}}
          content: {application/json: {example: {n: [100000000000000000000000000000]}}}
  /lines:
    get:
      operationId: get_lines
      responses:
        '200': {description: A, content: {application/x-ndjson: {example: [100000000000000000000000000000]}}}
  /csv:
    get:
      operationId: get_csv
      responses:
        '200': {description: A, content: {text/csv: {example: [{n: 100000000000000000000000000000}]}}}
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/json", '{"n":[100000000000000000000000000000]}'),
        ("/lines", "100000000000000000000000000000\n"),
        ("/csv", "n\r\n100000000000000000000000000000\r\n"),
    ],
)
def test_an_example_of_more_than_64_bits_is_sent_exactly(mock_of: MockOf, path: str, text: str) -> None:
    response = mock_of(HUGE)(path)

    assert (response.status_code, response.text) == (200, text)


def test_the_example_of_a_header_of_more_than_64_bits_is_sent_exactly(mock_of: MockOf) -> None:
    assert mock_of(HUGE)("/json").headers["x-huge"] == "1" + "0" * 29
