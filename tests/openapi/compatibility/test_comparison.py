"""A comparison tells each cause once, with its places, operations and a witness."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from openapi.compatibility.changes import Change, ChangeLevel, DocumentPlace
from openapi.compatibility.comparison import changed_operations, compare
from openapi.compatibility.settings import ComparisonSettings
from openapi.contract import Contract
from tests.openapi.compatibility.contracts import answering, contract, document, operation, shared, taking

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def changes(old: Contract, new: Contract, level: ChangeLevel = ChangeLevel.BREAKING) -> list[Change]:
    return [change for change in compare(old, new).changes if change.level is level]


def test_cause_in_a_component_is_told_once_with_all_operations() -> None:
    (change,) = changes(shared(of(a={**TEXT, "maxLength": 9})), shared(of(a={**TEXT, "maxLength": 5})))

    assert change.rule.id == "request-max-length-narrowed"
    assert change.operations == ("POST /a", "PUT /b")
    assert change.message.startswith("Thing.a has maxLength 5, not 9")


def test_places_lead_to_the_keyword_with_its_line() -> None:
    old, new = shared(of(a={**TEXT, "maxLength": 9})), shared(of(a={**TEXT, "maxLength": 5}))
    (change,) = changes(old, new)
    lines = old.content.decode().splitlines()

    pointer = "/components/schemas/Thing/properties/a/maxLength"
    assert (change.old and change.old.pointer, change.new and change.new.pointer) == (pointer, pointer)
    assert change.old is not None
    assert "maxLength" in lines[change.old.line - 1]


def test_witness_is_refused_by_the_newer_schema() -> None:
    (change,) = changes(shared(of(size={**NUMBER, "minimum": 1})), shared(of(size={**NUMBER, "minimum": 4})))

    assert change.witness is not None
    assert 1 <= change.witness.value < 4
    assert change.witness.text == f"`{change.witness.value}` was accepted and no longer is"


def test_undecided_pattern_with_a_witness_is_breaking() -> None:
    old, new = shared(of(a={**TEXT, "pattern": "^[0-9]{4}$"})), shared(of(a={**TEXT, "pattern": "^[a-z]{4}$"}))

    assert {change.rule.id for change in changes(old, new)} == {"request-pattern-narrowed", "response-pattern-widened"}


def test_undecided_pattern_without_a_witness_is_risky() -> None:
    old, new = shared(of(a={**TEXT, "pattern": "^[0-9]{4}$"})), shared(of(a={**TEXT, "pattern": "^[0-9][0-9]{3}$"}))

    assert compare(old, new).level is ChangeLevel.RISKY


def test_fingerprint_stays_the_same_when_lines_and_other_parameters_change() -> None:
    limit = {"name": "limit", "in": "query", "schema": {**NUMBER, "maximum": 9}}
    less = {**limit, "schema": {**NUMBER, "maximum": 5}}
    other = {"name": "sort", "in": "query", "schema": TEXT}

    def only(*pairs: list[dict[str, Any]]) -> str:
        old, new = (contract(document({"/a": {"get": operation(parameters=each)}})) for each in pairs)
        return changes(old, new)[0].fingerprint

    assert only([limit], [less]) == only([other, limit], [other, less])
    assert len(only([limit], [less])) == 16


def test_removal_names_the_nearest_place_of_the_newer_document() -> None:
    old = contract(document({"/a": {"get": operation(), "put": operation()}}))
    new = contract(document({"/a": {"get": operation()}}))
    (change,) = changes(old, new)

    assert (change.rule.id, change.new) == ("operation-removed", None)
    assert change.nearest == DocumentPlace("/paths/~1a", 8)


def test_path_that_is_gone_is_one_change() -> None:
    old = contract(document({"/a": {"get": operation(), "put": operation()}, "/b": {"get": operation()}}))
    new = contract(document({"/b": {"get": operation()}}))

    assert [(each.rule.id, each.operations) for each in compare(old, new).changes] == [
        ("path-removed", ("GET /a", "PUT /a"))
    ]


def test_settings_replace_the_level_of_a_rule() -> None:
    old, new = contract(document({"/a": {"get": answering(TEXT)}})), contract(document({"/a": {"get": answering({})}}))
    settings = ComparisonSettings({"response-type-widened": ChangeLevel.RISKY})

    assert compare(old, new, settings).level is ChangeLevel.RISKY


@pytest.mark.parametrize(
    ("today", "rule"), [(date(2030, 1, 1), "operation-retired"), (date(2029, 12, 31), "operation-removed")]
)
def test_deprecated_operation_can_go_from_its_sunset_on(today: date, rule: str) -> None:
    retiring = operation(deprecated=True, **{"x-sunset": "2030-01-01"})
    old = contract(document({"/a": {"get": operation(), "put": retiring}}))
    new = contract(document({"/a": {"get": operation()}}))

    assert [each.rule.id for each in compare(old, new, today=today).changes] == [rule]


def test_deprecated_property_can_go_from_its_sunset_on() -> None:
    retiring = {**TEXT, "deprecated": True, "x-sunset": "2020-01-01"}
    old, new = shared({**of(a=TEXT, b=retiring), "required": ["b"]}), shared(of(a=TEXT))

    assert compare(old, new).level is ChangeLevel.COMPATIBLE


@pytest.mark.parametrize(
    ("name", "level"), [("x-stability", ChangeLevel.COMPATIBLE), ("x-other", ChangeLevel.BREAKING)]
)
def test_changes_of_drafts_are_one_compatible_change(name: str, level: ChangeLevel) -> None:
    old = contract(document({"/a": {"post": taking(TEXT, **{name: "draft"})}}))
    new = contract(document({"/a": {"post": taking(NUMBER, **{name: "draft"})}}))
    comparison = compare(old, new)

    assert comparison.level is level
    assert len(comparison.changes) == 1


def test_documentation_is_unchanged_and_told() -> None:
    old = contract(document({"/a": {"get": operation(summary="One")}}))
    new = contract(document({"/a": {"get": operation(summary="Two")}}))
    comparison = compare(old, new)

    assert [each.rule.id for each in comparison.changes] == ["documentation-changed"]
    assert (comparison.level, comparison.version) == (ChangeLevel.UNCHANGED, "patch")


def test_changed_operations_are_named_as_in_the_newer_contract() -> None:
    old = contract(document({"/a/{id}": {"get": operation()}, "/b": {"get": operation()}}))
    new = contract(document({"/a/{key}": {"get": operation(summary="New")}, "/b": {"get": operation()}}))

    assert [each.label for each in changed_operations(old, new)] == ["GET /a/{key}"]


def test_branch_added_to_open_alternatives_is_compatible_in_a_request() -> None:
    branches = [of(bark={"type": "boolean"}), of(meow={"type": "boolean"}), of(fly={"type": "boolean"})]
    old = contract(document({"/a": {"post": taking({"oneOf": branches[:2]})}}))
    new = contract(document({"/a": {"post": taking({"oneOf": branches})}}))

    assert compare(old, new).level is ChangeLevel.COMPATIBLE


def test_schemas_that_contain_each_other_end() -> None:
    def looped(kind: dict[str, Any]) -> Contract:
        node = {"$ref": "#/components/schemas/Thing"}
        return shared(of(next={"anyOf": [node, {"type": "null"}]}, all={"type": "array", "items": node}, value=kind))

    assert compare(looped(TEXT), looped(TEXT)).changes == ()
    assert {each.message.split(" ")[0] for each in changes(looped(TEXT), looped(NUMBER))} == {"Thing.value"}
