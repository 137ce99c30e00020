"""mypy finds the handlers that a change of the contract breaks; what it cannot see, `--check` tells."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi.scaffolding.scaffold import scaffold
from tests.openapi.scaffolding.widgets import answer, contract_of, document, note, project_of, reference

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[3]
Change = Callable[[dict[str, Any]], Any]


def get(written: dict[str, Any]) -> Any:
    return written["paths"]["/widgets/{id}"]["get"]


def schemas(written: dict[str, Any]) -> Any:
    return written["components"]["schemas"]


def one_more_note(written: dict[str, Any]) -> None:
    schemas(written)["Picture"] = note("picture", url={"type": "string"})
    body = written["paths"]["/notes"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["oneOf"].append(reference("Picture"))
    body["discriminator"]["mapping"]["picture"] = "Picture"


# Change -> the module that mypy finds broken.
FOUND: dict[str, tuple[str, Change]] = {
    "type of a parameter": ("widgets", lambda d: get(d)["parameters"][0].update(schema={"type": "integer"})),
    "required parameter added": (
        "widgets",
        lambda d: get(d)["parameters"].append(
            {"name": "size", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
    ),
    "optional parameter added": (
        "widgets",
        lambda d: get(d)["parameters"].append({"name": "size", "in": "query", "schema": {"type": "string"}}),
    ),
    "parameter removed": ("widgets", lambda d: get(d)["parameters"].pop()),
    "parameter renamed": ("widgets", lambda d: get(d)["parameters"][2].update(name="part")),
    "parameter became optional": ("widgets", lambda d: get(d)["parameters"][2].pop("required")),
    "operation became public": ("widgets", lambda d: get(d).pop("security")),
    "status removed": ("widgets", lambda d: get(d)["responses"].pop("404")),
    "schema of a status changed": ("widgets", lambda d: get(d)["responses"].update({"404": answer("Text")})),
    "response property renamed": (
        "widgets",
        lambda d: schemas(d)["Error"].update(required=["text"], properties={"text": {"type": "string"}}),
    ),
    "type of a response property": (
        "widgets",
        lambda d: schemas(d)["Widget"]["properties"].update(name={"type": "integer"}),
    ),
    "required response property added": (
        "widgets",
        lambda d: schemas(d)["Widget"].update(
            required=["name", "color", "size"],
            properties={**schemas(d)["Widget"]["properties"], "size": {"type": "integer"}},
        ),
    ),
    "value removed from an enum": (
        "notes",
        lambda d: schemas(d)["Widget"]["properties"].update(color={"type": "string", "enum": ["red"]}),
    ),
    "type of a body property": ("notes", lambda d: schemas(d)["Text"]["properties"].update(text={"type": "integer"})),
    "body property removed": ("notes", lambda d: schemas(d).update(Text=note("text"))),
    "body property became nullable": (
        "notes",
        lambda d: schemas(d)["Text"]["properties"].update(text={"type": "string", "nullable": True}),
    ),
    "alternative of a body added": ("notes", one_more_note),
    "body removed": ("notes", lambda d: d["paths"]["/notes"]["post"].pop("requestBody")),
    "body became optional": ("notes", lambda d: d["paths"]["/notes"]["post"]["requestBody"].pop("required")),
    "operation removed": ("notes", lambda d: d["paths"].pop("/notes")),
}
UNSEEN: dict[str, Change] = {
    "nothing": lambda d: None,
    "description": lambda d: schemas(d)["Widget"].update(description="A thing"),
    "body property became optional": lambda d: schemas(d)["Text"].update(required=["kind"]),
    "operation added": lambda d: d["paths"].update(
        {"/other": {"get": {"operationId": "get_other", "responses": {"200": answer("Widget")}}}}
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """The changes with the modules in which mypy finds errors. One run checks a package for each change."""
    folder = tmp_path_factory.mktemp("packages")
    changes = {**{name: change for name, (_, change) in FOUND.items()}, **UNSEEN}
    names = {f"p{number}": name for number, name in enumerate(changes)}
    for package, name in names.items():
        written = document()
        changes[name](written)
        project_of(written, folder / package)
    environment = os.environ | {"MYPYPATH": f"{ROOT}:{folder}"}
    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "--no-error-summary", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    errors = [
        re.match(r"(?:.*/)?(p\d+)/(types/)?(\w+)\.py:\d+: error: (.*)", line) for line in done.stdout.splitlines()
    ]
    found = set()
    for error in filter(None, errors):
        package, generated, module, text = error.groups()
        # An error in the module of conformance names the Protocol that a coroutine does not fit.
        home = module if not generated else "notes" if '"CreateNote"' in text else "widgets"
        found.add((names[package], home))
    return found


@pytest.mark.parametrize(("change", "module"), [(name, module) for name, (module, _) in FOUND.items()])
def test_mypy_finds_the_handler_that_a_change_breaks(broken: set[tuple[str, str]], change: str, module: str) -> None:
    assert (change, module) in broken


@pytest.mark.parametrize("change", UNSEEN)
def test_mypy_does_not_see_what_only_the_check_and_the_diff_tell(broken: set[tuple[str, str]], change: str) -> None:
    assert [module for name, module in broken if name == change] == []


def test_the_check_names_the_coroutine_of_a_removed_operation(tmp_path: Path) -> None:
    layout = project_of(document(), tmp_path / "package")
    written = document()
    written["paths"].pop("/notes")
    found = scaffold(contract_of(written), layout)

    assert found.surplus == [
        f"{tmp_path}/package/notes.py:10: create_note is no operation of the contract; "
        "remove it, or begin its name with _"
    ]


def test_the_check_finds_the_types_out_of_date_when_a_property_became_optional(tmp_path: Path) -> None:
    project_of(document(), tmp_path / "package")
    written = document()
    UNSEEN["body property became optional"](written)
    layout = project_of(document(), tmp_path / "again")
    files = {path: path.read_text() for path in (tmp_path / "again").rglob("*.py")}
    found = scaffold(contract_of(written), type(layout)("again", layout.folder, files))

    assert [path.name for path in found.files] == ["schemas.py"]
