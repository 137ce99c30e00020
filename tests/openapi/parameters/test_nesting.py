"""Names with brackets build objects and lists."""

from __future__ import annotations

import pytest

from openapi.parameters.nesting import Misfit, nested


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ([("a", "1"), ("a", "2")], {"a": ["1", "2"]}),
        ([("a[]", "1")], {"a": ["1"]}),
        ([("a[b]", "1"), ("a[c][d]", "2")], {"a": {"b": "1", "c": {"d": "2"}}}),
        ([("a[0][b]", "1")], {"a": {"0": {"b": "1"}}}),
        ([("a", ["1", "2"]), ("a", "3")], {"a": ["1", "2", "3"]}),
        ([("a", ["1", "2"]), ("a", ["3"])], {"a": ["1", "2", "3"]}),
        ([("a[][b]", "1"), ("a[][b]", "2")], {"a": [{"b": "1"}, {"b": "2"}]}),
        ([("a[][b]", "1"), ("a[][c]", "2"), ("a[][b]", "3")], {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        (
            [("a[][b][c]", "1"), ("a[][b][d]", "2"), ("a[][b][c]", "3")],
            {"a": [{"b": {"c": "1", "d": "2"}}, {"b": {"c": "3"}}]},
        ),
        ([("a[][b][]", "1"), ("a[][b][]", "2")], {"a": [{"b": ["1", "2"]}]}),
        ([("a[b][][c]", "1"), ("a[b][][c]", "2")], {"a": {"b": [{"c": "1"}, {"c": "2"}]}}),
        ([("a[][]", "1")], {"a[][]": "1"}),
        ([("a[", "1"), ("a]b[", "2"), ("", "3")], {"a[": "1", "a]b[": "2", "": "3"}),
    ],
)
def test_fields_become_an_object(fields: list[tuple[str, object]], form: dict[str, object]) -> None:
    assert nested(fields) == form


def test_a_declared_name_with_brackets_is_a_name() -> None:
    assert nested([("a[]", "1"), ("a[]", "2")], {"a[]"}) == {"a[]": ["1", "2"]}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([("a", "1"), ("a[b]", "2")], "contradict each other"),
        ([("a[b]", "1"), ("a", "2")], "contradict each other"),
        ([("a[]", "1"), ("a[][b]", "2")], "contradict each other"),
        ([("a", "1"), ("a[][b]", "2")], "contradict each other"),
        ([("a[][b]", "1"), ("a[b]", "2")], "contradict each other"),
        ([("a" + "[b]" * 65, "1")], "deeper than 64 levels"),
    ],
)
def test_what_builds_no_object_is_a_misfit(fields: list[tuple[str, object]], reason: str) -> None:
    with pytest.raises(Misfit, match=reason):
        nested(fields)
