"""A corpus of documents of all versions: mocked, asked about every operation, checked, and exported as types that
compile."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from openapi.check.options import Options
from openapi.check.runner import run_check
from openapi.contract import load_contract
from openapi.documents.errors import ContractError
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from openapi.typescript.types import typescript_types
from scripts.benchmark.judging import CRASHED, NOT_ASKED, OTHER, OVERLAPPING, VALID, WRONG
from tests.npm import install
from tests.openapi.mock.corpus.asking import asked_about
from tests.openapi.mock.corpus.documents import PACKAGES, documents, version_of
from tests.tables import record_row

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked

pytestmark = pytest.mark.long

TABLE: Final = "documents of other publishers"
# Documents without any operation, which no mock can answer.
EMPTY: Final = frozenset({"title", "webhooks"})
# Documents with a mistake, which is mended: no response, an undeclared security scheme, `exclusiveMinimum: true` in
# 3.1, and examples of a schema that are no list.
MISTAKEN: Final = frozenset(
    {"post", "response-http-behavior", "schema-validation-local", "schema-validation-top-level", "3.1"}
)
# Schemas that no data satisfies: null and a text at once, an object that requires itself, and properties that are
# allowed in one part and forbidden in another.
CONTRADICTORY: Final = frozenset(
    {
        "vercel.com GET /v1/edge-config/{edgeConfigId}/item/{edgeConfigItemKey}",
        "vercel.com GET /v1/edge-config/{edgeConfigId}/items",
        "vercel.com GET /v1/integrations/search-repo",
        "circular-request-bodies POST /direct",
        "train-travel POST /bookings/{bookingId}/payment",
    }
)
# The mock takes any credentials of a declared scheme.
SKIPPED: Final = ("auth-garbage", "auth-status", "auth-scheme")
# Its declared examples satisfy several branches of a `oneOf`; the mock answers with them and says so.
OVERLAPS: Final = ("reports: body-schema",)
# Operations of a document that is checked: larger ones would take minutes.
MOST: Final = 25
COMPILER: Final = "typescript@5.9.3"


@pytest.fixture(scope="module")
def modules(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tool("npm"), tmp_path_factory.mktemp("corpus"), *PACKAGES, COMPILER)


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_every_operation_of_every_document_is_answered_by_its_schema(
    version: str, modules: Path, asked: Callable[[Mock], Asked], record_property: Callable[[str, object], None]
) -> None:
    total: Counter[str] = Counter()
    wrong: list[str] = []
    files = documents(modules, version)
    for file in files:
        if file.stem not in EMPTY:
            kinds, lines = asked_about(file, asked)
            total += kinds
            wrong += lines

    counts = {kind: str(total[kind]) for kind in (VALID, OTHER, NOT_ASKED, OVERLAPPING, WRONG, CRASHED)}
    record_row(record_property, TABLE, version, documents=str(len(files)), **counts)
    assert [line for line in wrong if line.partition(": ")[0] not in CONTRADICTORY] == []
    assert total[VALID] > 0


def test_a_document_without_operations_is_refused_in_one_line(modules: Path) -> None:
    (file,) = (file for file in documents(modules, "3.1") if file.stem == "webhooks")

    with pytest.raises(ContractError, match=r"the contract has no operations to mock$"):
        Mock({"": file}, None, MockSettings(), None)


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_mistakes_in_a_document_are_warnings_with_their_line(version: str, modules: Path) -> None:
    for file in documents(modules, version):
        if file.stem in MISTAKEN and version == version_of(file):
            assert any(warning.line for warning in load_contract(file, lenient=True).warnings), file.stem


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_the_check_finds_nothing_in_the_mock_of_a_document(version: str, modules: Path) -> None:
    found = []
    for file in documents(modules, version):
        contract = load_contract(file, lenient=True)
        if 0 < len(contract.operations) <= MOST:
            mock = create_mock(Mock({"": file}, None, MockSettings(auth="presence"), None))
            verdict = run_check(contract, mock, Options(generate=False, token=lambda: "token", skip=SKIPPED))
            found += [f"{file.stem}: {finding.rule.id} {finding.operation}" for finding in verdict.findings]

    assert [finding for finding in found if not finding.startswith(OVERLAPS)] == []


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_the_types_of_every_document_compile(
    version: str, modules: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    for number, file in enumerate(documents(modules, version)):
        (tmp_path / f"types{number}.ts").write_text(typescript_types(load_contract(file, lenient=True)))
    compiler = modules / "typescript" / "bin" / "tsc"
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--moduleDetection", "force"]
    sources = [str(path) for path in sorted(tmp_path.glob("*.ts"))]
    done = subprocess.run([tool("node"), compiler, *options, *sources], cwd=tmp_path, capture_output=True, text=True)

    assert done.stdout == ""
