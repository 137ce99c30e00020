"""Requests and responses are judged by the declarations of their operation; a valid one has no violations."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi.contract import Contract, load_contract, parse_contract
from openapi.contract.router import RouteConflict
from openapi.http.messages import Request, Response
from openapi.validation import ContractValidator, Violation
from tests.frozen import FROZEN, FROZEN_STRICT
from tests.openapi.conftest import HEAD, ContractOf

JSON = ("Content-Type", "application/json")
THING = """
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {}}]
    get:
      operationId: get_thing
      responses:
        '200':
          description: a thing
          headers:
            X-Count: {required: true, schema: {type: integer, minimum: 1}}
            X-Tags: {schema: {type: array, items: {type: integer}, maxItems: 2}}
            X-Ready: {schema: {type: boolean}}
            X-Either: {schema: {oneOf: [{type: integer}, {type: string, enum: [none]}]}}
            X-Shape: {schema: {type: object, properties: {a: {type: integer}}}}
            Set-Cookie: {schema: {type: string, pattern: '^seen='}}
            Content-Type: {required: true, schema: {type: integer}}
          content:
            application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}
            application/vnd.thing+json; version=2: {schema: {type: array}}
            text/*: {schema: {type: string, pattern: '^é'}}
            image/png: {schema: {type: string, format: binary}}
        '204': {description: nothing}
        4XX:
          description: refused
          content:
            application/problem+json: {schema: {type: object, required: [title]}}
        default: {description: anything else}
"""
COUNT = ("X-Count", "1")
GOOD = b'{"name": "one"}'


@pytest.fixture
def judge(contract_of: ContractOf) -> ContractValidator:
    return ContractValidator(contract_of(THING))


def judged(judge: ContractValidator, response: Response, method: str = "GET") -> list[str]:
    operation = judge.contract.operations[0]
    return [violation.rule for violation in judge.response(operation, method, response)]


def answer(body: bytes = GOOD, content_type: str = "application/json", status: int = 200, **headers: str) -> Response:
    fields = [COUNT, ("Content-Type", content_type)]
    return Response(status, (*fields, *((name.replace("_", "-"), value) for name, value in headers.items())), body)


@pytest.mark.parametrize(
    ("response", "rules"),
    [
        pytest.param(answer(), [], id="as the contract says"),
        pytest.param(answer(content_type="Application/JSON; Charset=UTF-8"), [], id="with a charset, in capitals"),
        pytest.param(answer(b""), ["body-malformed"], id="an empty body"),
        pytest.param(answer(b'{"name"'), ["body-malformed"], id="half a document"),
        pytest.param(answer(b"\xef\xbb\xbf" + GOOD), ["body-malformed"], id="a byte order mark (RFC 8259 section 8.1)"),
        pytest.param(answer(b'{"name": 1}'), ["body-schema"], id="a wrong type"),
        pytest.param(answer(content_type="application/xml"), ["media-type-undeclared"], id="another media type"),
        pytest.param(Response(200, (COUNT,), GOOD), ["media-type-missing"], id="no media type"),
        pytest.param(Response(200, (COUNT,)), ["media-type-missing"], id="neither a body nor a media type"),
        pytest.param(answer(b"[]", "application/vnd.thing+json; version=2"), [], id="a declared parameter"),
        pytest.param(answer(b"[]", "application/vnd.thing+json;Version=2"), [], id="a parameter otherwise written"),
        pytest.param(answer(b"[]", "application/vnd.thing+json"), [], id="a declared parameter left out"),
        pytest.param(
            answer(b"[]", "application/vnd.thing+json; version=3"), ["media-type-undeclared"], id="another parameter"
        ),
        pytest.param(answer("é".encode(), "text/plain"), [], id="text of a range"),
        pytest.param(answer("é".encode("latin-1"), "text/csv; charset=iso-8859-1"), [], id="text in its charset"),
        pytest.param(answer(b"e", "text/plain; charset=nonsense"), ["body-schema"], id="text that breaks its schema"),
        pytest.param(answer(b"e", "text/event-stream"), [], id="a stream of events"),
        pytest.param(answer(b"\x89PNG", "image/png"), [], id="a media type that is not read"),
        pytest.param(Response(204), [], id="no content"),
        pytest.param(Response(304), [], id="not modified, declared by the 200 alone"),
        pytest.param(answer(b'{"na', status=206), [], id="a part, declared by the 200 alone"),
        pytest.param(answer(b'{"title": "no"}', "application/problem+json", 418), [], id="a problem of a range"),
        pytest.param(answer(b"{}", "application/problem+json", 400), ["body-schema"], id="a wrong problem of a range"),
        pytest.param(answer(b"{}", status=400), ["media-type-undeclared"], id="JSON that is not problem+json"),
        pytest.param(Response(500), [], id="a default without content"),
        pytest.param(answer(b"oh", "text/plain", 500), ["body-unexpected"], id="content where there is none declared"),
    ],
)
def test_status_media_type_and_body_are_judged(judge: ContractValidator, response: Response, rules: list[str]) -> None:
    assert judged(judge, response) == rules


@pytest.mark.parametrize(
    ("headers", "rules"),
    [
        ((), ["header-missing"]),
        ((("x-count", "3"),), []),
        ((("X-Count", "0"),), ["header-schema"]),
        ((("X-Count", "many"),), ["header-schema"]),
        ((("X-Count", "1"), ("X-Count", "1")), ["header-schema"]),
        ((COUNT, ("X-Tags", "")), []),
        ((COUNT, ("X-Tags", "1,2")), []),
        ((COUNT, ("X-Tags", "1"), ("X-Tags", "2")), []),
        ((COUNT, ("X-Tags", "1, ,2")), []),
        ((COUNT, ("X-Tags", "1,two")), ["header-schema"]),
        ((COUNT, ("X-Tags", "1,2"), ("X-Tags", "3")), ["header-schema"]),
        ((COUNT, ("X-Ready", "true")), []),
        ((COUNT, ("X-Ready", "yes")), ["header-schema"]),
        ((COUNT, ("X-Either", "7")), []),
        ((COUNT, ("X-Either", "none")), []),
        ((COUNT, ("X-Either", "some")), ["header-schema"]),
        ((COUNT, ("X-Shape", "a,1")), []),
        ((COUNT, ("Set-Cookie", "seen=1"), ("Set-Cookie", "seen=2")), []),
        ((COUNT, ("Set-Cookie", "seen=1"), ("Set-Cookie", "lost=2")), ["header-schema"]),
        ((COUNT, ("X-Unheard-Of", "1")), []),
    ],
)
def test_headers_are_judged_by_their_schemas(
    judge: ContractValidator, headers: tuple[tuple[str, str], ...], rules: list[str]
) -> None:
    assert judged(judge, Response(200, (JSON, *headers), GOOD)) == rules


@pytest.mark.parametrize(
    "response",
    [Response(200), Response(200, (COUNT, ("Content-Type", "application/xml"))), Response(204), Response(404)],
)
def test_an_answer_to_head_can_omit_headers_that_need_the_content(judge: ContractValidator, response: Response) -> None:
    assert judged(judge, response, "HEAD") == []


def test_a_header_in_an_answer_to_head_is_judged(judge: ContractValidator) -> None:
    assert judged(judge, Response(200, (("X-Count", "many"),)), "HEAD") == ["header-schema"]


def test_the_violation_of_an_undeclared_status_names_the_declared_ones() -> None:
    judge = ContractValidator(load_contract(FROZEN))

    violations = judge.response(judge.contract.operations[0], "GET", Response(404))

    reason = "the status 404 is not declared, only 200, 401, 500"
    assert violations == [Violation("status-undeclared", "/paths/~1api~1calls~1providers/get/responses", reason)]


def test_a_violation_has_its_pointer_and_its_place_and_shows_no_value() -> None:
    judge = ContractValidator(load_contract(FROZEN))
    response = Response(200, (JSON,), b'{"provider": "telnyx", "phoneNumber": 5}')

    violations = judge.response(judge.contract.operations[0], "GET", response)

    properties = "/components/schemas/CallsActiveProviderResponse/properties"
    places = [(violation.rule, violation.where, violation.pointer) for violation in violations]
    assert sorted(places) == [
        ("body-schema", "/phoneNumber", f"{properties}/phoneNumber/type"),
        ("body-schema", "/provider", f"{properties}/provider/enum"),
    ]
    assert "telnyx" not in "".join(map(str, violations))


@pytest.mark.parametrize(
    ("response", "rules"),
    [
        (Response(200, (JSON,), b'{"provider": "sinch", "phoneNumber": "+14165550100"}'), []),
        (Response(200, (JSON,), b"{}"), ["body-strict", "body-strict"]),
        (Response(200, (JSON,), b'{"provider": "telnyx"}'), ["body-schema"]),
        (Response(200, (("Content-Type", "text/html"),), b"{}"), ["media-type-undeclared"]),
        (Response(401, (JSON,), b'{"success": false, "error": "No."}'), ["body-strict"]),
    ],
)
def test_the_overlay_is_judged_if_the_published_contract_is_kept(response: Response, rules: list[str]) -> None:
    contract = load_contract(FROZEN)

    assert judged(ContractValidator(contract, contract.with_overlay(FROZEN_STRICT)), response) == rules


@pytest.mark.parametrize(
    ("target", "change", "rules"),
    [
        (".get", "update: {responses: {'200': {headers: {X-Tags: {required: true}}}}}", ["header-missing"]),
        (".get.responses['200'].content['application/json']", "remove: true", ["body-strict"]),
        (".get.responses['200','4XX','default']", "remove: true", ["status-undeclared"]),
        ("", "remove: true", []),
    ],
)
def test_an_overlay_can_require_more_or_remove_a_declaration(
    contract_of: ContractOf, tmp_path: Path, target: str, change: str, rules: list[str]
) -> None:
    overlay = tmp_path / "overlay.yaml"
    path = f"$.paths['/things/{{id}}']{target}"
    overlay.write_text(
        f'overlay: 1.0.0\ninfo: {{title: o, version: "1"}}\nactions:\n  - target: "{path}"\n    {change}\n'
    )
    contract = contract_of(THING)

    assert judged(ContractValidator(contract, contract.with_overlay(overlay)), answer()) == rules


@pytest.mark.parametrize(
    ("response", "matters"),
    [
        (answer(b""), True),
        (answer(b"", "text/plain"), True),
        (answer(b"", "text/event-stream"), False),
        (answer(b"", "image/png"), False),
        (answer(b"", "application/xml"), False),
        (Response(200), False),
        (answer(b"", status=206), False),
        (Response(304), False),
        (Response(500), True),
    ],
)
def test_reads_body_says_whether_the_body_is_needed(
    judge: ContractValidator, response: Response, matters: bool
) -> None:
    assert judge.reads_body(judge.contract.operations[0], "GET", response) is matters


def test_an_unavailable_body_of_a_response_is_not_judged(judge: ContractValidator) -> None:
    operation = judge.contract.operations[0]

    assert judge.response(operation, "GET", answer(b""), with_body=False) == []
    assert judge.response(operation, "GET", Response(500, (), b"oh"), with_body=False) == []


def test_an_operation_is_found_by_method_and_path(judge: ContractValidator) -> None:
    found = [judge.operation(Request(method, "/things/a%2Fb?x=/y")) for method in ("GET", "HEAD", "POST")]

    assert found == [judge.contract.operations[0], judge.contract.operations[0], None]
    assert judge.path_is_known(Request("POST", "/things/1"))
    assert not judge.path_is_known(Request("GET", "/things/1/2"))


ALIKE = "paths:\n" + "".join(
    f"  /{{{name}}}: {{{method}: {{operationId: {method}_{name}, responses: {{'200': {{description: d}}}}, parameters: "
    f"[{{name: {name}, in: path, required: true, schema: {{}}}}]}}}}\n"
    for name, method in (("a", "get"), ("b", "get"), ("c", "delete"))
)


def test_paths_that_match_the_same_requests_are_a_conflict(contract_of: ContractOf) -> None:
    with pytest.raises(RouteConflict):
        ContractValidator(contract_of(ALIKE)).operation(Request("GET", "/1"))


def test_a_lenient_contract_uses_the_first_of_several_matching_paths() -> None:
    contract = parse_contract((HEAD + ALIKE).encode(), "invented.yaml", lenient=True)
    judge = ContractValidator(contract)
    found = [judge.operation(Request(method, "/1")) for method in ("GET", "DELETE")]

    assert [operation and operation.operation_id for operation in found] == ["get_a", "delete_c"]
    assert judge.request(Request("DELETE", "/1")) == []


RIVALS = """
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: by_number, responses: {'200': {description: d, content: {text/plain: {}}}}}
  /a/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}]
    get: {operationId: by_name, responses: {'204': {description: d}}}
"""


def test_of_paths_that_differ_only_in_names_the_one_whose_parameters_accept_the_values_is_judged() -> None:
    judge = ContractValidator(parse_contract((HEAD + RIVALS).encode(), "invented.yaml", lenient=True))
    found = [judge.operation(Request("GET", path)) for path in ("/a/7", "/a/seven", "/a/A-7")]

    assert [each and each.operation_id for each in found] == ["by_number", "by_name", "by_number"]
    assert judge.request(Request("GET", "/a/seven")) == []
    assert [each.rule for each in judge.request(Request("GET", "/a/A-7"))] == ["parameter-schema"]


# Requests


ORDERS = """
security: [{bearer: []}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    post:
      operationId: change_order
      security:
        - bearer: []
        - key: []
          tenant: []
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 9}}
        - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
        - {name: csv, in: query, explode: false, schema: {type: array, items: {type: integer}, maxItems: 2}}
        - {name: pipes, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: at, in: query, style: deepObject, schema: {type: object, properties: {x: {type: integer}}}}
        - {name: flag, in: query, allowEmptyValue: true, schema: {type: boolean}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
        - {name: pair, in: query, required: true, explode: false, schema: {type: object}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, minLength: 2}}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: integer}}}
        - {name: Accept, in: header, required: true, schema: {type: integer}}
        - {name: session, in: cookie, schema: {type: string, enum: [a, b]}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [name, made], properties: {name: {type: string}, made: {readOnly: true}}}
          application/x-www-form-urlencoded: {schema: {type: object, required: [name]}}
      responses: {'200': {description: done}}
    get:
      operationId: get_order
      responses: {'200': {description: an order}}
  /open:
    get:
      operationId: open
      security: []
      responses: {'200': {description: open}}
components:
  securitySchemes:
    bearer: {type: http, scheme: Bearer}
    key: {type: apiKey, in: query, name: key}
    tenant: {type: apiKey, in: header, name: X-Tenant}
"""
TARGET = "/orders/1?limit=1&pair=a,1"
HEADERS = (("Authorization", "bearer abc"), ("X-Trace", "t1"), JSON)
NAMED = b'{"name": "n"}'


@pytest.fixture
def orders(contract_of: ContractOf) -> ContractValidator:
    return ContractValidator(contract_of(ORDERS))


def request_rules(judge: ContractValidator, request: Request) -> list[tuple[str, str]]:
    return [(violation.rule, violation.where) for violation in judge.request(request)]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/orders/1?limit=1&pair=a,1", []),
        ("/orders/none?limit=1&pair=", [("parameter-schema", "path id")]),
        ("/orders/0?limit=1&pair=", [("parameter-schema", "path id")]),
        ("/orders/1?pair=", [("parameter-missing", "query limit")]),
        ("/orders/1?limit=1", [("parameter-missing", "query pair")]),
        ("/orders/1?limit=many&pair=", [("parameter-schema", "query limit")]),
        ("/orders/1?limit=1&limit=10&pair=", [("parameter-schema", "query limit")]),
        ("/orders/1?%6Cimit=%31&pair=", []),
        (TARGET + "&ids=1&ids=2", []),
        (TARGET + "&ids=1&ids=b", [("parameter-schema", "query ids")]),
        (TARGET + "&csv=1,2", []),
        (TARGET + "&csv=1%2C2", []),
        (TARGET + "&csv=1,2,3", [("parameter-schema", "query csv")]),
        (TARGET + "&csv=", []),
        (TARGET + "&pipes=1|2", []),
        (TARGET + "&pipes=1%7C2", []),
        (TARGET + "&pipes=1|b", [("parameter-schema", "query pipes")]),
        (TARGET + "&at[x]=nowhere", [("parameter-schema", "query at")]),
        (TARGET + "&at[x]=1", []),
        (TARGET + "&flag=", []),
        (TARGET + "&flag=maybe", [("parameter-schema", "query flag")]),
        (TARGET + "&filter=%7B%22a%22:1%7D", []),
        (TARGET + "&filter=%7B%7D", [("parameter-schema", "query filter")]),
        (TARGET + "&filter=a", [("parameter-schema", "query filter")]),
        (TARGET + "&unheard=of&&", []),
    ],
)
def test_parameters_in_the_target_are_judged(
    orders: ContractValidator, target: str, found: list[tuple[str, str]]
) -> None:
    assert request_rules(orders, Request("POST", target, HEADERS, NAMED)) == found


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ((), []),
        ((("X-Ids", "1, 2"), ("x-ids", "3")), []),
        ((("X-Ids", "1, b"),), [("parameter-schema", "header X-Ids")]),
        ((("Cookie", "other=1; session=a"),), []),
        ((("Cookie", "session=c"),), [("parameter-schema", "cookie session")]),
    ],
)
def test_headers_and_cookies_are_judged(
    orders: ContractValidator, headers: tuple[tuple[str, str], ...], found: list[tuple[str, str]]
) -> None:
    assert request_rules(orders, Request("POST", TARGET, (*HEADERS, *headers), NAMED)) == found


def test_a_missing_header_has_the_pointer_of_its_declaration(orders: ContractValidator) -> None:
    violations = orders.request(Request("POST", TARGET, (HEADERS[0], JSON), NAMED))

    reason = "the header parameter X-Trace is missing"
    pointer = "/paths/~1orders~1{id}/post/parameters/8"
    assert violations == [Violation("parameter-missing", pointer, reason, "header X-Trace")]


def test_a_parameter_of_the_path_item_has_its_pointer(orders: ContractValidator) -> None:
    violations = orders.request(Request("GET", "/orders/b", HEADERS))

    assert [violation.pointer for violation in violations] == ["/paths/~1orders~1{id}/parameters/0/schema/type"]


@pytest.mark.parametrize(
    ("content_type", "body", "found"),
    [
        ("application/json; charset=utf-8", NAMED, []),
        ("application/json", b"", ["request-body-missing"]),
        ("application/json", b"{", ["request-body-malformed"]),
        ("application/json", b"{}", ["request-body-schema"]),
        ("text/plain", NAMED, ["request-media-type-undeclared"]),
        (None, NAMED, []),
        (None, b"{}", ["request-body-schema"]),
        ("application/x-www-form-urlencoded", b"anything", ["request-body-schema"]),
        ("application/x-www-form-urlencoded", b"name=n", []),
    ],
)
def test_bodies_of_requests_are_judged(
    orders: ContractValidator, content_type: str | None, body: bytes, found: list[str]
) -> None:
    own = () if content_type is None else (("content-type", content_type),)

    violations = orders.request(Request("POST", TARGET, (*HEADERS[:2], *own), body))

    assert [violation.rule for violation in violations] == found


def test_an_unavailable_body_of_a_request_is_not_judged(orders: ContractValidator) -> None:
    assert orders.request(Request("POST", TARGET, HEADERS), with_body=False) == []


@pytest.mark.parametrize(
    ("credentials", "target", "missing"),
    [
        ((("Authorization", "Bearer abc"),), TARGET, False),
        ((), TARGET, True),
        ((("Authorization", "Bearer"),), TARGET, True),
        ((("Authorization", "Basic abc"),), TARGET, True),
        ((("X-Tenant", "t"),), TARGET + "&key=k", False),
        ((("X-Tenant", "t"),), TARGET + "&key=", True),
        ((("X-Tenant", "t"),), TARGET, True),
    ],
)
def test_a_request_needs_credentials_for_one_of_the_requirements(
    orders: ContractValidator, credentials: tuple[tuple[str, str], ...], target: str, missing: bool
) -> None:
    violations = orders.request(Request("POST", target, (*credentials, *HEADERS[1:]), NAMED))

    pointer = "/paths/~1orders~1{id}/post/security"
    reason = "the request has no credentials for bearer or key and tenant"
    assert violations == ([Violation("credentials-missing", pointer, reason)] if missing else [])


def test_a_requirement_of_the_document_has_its_pointer(orders: ContractValidator) -> None:
    assert [violation.pointer for violation in orders.request(Request("GET", "/orders/1"))] == ["/security"]


@pytest.mark.parametrize(
    ("method", "target", "found"),
    [
        ("GET", "/open?x=1", []),
        ("HEAD", "/open", []),
        ("OPTIONS", "/open", []),
        ("DELETE", "/open", ["method-undeclared"]),
        ("GET", "/closed", ["path-undeclared"]),
        ("OPTIONS", "/closed", ["path-undeclared"]),
        ("GET", "/open/", ["path-undeclared"]),
    ],
)
def test_undeclared_paths_and_methods_are_violations(
    orders: ContractValidator, method: str, target: str, found: list[str]
) -> None:
    assert [violation.rule for violation in orders.request(Request(method, target))] == found


@pytest.mark.parametrize(
    "scheme", ["{type: openIdConnect, openIdConnectUrl: https://x}", "{type: http, scheme: basic}"]
)
def test_every_type_of_security_scheme_is_supported(contract_of: ContractOf, scheme: str) -> None:
    judge = ContractValidator(_with_scheme(contract_of, scheme))
    name = "basic" if "basic" in scheme else "Bearer"

    assert [violation.rule for violation in judge.request(Request("GET", "/"))] == ["credentials-missing"]
    assert judge.request(Request("GET", "/", (("authorization", f"{name} abc"),))) == []


def test_an_api_key_can_be_a_cookie(contract_of: ContractOf) -> None:
    judge = ContractValidator(_with_scheme(contract_of, "{type: apiKey, in: cookie, name: sid}"))

    assert judge.request(Request("GET", "/", (("Cookie", "sid=1"),))) == []
    assert [violation.rule for violation in judge.request(Request("GET", "/", (("Cookie", "x=1"),)))] == [
        "credentials-missing"
    ]


def _with_scheme(contract_of: ContractOf, scheme: str) -> Contract:
    operation = "{operationId: a, security: [{s: []}], responses: {'200': {description: d}}}"
    return contract_of(f"paths: {{/: {{get: {operation}}}}}\ncomponents: {{securitySchemes: {{s: {scheme}}}}}\n")


def test_nothing_is_said_about_the_answers_of_an_operation_with_informational_responses_alone() -> None:
    upgrade = "paths: {/a: {get: {operationId: a, responses: {'101': {description: d}}}}}\n"
    contract = parse_contract((HEAD + upgrade).encode(), "invented.yaml", lenient=True)

    assert ContractValidator(contract).response(contract.operation("a"), "GET", Response(200, (), b"x")) == []


def test_an_operation_without_responses_says_nothing_about_its_answers() -> None:
    text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {operationId: a}}}\n"
    contract = parse_contract(text.encode(), "c.yaml")

    assert ContractValidator(contract).response(contract.operations[0], "GET", Response(404, (), b"x")) == []
