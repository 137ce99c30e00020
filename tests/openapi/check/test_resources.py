"""Resources are found in answers by links, the Location header and names, and operations are called in their order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.check.client.wire import Exchange
from openapi.check.resources.families import families
from openapi.check.resources.known import KnownResources
from openapi.check.resources.order import divided, waves
from openapi.check.resources.variants import varied
from openapi.contract import Contract, Operation, parse_contract
from openapi.examples.requests import SampleRequest
from openapi.http.messages import Fields, Request, Response

OK: dict[str, Any] = {"description": "d"}


def contract_of(*labels: str, links: dict[str, Any] | None = None) -> Contract:
    """A contract with these operations, such as ``POST /things``; `links` are those of each 201."""
    paths: dict[str, Any] = {}
    for label in labels:
        method, path = label.split(" ")
        names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
        parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
        responses = {"200": OK, "201": {**OK, "links": links or {}}}
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": label.lower().replace(" /", "_"),
            "parameters": parameters,
            "responses": responses,
        }
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    return parse_contract(json.dumps(document).encode(), "contract.json", lenient=True)


def operation_of(contract: Contract, label: str) -> Operation:
    return next(operation for operation in contract.operations if operation.label == label)


def led(contract: Contract, label: str, exchange: Exchange, to: str) -> str:
    """The path of a request to the operation `to`, after an answer of the operation `label`."""
    known = KnownResources(contract)
    known.remember(operation_of(contract, label), exchange)
    target = operation_of(contract, to)
    return known.filled(
        target, SampleRequest(target.method.upper(), target.path.replace("{", "").replace("}", ""))
    ).path


def answered(
    target: str, data: object = None, status: int = 201, method: str = "POST", headers: Fields = ()
) -> Exchange:
    sent = Request(method, target, (), json.dumps({"name": "sent"}).encode())
    return Exchange(sent, Response(status, headers, json.dumps(data).encode()))


@pytest.mark.parametrize(
    ("parameter", "data", "identifier"),
    [
        ("id", {"id": 7}, "7"),
        ("thingId", {"thingId": "a/b"}, "a%2Fb"),
        ("thing_id", {"id": 7, "other": 8}, "7"),
        ("thingId", {"thing_id": 7}, "7"),
        ("thingUuid", {"uuid": "u", "id": 1}, "u"),
        ("id", {"thingId": 7}, "7"),
        ("id", {"data": {"id": 7}}, "7"),
        ("id", [{"id": 7}, {"id": 8}], "7"),
        ("id", {"items": [{"id": 7}]}, "7"),
        ("id", 7, "7"),
        ("id", "seven", "seven"),
        ("thingName", {}, "sent"),
        ("name", None, "sent"),
    ],
)
def test_identifier_is_found_by_name(parameter: str, data: object, identifier: str) -> None:
    item = f"/things/{{{parameter}}}"
    contract = contract_of("POST /things", f"GET {item}")

    assert led(contract, "POST /things", answered("/base/things", data), f"GET {item}") == f"/things/{identifier}"


@pytest.mark.parametrize("data", [{"id": True}, {"id": None}, {"id": ""}, {"id": {"a": 1}}, {"size": 3}, None, []])
def test_answer_without_an_identifier_leads_nowhere(data: object) -> None:
    contract = contract_of("POST /things", "GET /things/{id}")

    assert led(contract, "POST /things", answered("/things", data), "GET /things/{id}") == "/things/id"


@pytest.mark.parametrize(
    "location", ["/things/9", "http://a.example/base/things/9", "/base/things/9/", "/things/9?a=1"]
)
def test_location_comes_before_names(location: str) -> None:
    contract = contract_of("POST /things", "GET /things/{id}")
    exchange = answered("/things", {"id": 7}, headers=(("Location", location),))

    assert led(contract, "POST /things", exchange, "GET /things/{id}") == "/things/9"


LINK = {"operationId": "get_boxes/{box}", "parameters": {"box": "$response.body#/ref"}}


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        {"operationRef": "#/paths/~1boxes~1{box}/get", "parameters": {"path.box": "$response.body#/ref"}},
        {**LINK, "parameters": {"box": "$response.header.X-Box"}},
        {**LINK, "parameters": {"box": "$request.query.box"}},
        {**LINK, "parameters": {"box": "b1"}},
    ],
)
def test_link_leads_to_its_operation(link: dict[str, Any]) -> None:
    contract = contract_of("POST /orders", "GET /boxes/{box}", links={"box": link})
    exchange = answered("/orders?box=b1", {"ref": "b1"}, headers=(("X-Box", "b1"),))

    assert led(contract, "POST /orders", exchange, "GET /boxes/{box}") == "/boxes/b1"


def test_link_to_an_unknown_operation_is_ignored() -> None:
    link = {"operationId": "nothing", "parameters": {"box": "b1"}}
    contract = contract_of("POST /orders", "GET /boxes/{box}", links={"box": link})

    assert led(contract, "POST /orders", answered("/orders", {}), "GET /boxes/{box}") == "/boxes/box"


def test_resource_leads_to_everything_below_it() -> None:
    contract = contract_of("POST /a", "GET /a/{x}", "GET /a/{x}/b/{y}")

    assert led(contract, "POST /a", answered("/a", {"x": 3}), "GET /a/{x}/b/{y}") == "/a/3/b/y"


@pytest.mark.parametrize(("to", "path"), [("GET /a/{x}", "/a/3"), ("DELETE /a/{x}", "/a/x"), ("PUT /a/{x}", "/a/x")])
def test_listed_resource_is_only_read(to: str, path: str) -> None:
    contract = contract_of("GET /a", "GET /a/{x}", "DELETE /a/{x}", "PUT /a/{x}")
    exchange = answered("/a", [{"x": 3}], 200, "GET")

    assert led(contract, "GET /a", exchange, to) == path


def test_refused_creation_leads_nowhere() -> None:
    contract = contract_of("POST /a", "GET /a/{x}")

    assert led(contract, "POST /a", answered("/a", {"x": 3}, 409), "GET /a/{x}") == "/a/x"


def test_waves_create_read_and_change() -> None:
    labels = ("PATCH /a/{x}", "GET /a/{x}", "GET /a", "POST /a/{x}/b", "PUT /c/{y}", "POST /a")
    ordered = [[operation.label for operation in wave] for wave in waves(contract_of(*labels).operations)]

    assert ordered == [
        ["POST /a"],
        ["PUT /c/{y}"],
        ["POST /a/{x}/b"],
        ["GET /a"],
        ["GET /a/{x}"],
        ["PATCH /a/{x}"],
    ]


@pytest.mark.parametrize(
    "label", ["DELETE /a", "POST /logout", "POST /session/sign-out", "POST /a/{x}/cancel", "PUT /me/password"]
)
def test_destructive_operation_is_last(label: str) -> None:
    lasting, ending = divided(contract_of(label, "GET /a").operations)

    assert ([o.label for o in lasting], [o.label for o in ending]) == (["GET /a"], [label])


@pytest.mark.parametrize("label", ["GET /logout", "POST /closets", "PUT /a/{x}", "POST /orders"])
def test_other_operation_is_not_destructive(label: str) -> None:
    assert divided(contract_of(label, "GET /a").operations)[1] == []


def test_destructive_operations_alone_need_no_protection() -> None:
    lasting, ending = divided(contract_of("DELETE /a").operations)

    assert ([o.label for o in lasting], ending) == (["DELETE /a"], [])


def test_family_has_all_operations_on_a_resource() -> None:
    contract = contract_of("POST /a", "GET /a/{x}", "PATCH /a/{x}", "DELETE /a/{x}", "POST /a/{x}/b", "GET /c/{y}")
    (family,) = families(contract.operations)

    assert (family.create.label, [o.label for o in family.dependents]) == ("POST /a", ["POST /a/{x}/b"])
    assert [o.label for o in (family.read, *family.change, family.delete) if o] == [
        "GET /a/{x}",
        "PATCH /a/{x}",
        "DELETE /a/{x}",
    ]


def test_variant_keeps_what_may_not_change() -> None:
    sample = SampleRequest("POST", "/a", body=b'{"name": "ada", "kind": "cat", "n": 1, "ok": true}')
    other = varied(sample, 2, lambda changed: json.loads(changed.body)["kind"] == "cat")

    assert json.loads(other.body) == {"name": "ada2", "kind": "cat", "n": 3, "ok": True}
