"""XML bodies are read as data by the `xml` objects of their schemas, and judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi.contract import Contract, parse_contract
from openapi.examples.xml import xml_of
from openapi.http.messages import Request, Response
from openapi.http.xml import read_xml
from openapi.validation import ContractValidator
from openapi.validation.xml import XMLData
from tests.openapi.conftest import HEAD

ORDERS = """
paths:
  /orders:
    post:
      operationId: add_order
      requestBody: {required: true, content: {application/xml: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses:
        '200': {description: d, content: {application/xml: {schema: {$ref: '#/components/schemas/Order'}}}}
        '201': {description: d, content: {application/xml: {schema: {type: string}}}}
components:
  schemas:
    Order:
      type: object
      required: [id, lines]
      additionalProperties: false
      xml: {name: order, namespace: 'https://shop.example/'}
      properties:
        id: {type: integer, minimum: 1, xml: {attribute: true}}
        lines: {type: array, maxItems: 2, xml: {name: all, wrapped: true}, items: {type: integer, xml: {name: line}}}
        tags: {type: array, items: {type: string, xml: {name: tag}}}
        plain: {type: array, items: {type: boolean}}
        note: {type: string, nullable: true}
        price: {type: number}
        by: {allOf: [{$ref: '#/components/schemas/Person'}], xml: {name: author, prefix: s, namespace: 'urn:s'}}
    Person:
      type: object
      properties: {name: {type: string}, boss: {$ref: '#/components/schemas/Person'}}
"""
FULL = b"""<?xml version="1.0"?>
<order xmlns="https://shop.example/" id="7">
  <all><line>1</line><line> 2 </line></all>
  <tag>a</tag><tag>b</tag>
  <plain>true</plain>
  <note xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>
  <price>1.5</price>
  <s:author xmlns:s="urn:s"><name>A</name><boss><name>B</name></boss></s:author>
</order>"""
DATA = {
    "id": 7,
    "lines": [1, 2],
    "tags": ["a", "b"],
    "plain": [True],
    "note": None,
    "price": 1.5,
    "by": {"name": "A", "boss": {"name": "B"}},
}


def orders() -> Contract:
    return parse_contract((HEAD + ORDERS).encode(), "invented.yaml")


def judged(body: bytes, contract: Contract | None = None) -> list[str]:
    """The violations of a request with this body."""
    request = Request("POST", "/orders", headers=(("Content-Type", "application/xml"),), body=body)
    return [str(each) for each in ContractValidator(contract or orders()).request(request)]


def test_names_attributes_arrays_and_nil_are_read() -> None:
    assert XMLData(orders().schemas["Order"]).read(read_xml(FULL)) == DATA
    assert judged(FULL) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<order id='7'><all>", "cannot be read as XML: no element found"),
        (b"<order><all/></order>", "id"),
        (b"<order id='0'><all/></order>", "is less than the minimum of 1"),
        (b"<order id='x'><all/></order>", "is not of type"),
        (b"<order id='7'/>", "lines"),
        (b"<order id='7'><all><line>x</line></all></order>", "is not of type"),
        (b"<order id='7'><all><line>1</line><line>2</line><line>3</line></all></order>", "lines"),
        (b"<order id='7'><all/><plain>maybe</plain></order>", "is not of type"),
        (b"<order id='7'><all/><price>1</price><price>2</price></order>", "is not of type"),
        (b"<order id='7'><all/><more>1</more></order>", "more"),
        (b"<order id='7'><all/><author><boss>text</boss></author></order>", "is not of type"),
        (b"<bill id='7'><all/></bill>", "the root element of the body is <bill>, and must be <order>"),
        (b"<!DOCTYPE order [<!ENTITY a 'a'>]><order id='7'><all/></order>", "declares the entity a"),
    ],
)
def test_a_request_that_breaks_its_schema_is_told(body: bytes, reason: str) -> None:
    (violation,) = judged(body)

    assert reason in violation


@pytest.mark.parametrize(
    "body",
    [
        b"<order id='7'><all/></order>",
        b"<order id='7'><all></all><note/></order>",
        b"<x:order xmlns:x='urn:other' x:id='7'><x:all/></x:order>",
        b"<order id=' 7 '><all><other>1</other></all><author/></order>",
    ],
)
def test_a_request_that_keeps_its_schema_is_valid(body: bytes) -> None:
    assert judged(body) == []


@pytest.mark.parametrize(
    ("status", "body", "rules"),
    [
        (200, FULL, []),
        (200, b"<order id='x'><all/></order>", ["body-schema"]),
        (200, b"<order id='7'>", ["body-malformed"]),
        (201, b"<anything/>", []),
        (200, b"<?xml version='1.0' encoding='x-nonsense'?><order/>", []),
    ],
)
def test_an_answer_is_judged_as_xml(status: int, body: bytes, rules: list[str]) -> None:
    judge = ContractValidator(orders())
    response = Response(status, (("Content-Type", "application/xml"),), body)
    found = judge.response(judge.contract.operations[0], "POST", response)

    assert [each.rule for each in found] == rules


def test_an_answer_that_only_this_reader_refuses_is_a_probable_violation() -> None:
    judge = ContractValidator(orders())
    response = Response(200, (("Content-Type", "application/xml"),), b"<!DOCTYPE order [<!ENTITY a 'a'>]><order/>")
    (found,) = judge.response(judge.contract.operations[0], "POST", response)

    assert (found.rule, found.is_probable) == ("body-malformed", True)


TEXT = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"], include_characters="\r\n\t"), max_size=8
)
PEOPLE: st.SearchStrategy[Any] = st.recursive(
    st.fixed_dictionaries({}, optional={"name": TEXT}),
    lambda inner: st.fixed_dictionaries({}, optional={"name": TEXT, "boss": inner}),
    max_leaves=4,
)
VALUES = st.fixed_dictionaries(
    {"id": st.integers(1), "lines": st.lists(st.integers(), max_size=2)},
    optional={
        "tags": st.lists(TEXT, min_size=1),
        "plain": st.lists(st.booleans(), min_size=1),
        "note": st.none() | TEXT,
        "price": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "by": PEOPLE,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    schema = CONTRACT.schemas["Order"]

    assert XMLData(schema).read(read_xml(xml_of(schema, value))) == value


CONTRACT = orders()
