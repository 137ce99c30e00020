"""The effect of overlay actions on a document, and the overlays that are refused."""

import copy
from typing import Any

import pytest

from openapi.documents.errors import ContractError
from openapi.documents.overlay import apply_overlay

DOCUMENT: dict[str, Any] = {"info": {"title": "T", "tags": ["a"]}, "list": [{"n": 1}, {"n": 2}, {"n": 3}], "x": "text"}


def changed(*actions: dict[str, Any]) -> dict[str, Any]:
    return apply_overlay(DOCUMENT, {"overlay": "1.0.0", "actions": list(actions)}, "o.yaml")


@pytest.mark.parametrize(
    ("target", "update", "part", "result"),
    [
        ("$.info", {"title": "U"}, "info", {"title": "U", "tags": ["a"]}),
        ("$.info", {"version": "1"}, "info", {"title": "T", "tags": ["a"], "version": "1"}),
        ("$.info", {"tags": ["b"]}, "info", {"title": "T", "tags": ["a", "b"]}),
        ("$.info.tags", "b", "info", {"title": "T", "tags": ["a", "b"]}),
        ("$", {"info": {"title": None}}, "info", {"title": None, "tags": ["a"]}),
        ("$", {"info": []}, "info", []),
        ("$.list[*]", {"m": 0}, "list", [{"n": 1, "m": 0}, {"n": 2, "m": 0}, {"n": 3, "m": 0}]),
        ("$.list[?@.n > 2]", {"n": 9}, "list", [{"n": 1}, {"n": 2}, {"n": 9}]),
        ("$['info', 'info'].tags", "b", "info", {"title": "T", "tags": ["a", "b"]}),
    ],
)
def test_an_update_is_merged(target: str, update: object, part: str, result: object) -> None:
    """Objects are merged, lists concatenated, other values replaced; a node that is selected twice changes once."""
    assert changed({"target": target, "update": update})[part] == result


@pytest.mark.parametrize(
    ("target", "result"),
    [
        ("$.info.title", {**DOCUMENT, "info": {"tags": ["a"]}}),
        ("$.list[1]", {**DOCUMENT, "list": [{"n": 1}, {"n": 3}]}),
        ("$.list[*]", {**DOCUMENT, "list": []}),
        ("$.list[0, 0, 2]", {**DOCUMENT, "list": [{"n": 2}]}),
        ("$.*", {}),
        ("$..n", {**DOCUMENT, "list": [{}, {}, {}]}),
    ],
)
def test_a_removal_removes_every_selected_node(target: str, result: object) -> None:
    assert changed({"target": target, "remove": True}) == result


def test_actions_follow_one_another() -> None:
    result = changed({"target": "$", "update": {"new": {}}}, {"target": "$.new", "update": {"a": 1}})

    assert result["new"] == {"a": 1}


def test_the_document_and_the_overlay_are_not_modified() -> None:
    before = copy.deepcopy(DOCUMENT)
    update: dict[str, Any] = {"title": {"deep": []}}
    result = changed({"target": "$.info", "update": update})
    result["info"]["title"]["deep"].append(1)

    assert (before, {"title": {"deep": []}}) == (DOCUMENT, update)


ACTION = {"target": "$.info", "update": {}}


@pytest.mark.parametrize(
    ("overlay", "text"),
    [
        ({}, "/overlay: an overlay must have `overlay: 1.0.0`"),
        ({"overlay": "2.0.0", "actions": [ACTION]}, "/overlay: an overlay must have `overlay: 1.0.0`"),
        ({"overlay": "1.0.0"}, "/actions: an overlay must have `actions`, a list of at least one action"),
        (
            {"overlay": "1.0.0", "actions": []},
            "/actions: an overlay must have `actions`, a list of at least one action",
        ),
        ({"overlay": "1.0.0", "actions": ["a"]}, "/actions/0: an action must be a mapping with a `target`"),
        ({"overlay": "1.0.0", "actions": [ACTION, {}]}, "/actions/1: an action must be a mapping with a `target`"),
    ],
)
def test_a_malformed_overlay_is_refused(overlay: dict[str, Any], text: str) -> None:
    with pytest.raises(ContractError) as caught:
        apply_overlay(DOCUMENT, overlay, "o.yaml")

    assert str(caught.value) == f"o.yaml#{text}"


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (
            {"target": "$.gone", "update": {}},
            "/target: $.gone selects nothing in the document; correct the target or remove the action",
        ),
        ({"target": "$", "remove": True}, "/target: the whole document cannot be removed"),
        ({"target": "$.info"}, ": an action must have an `update` or `remove: true`"),
        ({"target": "$.info", "remove": False}, ": an action must have an `update` or `remove: true`"),
        ({"target": "$.x", "update": {}}, "/update: the target must be a list, or an object that an object updates"),
        (
            {"target": "$.info", "update": "text"},
            "/update: the target must be a list, or an object that an object updates",
        ),
    ],
)
def test_an_action_that_does_not_fit_is_refused(action: dict[str, Any], text: str) -> None:
    with pytest.raises(ContractError) as caught:
        changed(action)

    assert str(caught.value) == f"o.yaml#/actions/0{text}"


@pytest.mark.parametrize("target", ["$[", "$.list[?", "$.a b", "$.list[99999999999999999999999]"])
def test_an_invalid_json_path_is_reported_on_one_line(target: str) -> None:
    with pytest.raises(ContractError) as caught:
        changed({"target": target, "update": {}})

    assert str(caught.value).startswith("o.yaml#/actions/0/target: ")
    assert "\n" not in str(caught.value)
