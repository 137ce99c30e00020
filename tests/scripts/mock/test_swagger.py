"""A document of Swagger 2.0 with the installed program: mocked, checked and exported."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import without_progress
from tests.openapi.mock.test_export import compile_module, project

if TYPE_CHECKING:
    from tests.conftest import Running, Server

__all__ = ["project"]

RICH = Path(__file__).parents[2] / "openapi" / "mock" / "rich-2.0.yaml"
KEY = {"X-Api-Key": "mock"}
FORM = {"item": "Ab", "quantity": "1"}


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server(str(RICH), command=("tether-relay", "mock")) as server:
        yield server


def sent(mock: Server, method: str, path: str, **options: Any) -> tuple[int, str]:
    """The status, and the reason if the request is refused."""
    answer = mock.client.request(method, f"/v2{path}", **{"headers": KEY, **options})
    return answer.status_code, answer.json()["detail"] if answer.status_code in (400, 401, 415, 422) else ""


@pytest.mark.parametrize(
    "query",
    [
        "limit=50",
        "kinds=circle&kinds=square",
        "commas=1,2",
        "pipes=1%7C2",
        "spaces=1%202",
        "tabs=1%092",
        "verbose=",
    ],
)
def test_a_query_in_its_collection_format_is_accepted(mock: Server, query: str) -> None:
    assert sent(mock, "GET", f"/shapes?{query}") == (200, "")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("limit=51", "The query parameter 'limit' is wrong: the value is greater than the maximum of 50."),
        ("kinds=circle,square", "The query parameter 'kinds' is wrong: /0: the value is not "),
        ("commas=1,x", "The query parameter 'commas' is wrong: /1: the value is not of type"),
        ("pipes=1%7Cx", "The query parameter 'pipes' is wrong: /1: the value is not of type"),
        ("spaces=1%20x", "The query parameter 'spaces' is wrong: /1: the value is not of type"),
        ("tabs=1%092%093%094", "The query parameter 'tabs' is wrong: the value does not match"),
    ],
)
def test_a_query_that_breaks_its_collection_format_is_refused(mock: Server, query: str, reason: str) -> None:
    status, sentence = sent(mock, "GET", f"/shapes?{query}")

    assert (status, sentence[: len(reason)]) == (400, reason)


def test_a_header_and_a_path_have_comma_separated_items(mock: Server) -> None:
    assert sent(mock, "GET", "/shapes", headers={**KEY, "X-Levels": "1,2"})[0] == 200
    assert sent(mock, "GET", "/shapes", headers={**KEY, "X-Levels": "1,x"})[0] == 400
    assert sent(mock, "GET", "/path/1/1,2", auth=("ada", "secret"))[0] == 200
    assert sent(mock, "GET", "/path/1/1,x", auth=("ada", "secret"))[0] == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (FORM, 200),
        ({**FORM, "tags": ["food", "gift"], "codes": "1,2", "bars": "1|2"}, 200),
        ({"item": "Ab"}, 400),
        ({**FORM, "tags": "food,gift"}, 400),
        ({**FORM, "codes": "1,x"}, 400),
        ({**FORM, "bars": "1,2"}, 400),
    ],
)
def test_a_form_has_its_collection_formats(mock: Server, fields: dict[str, Any], status: int) -> None:
    assert sent(mock, "POST", "/urlencoded", data=fields)[0] == status


def test_a_file_is_uploaded_in_a_multipart_body(mock: Server) -> None:
    file = {"file": ("a.bin", b"\0\xff", "application/octet-stream")}

    assert sent(mock, "POST", "/multipart", data={"title": "Ab", "numbers": ["1", "2"]}, files=file)[0] == 200
    assert sent(mock, "POST", "/multipart", data={"title": "Ab"}, files={"other": b"x"})[0] == 400


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/shapes", {"headers": {}}, 401),
        ("/path/1/1", {"headers": {}}, 401),
        ("/path/1/1", {"headers": {"Authorization": "Bearer t"}}, 200),
        ("/picture", {"headers": {}}, 200),
        ("/anything", {"headers": {}}, 401),
        ("/anything?api_key=k", {"headers": {}}, 200),
    ],
)
def test_credentials_are_those_of_the_security_definitions(
    mock: Server, path: str, options: dict[str, Any], status: int
) -> None:
    assert sent(mock, "GET", path, **options)[0] == status


def test_the_served_document_is_the_published_one(mock: Server) -> None:
    assert mock.client.get("/openapi.yaml").content == RICH.read_bytes()


def test_warnings_at_start_name_the_place_as_written(mock: Server, eventually: Callable[..., bool]) -> None:
    text = "/paths/~1shapes/get/parameters/5: OpenAPI 3.0 has no tsv in a query value; it is taken as text"

    assert eventually(lambda: text in mock.output)


@pytest.mark.long
def test_a_deep_check_of_the_mock_finds_nothing(mock: Server, installed: str, folder: Path) -> None:
    """The mock accepts any credentials, because it knows none."""
    options = ("--contract", str(RICH), "--allow-writes", "--profile", "deep", "--skip", "auth-garbage")
    command = [installed, "check", f"{mock.url}/v2", *options, "--token", "a:b", "--credential", "bearer=mock"]

    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)

    told = f"  warning: {RICH}:27: /paths/~1shapes/get/parameters/5: OpenAPI 3.0 has no tsv in a query value; it is "
    assert (done.returncode, without_progress(done.stderr)) == (0, f"{told}taken as text\n"), done.stdout


WRONG = """\
swagger: '2.0'
info: {title: Small, version: '1'}
paths:
  /shapes:
    get:
      operationId: list_shapes
      security: []
      responses:
        '200':
          description: Shapes
          schema:
            $ref: '#/definitions/Shapes'
definitions:
  Shapes:
    type: array
    maxItems: 0
"""


def test_a_finding_of_the_check_names_the_pointer_and_the_line_of_the_file(
    mock: Server, program: Callable[..., CompletedProcess[str]], folder: Path
) -> None:
    (folder / "wrong.yaml").write_text(WRONG)
    arguments = ("--contract", "wrong.yaml", "--sarif", "report.sarif", "--jsonl", "report.jsonl", "--quiet")

    done = program("check", f"{mock.url}/v2", *arguments, "--token", "a:b", "--header", "X-Api-Key: mock")

    assert done.returncode == 1, done.stderr
    findings = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]
    finding = next(each for each in findings if each.get("rule") == "body-schema")
    assert (finding["pointer"], finding["origin"]) == ("/definitions/Shapes/maxItems", "/definitions/Shapes/maxItems")
    assert finding["expected"] == "maxItems: 0"
    results = json.loads((folder / "report.sarif").read_text())["runs"][0]["results"]
    lines = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results]
    assert WRONG.splitlines().index("    maxItems: 0") + 1 in lines


@pytest.mark.long
def test_the_exports_compile(
    program: Callable[..., CompletedProcess[str]], tool: Callable[[str], str], project: Path, folder: Path
) -> None:
    types = program("mock", "export", "--to", "types", RICH)
    module = program("mock", "export", "--to", "msw", RICH)

    assert (types.returncode, module.returncode) == (0, 0), types.stderr + module.stderr
    compile_module(tool, project, types=types.stdout, msw=module.stdout)
