"""`tether-relay contract pages`, `bundle` and `show`: a contract as pages, as one file, and in the terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from openapi.contract import PUBLISHED, load_contract
from openapi.documents.reading import read_value

Relay = Callable[..., CompletedProcess[str]]
RICH = Path(__file__).parents[1] / "openapi" / "mock" / "rich.yaml"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_pages_writes_a_page_for_each_operation_and_two_indexes(relay: Relay, folder: Path) -> None:
    done = relay("contract", "pages", RICH, "--output", folder / "pages")
    count = len(load_contract(RICH).operations)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"wrote {count} page(s), llms.txt and README.md to {folder / 'pages'}\n"
    assert len(contents(folder / "pages")) == count + 2


@pytest.mark.parametrize("source", ["pages", "pages/llms.txt"], ids=["folder", "index"])
def test_sync_reads_what_pages_wrote_without_a_warning(relay: Relay, folder: Path, source: str) -> None:
    relay("contract", "pages", RICH, "--output", folder / "pages")
    first = relay("contract", "sync", folder / source, "--output", folder / "openapi.yaml")
    relay("contract", "pages", folder / "openapi.yaml", "--output", folder / "again")
    second = relay("contract", "sync", folder / "again", "--output", folder / "openapi.yaml", "--check")

    assert (first.returncode, first.stderr) == (0, "")
    assert (second.returncode, second.stderr) == (0, "")


def test_pages_of_the_published_contract_are_the_default(relay: Relay, folder: Path) -> None:
    relay("contract", "pages", "--output", folder / "pages")
    relay("contract", "sync", folder / "pages", "--output", folder / "openapi.yaml")

    assert (folder / "openapi.yaml").read_bytes() == PUBLISHED.read_bytes()


def test_pages_can_be_written_again_over_the_same_ones(relay: Relay, folder: Path) -> None:
    runs = [relay("contract", "pages", RICH, "--output", folder / "pages").returncode for _ in range(2)]

    assert runs == [0, 0]


def test_a_page_that_would_be_left_over_is_refused_and_nothing_is_written(relay: Relay, folder: Path) -> None:
    (folder / "old.md").write_text("# Old\n")
    done = relay("contract", "pages", "--output", folder)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "has old.md, which the contract has no operation for; remove it first" in done.stderr
    assert list(contents(folder)) == ["old.md"]


def test_a_contract_without_operations_has_no_pages(relay: Relay, folder: Path) -> None:
    file = folder / "empty.yaml"
    file.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n")
    done = relay("contract", "pages", file, "--output", folder / "pages")

    assert (done.returncode, (folder / "pages").exists()) == (2, False)
    assert "has no operations" in done.stderr


def test_webhooks_are_named_and_get_no_page(relay: Relay, folder: Path) -> None:
    file = folder / "hooks.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: d}}}}}\n"
        "webhooks: {paid: {post: {responses: {'200': {description: d}}}}}\n"
    )
    done = relay("contract", "pages", file, "--output", folder / "pages")

    assert (done.returncode, done.stderr) == (0, "no pages for webhooks: paid\n")
    assert sorted(contents(folder / "pages")) == ["README.md", "a.md", "llms.txt"]


@pytest.fixture
def several(folder: Path) -> Path:
    """The first of the files of a contract."""
    (folder / "things.yaml").write_text("Thing: {type: object, properties: {parent: {$ref: '#/Thing'}}}\n")
    (folder / "paths.yaml").write_text(
        "get:\n  operationId: get_thing\n  responses:\n    '200':\n      description: It\n"
        "      content: {application/json: {schema: {$ref: 'things.yaml#/Thing'}}}\n"
    )
    root = folder / "root.yaml"
    root.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/thing: {$ref: paths.yaml}}\n")
    return root


def test_bundle_writes_several_files_as_one(relay: Relay, folder: Path, several: Path) -> None:
    done = relay("contract", "bundle", several, "--output", folder / "one.yaml")
    bundled = load_contract(folder / "one.yaml")

    assert (done.returncode, done.stderr) == (0, "")
    assert [each.label for each in bundled.operations] == ["GET /thing"]
    assert list(bundled.schemas) == ["Thing"]
    assert len(bundled.files) == 1


def test_bundle_writes_json_to_a_file_of_this_name(relay: Relay, folder: Path, several: Path) -> None:
    relay("contract", "bundle", several, "--output", folder / "one.json")
    printed = relay("contract", "bundle", several).stdout

    assert json.loads((folder / "one.json").read_bytes()) == read_value(printed.encode(), "")


def test_bundle_keeps_the_bytes_of_a_single_file(relay: Relay, folder: Path) -> None:
    relay("contract", "bundle", RICH, "--output", folder / "one.yaml")

    assert (folder / "one.yaml").read_bytes() == RICH.read_bytes()


def test_bundle_names_a_missing_file_and_writes_nothing(relay: Relay, folder: Path, several: Path) -> None:
    (folder / "things.yaml").unlink()
    done = relay("contract", "bundle", several, "--output", folder / "one.yaml")

    assert (done.returncode, len(done.stderr.splitlines()), (folder / "one.yaml").exists()) == (2, 1, False)
    assert "'things.yaml#/Thing' cannot be read" in done.stderr
    assert "paths.yaml" in done.stderr


SHOWN = """\
GET /things/{id}
Get a thing

operationId: get_thing
tags:        Things
security:    none

Parameters
  path id, required: integer, at least 1. Which thing

Responses
  200  The thing
    header X-Total, required: integer
    application/json: Thing, object
    ├─ name: string, "a" | "b", required. Its name
    └─ parent: Thing, see above
"""


def test_show_prints_parameters_bodies_as_trees_and_responses(relay: Relay, folder: Path) -> None:
    file = folder / "things.yaml"
    file.write_text("""\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, description: Which thing., schema: {type: integer, minimum: 1}}]
    get:
      operationId: get_thing
      summary: Get a thing
      tags: [Things]
      responses:
        '200':
          description: The thing
          headers: {X-Total: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string, enum: [a, b], description: Its name.}
        parent: {$ref: '#/components/schemas/Thing'}
""")
    done = relay("contract", "show", "get_thing", "--contract", file)

    assert (done.returncode, done.stdout, done.stderr) == (0, SHOWN, "")


@pytest.mark.parametrize("name", ["get_calls_providers", "GET /api/calls/providers", "get /api/calls/providers"])
def test_show_finds_an_operation_by_id_or_by_method_and_path(relay: Relay, name: str) -> None:
    assert relay("contract", "show", name).stdout.startswith("GET /api/calls/providers\n")


def test_show_prints_every_operation_of_a_contract_of_everything(relay: Relay) -> None:
    names = [operation.operation_id for operation in load_contract(RICH).operations]

    assert {relay("contract", "show", name, "--contract", RICH).returncode for name in names} == {0}


def test_show_suggests_a_name(relay: Relay) -> None:
    done = relay("contract", "show", "get_call_providers")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("has no operation 'get_call_providers'; did you mean 'get_calls_providers'?\n")


def test_show_prints_no_control_characters_of_a_contract(relay: Relay, folder: Path) -> None:
    file = folder / "c.yaml"
    file.write_text(
        'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'
        'paths: {/a: {get: {operationId: a, summary: "\\e[31m", responses: {"200": {description: "\\e]0;x\\a"}}}}}\n'
    )

    assert "\x1b" not in relay("contract", "show", "a", "--contract", file).stdout
