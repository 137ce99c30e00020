"""`tether-relay mock`, `check` and `proxy`, as processes, with a document that has mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.loopback import Handler, listening
from tests.openapi.proxy.program import command

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running

Program = Callable[..., CompletedProcess[str]]

DOCUMENT = """\
openapi: 3.0.3
paths:
  /things:
    get: {responses: {"200": {content: {application/json: {schema: {type: [integer, "null"]}, example: 1}}}}}
    put: {responses: {"200": {$ref: "#/components/responses/None"}}}
tags: []
tags: []
"""
# The line of each mistake, and what is said about it.
TOLD = (
    (7, "the mapping has the key 'tags' twice; the last one counts"),
    (5, "PUT /things is not served: '#/components/responses/None' does not exist"),
    (1, "'info' is missing"),
    (4, "'description' is missing"),
    (4, "OpenAPI 3.0 has one type; null is read as nullable"),
)
MANY = DOCUMENT + "".join(f"odd{number}: 1\n" for number in range(40))


class Things(Handler):
    def do_GET(self) -> None:
        self.reply(200, b'"text"', Content_Type="application/json")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "things.yaml"
    path.write_text(DOCUMENT)
    return path


def untold(output: str, place: str) -> list[str]:
    """The mistakes that no line of the output is about."""
    lines = [line for line in output.splitlines() if line.startswith("  warning: ")]
    return [said for number, said in TOLD if not any(place.format(number) in line and said in line for line in lines)]


def test_the_mock_warns_and_answers_the_operations_that_can_be_used(
    running_server: Running, eventually: Eventually, document: Path
) -> None:
    with running_server(str(document), command=("tether-relay", "mock")) as mock:
        answer = mock.client.get("/things")
        other = mock.client.put("/things")

        assert eventually(lambda: untold(mock.output, f"{document}: line {{}}: ") == []), mock.output
    assert (answer.status_code, answer.json(), other.status_code) == (200, 1, 405)


def test_the_proxy_warns_and_validates(document: Path, tmp_path: Path) -> None:
    with listening(Things) as upstream, command(upstream, tmp_path, "--contract", str(document)) as (_, url):
        httpx.get(f"{url}/things", trust_env=False)
        report = httpx.get(f"{url}/__proxy/report", trust_env=False).json()

    assert report["violations_by_rule"] == {"body-schema": 1}
    assert untold((tmp_path / "stderr").read_text(), f"{document}:{{}}: ") == []


@pytest.mark.long
def test_the_check_warns_and_checks(program: Program, document: Path) -> None:
    with listening(Things) as url:
        done = program("check", url, "--contract", str(document))

    assert done.returncode == 1
    assert "body-schema" in done.stdout
    assert untold(done.stderr, f"{document}:{{}}: ") == []


def test_many_mistakes_are_folded(document: Path, tmp_path: Path) -> None:
    document.write_text(MANY)
    with listening(Things) as upstream, command(upstream, tmp_path, "--contract", str(document)):
        errors = (tmp_path / "stderr").read_text()

    assert errors.count("  warning: ") == 20
    assert "  and 26 more warnings; `tether-relay contract validate` lists them" in errors


@pytest.mark.parametrize("arguments", [["mock"], ["proxy", "--upstream", "http://127.0.0.1:1", "--contract"]])
def test_a_strict_document_ends_with_2_in_one_line(program: Program, document: Path, arguments: list[str]) -> None:
    done = program(*arguments, document, "--strict-document")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{document}: line 7: the mapping has the key 'tags' twice; remove one" in done.stderr


def test_a_document_of_which_nothing_can_be_served_ends_with_2_in_one_line(program: Program, document: Path) -> None:
    document.write_text(DOCUMENT.replace("    get: ", "    x-get: "))

    done = program("mock", document)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "line 5: no operation can be used: PUT /things is not served: " in done.stderr
