"""The document in a page of the documentation."""

import pytest

from openapi.documents.errors import ContractError
from openapi.publishing.page import Page, read_page

YAML = b"""\
openapi: 3.0.3
info: {title: T, version: '1'}
paths: {/a: {get: {operationId: a, responses: {'200': {description: d}}}}}
"""
FENCED = b"```yaml api/c.yaml get /a\n" + YAML + b"```\n"


@pytest.mark.parametrize(
    "markdown",
    [
        FENCED,
        b"# Title\n\ntext\n\n" + FENCED + b"\nmore\n",
        FENCED.replace(b"```", b"````"),
        FENCED.replace(b"```", b"~~~"),
        FENCED.replace(b"```\n", b"`````  \n"),
        FENCED.replace(b"```yaml api/c.yaml get /a", b"  ```  yaml  api/c.yaml  get  /a  "),
        b"```yaml\nother: block\n```\n" + FENCED,
        b"```json api/c.json get /a\n{}\n```\n" + FENCED,
        FENCED.replace(b"get /a", b"GET /a"),
        b"---\ntitle: A\n---\n> Instructions for readers\n\n" + FENCED,
        b"````md\n```yaml api/c.yaml get /other\nx: 1\n```\n````\n" + FENCED,
    ],
    ids=[
        "alone",
        "text",
        "longer",
        "tildes",
        "longer end",
        "spaces",
        "plain block",
        "other language",
        "capitals",
        "front matter",
        "example of a page",
    ],
)
def test_the_block_is_read_byte_for_byte(markdown: bytes) -> None:
    assert read_page(markdown, "p.md") == Page(YAML, "api/c.yaml", "get", "/a")


def test_line_ends_of_a_page_are_kept() -> None:
    page = read_page(FENCED.replace(b"\n", b"\r\n"), "p.md")

    assert page.content == YAML.replace(b"\n", b"\r\n")


def test_a_longer_fence_can_contain_a_shorter_one() -> None:
    content = YAML + b"x-note: |\n  ```\n  code\n  ```\n"
    page = read_page(b"````yaml c.yaml get /a\n" + content + b"````\n", "p.md")

    assert page.content == content


ABSENT = "but its document does not have this operation"
FORM = "of the form ```yaml FILE METHOD PATH; it must have exactly one"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (b"", f": the page has no block {FORM}"),
        (b"# Title\n", f": the page has no block {FORM}"),
        (FENCED.replace(b" get /a", b""), f": the page has no block {FORM}"),
        (FENCED.replace(b"get /a", b"get a"), f": the page has no block {FORM}"),
        (FENCED + FENCED, f": the page has 2 blocks {FORM}"),
        (FENCED.removesuffix(b"```\n"), ": the code block has no closing fence; the page may be incomplete"),
        (FENCED.removesuffix(b"```\n") + b"~~~\n", ": the code block has no closing fence; the page may be incomplete"),
        (FENCED.replace(b"get /a", b"put /a"), f"#/paths: the page describes put /a, {ABSENT}"),
        (FENCED.replace(b"get /a", b"get /b"), f"#/paths: the page describes get /b, {ABSENT}"),
        (FENCED.replace(b"paths:", b"paths: ["), ": line 4: did not find expected ',' or ']'"),
        (
            FENCED.replace(b"3.0.3", b"4.0.0"),
            "#/openapi: the document is OpenAPI 4.0.0; Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are supported; "
            "convert it to one of these versions",
        ),
    ],
    ids=[
        "empty", "text", "no info", "no path", "two", "unclosed", "closed otherwise",
        "other method", "other path", "broken YAML", "other version",
    ],
)  # fmt: skip
def test_a_page_without_its_document_is_reported_on_one_line(markdown: bytes, text: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_page(markdown, "p.md")

    assert str(caught.value) == f"p.md{text}"


@pytest.mark.parametrize(
    ("info", "file"), [(b"yaml get /a", ""), (b"yaml https://example.org/c.yaml get /a", "https://example.org/c.yaml")]
)
def test_the_file_may_be_missing_or_an_address(info: bytes, file: str) -> None:
    page = read_page(FENCED.replace(b"yaml api/c.yaml get /a", info), "p.md")

    assert (page.file, page.label) == (file, "GET /a")


def test_a_page_with_a_second_operation_is_refused() -> None:
    markdown = FENCED.replace(
        b"paths: {", b"paths: {/b: {put: {operationId: b, responses: {'200': {description: d}}}}, "
    )

    with pytest.raises(ContractError, match=r"its document also has PUT /b; a page carries one operation"):
        read_page(markdown, "p.md")


def test_a_page_about_a_webhook_has_no_path() -> None:
    page = read_page(b"```yaml c.yaml webhook called\nopenapi: 3.1.0\npaths: {}\n```\n", "p.md")

    assert page.is_webhook


def test_an_older_export_is_named_as_one() -> None:
    markdown = b"```yaml get /a\npaths:\n  path: /a\n  method: get\n  request: {}\n```\n"

    with pytest.raises(ContractError, match=r"in an older form of the site, not as an OpenAPI document"):
        read_page(markdown, "p.md")
