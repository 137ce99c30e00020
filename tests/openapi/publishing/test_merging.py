"""Documents of one API become one document, whatever their order; contradictions name both sides."""

from __future__ import annotations

import random
from typing import Any

import pytest

from openapi.publishing.conflicts import ConflictingPages
from openapi.publishing.merging import SourceDocument, merge
from openapi.publishing.writing import as_yaml
from tests.published import ERROR, document, operation


def sourced(name: str, root: dict[str, Any]) -> SourceDocument:
    return SourceDocument(name, as_yaml(root), root)


def calls(**members: Any) -> SourceDocument:
    return sourced("calls.md", document("/calls", "get", operation("get_calls"), **members))


def contacts(**members: Any) -> SourceDocument:
    return sourced("contacts.md", document("/contacts", "get", operation("get_contacts"), **members))


def conflict(*documents: SourceDocument) -> str:
    with pytest.raises(ConflictingPages) as caught:
        merge(documents)
    return str(caught.value)


def test_paths_and_methods_are_united_in_their_order() -> None:
    post = sourced("post.md", document("/calls", "post", operation("post_calls")))
    delete = sourced("delete.md", document("/calls", "delete", operation("delete_calls")))
    root = merge([contacts(), post, calls(), delete]).root

    assert {path: list(item) for path, item in root["paths"].items()} == {
        "/calls": ["delete", "get", "post"],
        "/contacts": ["get"],
    }


def test_components_are_united_by_name() -> None:
    other = contacts(components={"schemas": {"Error": ERROR, "Contact": {"type": "object"}}, "securitySchemes": {}})

    assert list(merge([calls(), other]).root["components"]["schemas"]) == ["Contact", "Error"]


def test_order_of_documents_has_no_effect() -> None:
    prose = {"schemas": {"Error": {**ERROR, "description": "In other words"}}}
    documents = [calls(), contacts(components=prose), sourced("d.md", document("/d", "put", operation("put_d")))]
    written = set()
    for seed in range(6):
        shuffled = random.Random(seed).sample(documents, len(documents))  # noqa: S311 - an order
        written.add(as_yaml(merge(shuffled).root))

    assert len(written) == 1


def test_order_of_members_has_no_effect() -> None:
    reversed_error = dict(reversed(ERROR.items()))
    one = merge([calls(), contacts(components={"schemas": {"Error": reversed_error}})])

    assert one.warnings == ()


def test_schemas_that_differ_are_a_conflict_with_both_pages_the_pointer_and_the_counts() -> None:
    other = contacts(components={"schemas": {"Error": {**ERROR, "type": "array", "items": {}}}})
    third = sourced("third.md", document("/third", "get", operation("get_third")))

    assert conflict(calls(), other, third) == (
        "calls.md and contacts.md differ at #/components/schemas/Error/items: nothing and an empty object "
        "(2 pages against 1)"
    )


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"info": {"title": "Tether", "version": "2.0.0"}}, "#/info/version"),
        ({"info": {"title": "Other", "version": "1.0.0"}}, "#/info/title"),
        ({"servers": [{"url": "https://other.example.com"}]}, "#/servers/0/url"),
        ({"security": [{"bearerAuth": []}]}, "#/security/0"),
        ({"openapi": "3.1.0"}, "#/openapi"),
        ({"tags": [{"name": "Calls", "x-order": 1}]}, "#/tags/Calls/x-order"),
    ],
)
def test_what_documents_say_about_the_api_must_agree(members: dict[str, Any], place: str) -> None:
    found = conflict(calls(), contacts(**members))

    assert "calls.md and contacts.md differ at " in found
    assert place in found


def test_patch_versions_of_openapi_agree() -> None:
    assert merge([calls(), contacts(openapi="3.0.1")]).root["openapi"] == "3.0.3"


def test_two_contents_of_one_operation_are_a_conflict() -> None:
    other = sourced("other.md", document("/calls", "get", operation("get_calls", deprecated=True)))

    assert "differ at #/paths/~1calls/get/deprecated: " in conflict(calls(), other)


def test_one_operation_id_for_two_operations_is_a_conflict() -> None:
    other = sourced("other.md", document("/other", "get", operation("get_calls")))

    assert "calls.md and other.md have one operationId, get_calls, for GET /calls and GET /other" in conflict(
        calls(), other
    )


def test_one_path_under_two_templates_is_a_conflict() -> None:
    one = sourced("one.md", document("/calls/{id}", "get", operation("one")))
    other = sourced("other.md", document("/calls/{call}", "put", operation("other")))

    assert "one path under two templates, /calls/{call} and /calls/{id}" in conflict(one, other)


def test_parameters_of_a_path_that_only_one_page_has_are_a_conflict() -> None:
    root = document("/calls", "put", operation("put_calls"))
    root["paths"]["/calls"]["parameters"] = [{"name": "x", "in": "query", "schema": {"type": "string"}}]

    assert "differ at #/paths/~1calls/parameters: " in conflict(calls(), sourced("put.md", root))


def test_prose_that_differs_is_a_warning_and_that_of_most_pages_is_taken() -> None:
    worded = {**ERROR, "description": "What went wrong"}
    third = sourced(
        "third.md", document("/third", "get", operation("get_third"), components={"schemas": {"Error": worded}})
    )
    merged = merge([calls(), contacts(components={"schemas": {"Error": worded}}), third])

    assert merged.root["components"]["schemas"]["Error"] == worded
    assert merged.warnings == (
        'contacts.md and calls.md differ at #/components/schemas/Error/description: "What went wrong" and nothing '
        "(2 pages against 1); only prose differs",
    )


def test_tags_keep_the_order_of_the_longest_list() -> None:
    merged = merge([calls(tags=[{"name": "B"}, {"name": "A"}]), contacts(tags=[{"name": "C"}])])

    assert [tag["name"] for tag in merged.root["tags"]] == ["B", "A", "C"]


def test_a_property_that_is_named_description_is_no_prose() -> None:
    named = {"type": "object", "properties": {"description": {"type": "string"}}}
    other = {"type": "object", "properties": {"description": {"type": "integer"}}}

    assert "/properties/description/type" in conflict(
        calls(components={"schemas": {"Thing": named}}), contacts(components={"schemas": {"Thing": other}})
    )
