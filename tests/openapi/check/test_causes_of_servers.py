"""Real servers with one fault at many operations, or in many items: the check finds one cause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from openapi.check import Options, run_check
from openapi.contract import parse_contract
from openapi.findings.baseline import apply, read_baseline, updated, write_baseline
from openapi.findings.causes import Cause, causes_of
from openapi.findings.findings import Certainty, Verdict
from openapi.findings.reports.junit import junit
from tests.loopback import Handler, listening

JSON = "application/json"
NAMES = [f"/r{number}" for number in range(6)]
ITEM = {"type": "object", "additionalProperties": False, "properties": {"n": {"type": "string"}}}


def responses(schema: object, **others: object) -> dict[str, object]:
    return {"200": {"description": "d", "content": {JSON: {"schema": schema}}}, **others}


def document(paths: dict[str, Any], **components: Any) -> Any:
    root = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths, "components": components}
    return parse_contract(json.dumps(root).encode(), "document.json", lenient=True)


@contextmanager
def answering(body: Callable[[str], Any], **headers: str) -> Iterator[str]:
    """A server that answers GET of the known paths with this JSON, and with 404 and 405 otherwise."""

    class Server(Handler):
        def do_GET(self) -> None:
            known = self.path.partition("?")[0] in ("/x", *NAMES)
            content = json.dumps(body(self.path) if known else {"error": "none"}).encode()
            self.reply(200 if known else 404, content, Content_Type=JSON, **headers)

        def do_HEAD(self) -> None:
            self.do_GET()

        def refuse(self) -> None:
            self.reply(405, b"{}", Content_Type=JSON)

        do_OPTIONS = do_PROPFIND = refuse

    with listening(Server) as url:
        yield url


def checked(contract: Any, body: Callable[[str], Any]) -> Verdict:
    with answering(body) as url:
        return run_check(contract, url, Options(generate=False, skip=("head",)))


def of(verdict: Verdict, rule: str) -> list[Cause]:
    return [cause for cause in causes_of(verdict.findings) if cause.rule.id == rule]


LIST = document({"/x": {"get": {"responses": responses({"type": "array", "items": ITEM})}}})
MAP = document({"/x": {"get": {"responses": responses({"type": "object", "additionalProperties": ITEM})}}})
DEEP = document(
    {"/x": {"get": {"responses": responses({"type": "array", "items": {"$ref": "#/components/schemas/Node"}})}}},
    schemas={
        "Node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Node"}},
            },
        }
    },
)


@pytest.mark.parametrize(
    ("contract", "body"),
    [
        (LIST, lambda count: [{"n": index} for index in range(count)]),
        (MAP, lambda count: {f"{count}-{index}": {"n": index} for index in range(count)}),
        (DEEP, lambda count: [{"children": {f"{count}": {"children": {"a": {"name": 1}}}}} for _ in range(count)]),
    ],
    ids=["items of a list", "values of a map", "a tree of maps in a list"],
)
def test_baseline_with_five_bad_items_holds_for_six(contract: Any, body: Callable[[int], Any]) -> None:
    five = checked(contract, lambda path: body(5))
    known = read_baseline(write_baseline(updated((), five)), "known.json")
    six = apply(known, checked(contract, lambda path: body(6)))

    assert len(of(five, "body-schema")) == 1
    assert (six.findings, six.gone) == ((), ())


def test_two_faults_in_the_items_of_a_list_are_two_causes() -> None:
    verdict = checked(LIST, lambda path: [{"n": 1}, {"n": "a", "m": 1}])

    assert {cause.example.pointer.rpartition("/")[2] for cause in of(verdict, "body-schema")} == {
        "additionalProperties",
        "type",
    }


SHARED = document(
    {name: {"get": {"responses": {"200": {"$ref": "#/components/responses/Thing"}}}} for name in NAMES},
    responses={"Thing": {"description": "d", "content": {JSON: {"schema": ITEM}}}},
)


def test_inline_schema_of_a_shared_response_is_one_cause_at_all_operations() -> None:
    (cause,) = of(checked(SHARED, lambda path: {"n": 1}), "body-schema")

    assert cause.operations == tuple(f"GET {name}" for name in NAMES)
    assert cause.heading == "A body does not follow its schema: Thing.n"
    assert cause.example.expected == 'type: "string"'
    assert cause.example.declaration.startswith("/components/responses/Thing/content/")


def test_header_of_a_shared_response_that_is_missing_is_one_cause() -> None:
    header = {"X-Request-ID": {"required": True, "schema": {"type": "string"}}}
    own = {name: {"get": {"responses": responses({})}} for name in NAMES}
    for operation in own.values():
        operation["get"]["responses"]["200"]["headers"] = header  # type: ignore[index]

    (cause,) = of(checked(document(own), lambda path: {}), "header-missing")

    assert len(cause.operations) == len(NAMES)


def test_server_without_any_allow_has_one_cause() -> None:
    (cause,) = of(checked(SHARED, lambda path: {}), "allow")

    assert len(cause.operations) == len(NAMES)


def test_cases_of_junit_have_the_times_of_their_answers() -> None:
    verdict = checked(SHARED, lambda path: {})
    root = ElementTree.fromstring(junit(verdict))  # noqa: S314 - XML of this program
    times = {case.get("name", "").partition(":")[0]: float(case.get("time", "0")) for case in root.iter("testcase")}
    judged = [case.seconds for case in verdict.cases]

    assert [rule for rule in ("allow", "no-answer", "body-schema") if times[rule] == 0] == []
    assert 0 < sum(judged) <= sum(sum(item.seconds) for item in verdict.coverage) + verdict.seconds


def test_certain_finding_of_access_comes_before_probable_ones() -> None:
    secured = {"get": {"security": [{"b": []}], "responses": responses(ITEM)}}
    contract = document({name: secured for name in NAMES}, securitySchemes={"b": {"type": "http", "scheme": "bearer"}})
    with answering(lambda path: {"n": 1}) as url:
        verdict = run_check(contract, url, Options(generate=False, token=lambda: "a"))
    causes = causes_of(verdict.findings)
    certainties = [cause.certainty for cause in causes]

    assert causes[0].rule.id == "auth-missing"
    assert certainties == sorted(certainties, key=lambda certainty: certainty is Certainty.PROBABLE)


def test_baseline_in_a_file_of_version_1_is_still_known(tmp_path: Path) -> None:
    verdict = checked(LIST, lambda path: [{"n": 1}])
    document = json.loads(write_baseline(updated((), verdict)))
    document["version"] = 1
    for entry in document["findings"]:
        if entry["rule"] == "body-schema":
            entry["fingerprint"] = "0123456789abcdef"

    known = read_baseline(json.dumps(document).encode(), "known.json")

    assert apply(known, checked(LIST, lambda path: [{"n": 1}, {"n": 2}])).findings == ()
