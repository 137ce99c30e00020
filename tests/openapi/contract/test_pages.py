"""The document in a page of the documentation."""

import pytest

from openapi.contract.pages import Page, read_page
from openapi.documents.errors import ContractError

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
    ],
    ids=["alone", "text", "longer", "tildes", "longer end", "spaces", "plain block", "other language"],
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
        (FENCED.replace(b"get /a", b"GET /a"), f": the page has no block {FORM}"),
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
        "empty", "text", "no info", "capitals", "no path", "two", "unclosed", "closed otherwise",
        "other method", "other path", "broken YAML", "other version",
    ],
)  # fmt: skip
def test_a_page_without_its_document_is_reported_on_one_line(markdown: bytes, text: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_page(markdown, "p.md")

    assert str(caught.value) == f"p.md{text}"
