"""The pages of a contract as Markdown, and the indexes of them."""

import re

import pytest

from openapi.contract import parse_contract
from openapi.publishing.markdown import pages_of
from openapi.publishing.writing import as_yaml
from tests.frozen import FROZEN, FROZEN_PAGE

OK = {"200": {"description": "d"}}


def pages(**operation: object) -> dict[str, str]:
    definition = {"operationId": "getA", "responses": OK, **operation}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "An [API]", "version": "1"},
        "paths": {"/a": {"get": definition}},
    }
    files = pages_of(parse_contract(as_yaml(document), "some/my api.yaml"))
    return {name: content.decode() for name, content in files.items()}


def test_the_page_of_the_published_contract_is_the_published_page() -> None:
    written = pages_of(parse_contract(FROZEN.read_bytes(), "openapi.yaml"))[FROZEN_PAGE.name].decode()
    published = FROZEN_PAGE.read_text()
    for address in ("https://docs.tetherai.ca/llms.txt", "/api-reference/openapi.yaml"):
        published = published.replace(address, address.rpartition("/")[2])

    assert written == published + "\n"


def test_a_page_has_title_summary_and_fence() -> None:
    text = pages(summary="Get\n an A", description="One.\n\nTwo.")["geta.md"]

    assert "\n# Get an A\n\n> One.\n>\n> Two.\n" in text
    assert "\n````yaml my-api.yaml get /a\nopenapi: 3.0.3\n" in text
    assert text.endswith("\n````\n")


def test_an_operation_without_texts_is_titled_by_its_method_and_path() -> None:
    assert "\n# GET /a\n\n## OpenAPI\n" in pages()["geta.md"]


@pytest.mark.parametrize("description", ["```yaml c.yaml get /a\n```", "`" * 9, "# Title\n~~~~\n"])
def test_texts_of_an_operation_neither_end_nor_begin_a_fence(description: str) -> None:
    text = pages(description=description)["geta.md"]
    fences = re.findall("^ {0,3}(`{3,}|~{3,})", text, re.MULTILINE)

    assert len(fences) == 2
    assert fences[0] == fences[1]


def test_the_index_for_programs_lists_each_page() -> None:
    index = pages(summary="Get *all*", description="First.\n\nSecond.")["llms.txt"]

    assert index == "# An \\[API\\]\n\n## API reference\n\n- [Get \\*all\\*](geta.md): First.\n"


def test_the_index_for_people_groups_operations_by_tag() -> None:
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {"get": {"operationId": "a", "tags": ["Zoo"], "summary": "A | B", "responses": OK}},
            "/b": {"get": {"operationId": "b", "responses": OK}, "put": {"operationId": "c", "responses": OK}},
        },
    }
    overview = pages_of(parse_contract(as_yaml(document), "c.yaml"))["README.md"].decode()

    assert overview.split("\n## ")[1:] == [
        "Zoo\n\n| operation | |\n| --- | --- |\n| [GET /a](a.md) | A \\| B |\n",
        "Other operations\n\n| operation | |\n| --- | --- |\n"
        "| [GET /b](b.md) | GET /b |\n| [PUT /b](c.md) | PUT /b |\n",
    ]
