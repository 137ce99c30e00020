"""From pages to a contract to pages to a contract: nothing is lost and nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from openapi.compatibility.changes import ChangeLevel
from openapi.compatibility.comparison import compare
from openapi.contract import Contract, load_contract, parse_contract
from openapi.publishing.markdown import pages_of
from openapi.publishing.merging import SourceDocument, merge
from openapi.publishing.page import read_page
from openapi.publishing.writing import as_yaml
from tests.npm import install
from tests.openapi.mock.corpus.documents import PACKAGES
from tests.published import simple_page

RICH = Path(__file__).parents[1] / "mock" / "rich.yaml"
EXAMPLES = "@readme/oas-examples/3.0/json"


def merged(files: Mapping[str, bytes]) -> Contract:
    """The contract of the pages among some files."""
    documents = []
    for name, content in files.items():
        if name.endswith(".md") and name != "README.md":
            page = read_page(content, name)
            documents.append(SourceDocument(name, page.content, parse_contract(page.content, name).root))
    return parse_contract(as_yaml(merge(documents).root), "openapi.yaml")


def check_fixed_point(contract: Contract) -> None:
    """Assert that the pages of a contract give a contract of the same meaning, with pages that give its bytes."""
    first = merged(pages_of(contract))
    pages = pages_of(first)
    second = merged(pages)

    assert compare(contract, first).level is ChangeLevel.UNCHANGED
    assert second.content == first.content
    assert pages_of(second) == pages


def test_pages_to_contract_to_pages_to_contract_is_a_fixed_point() -> None:
    paths = ["/calls", "/calls/{id}", "/contacts/{id}"]
    pages = {f"{path.replace('/', '-')}.md": simple_page(path) for path in paths}
    contract = merged({**pages, "delete.md": simple_page("/calls/{id}", "delete")})

    assert merged(pages_of(contract)).content == contract.content
    assert len(contract.operations) == 4


def test_a_contract_of_everything_survives_its_pages() -> None:
    check_fixed_point(load_contract(RICH))


def test_the_published_contract_survives_its_page() -> None:
    check_fixed_point(load_contract())


@pytest.fixture(scope="module")
def modules(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tool("npm"), tmp_path_factory.mktemp("corpus"), PACKAGES[0])


@pytest.mark.long
@pytest.mark.parametrize("name", ["petstore", "star-trek"])
def test_documents_of_other_publishers_survive_their_pages(modules: Path, name: str) -> None:
    check_fixed_point(load_contract(modules / EXAMPLES / f"{name}.json", lenient=True))
