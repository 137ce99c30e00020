"""What is written for a contract, and what is left alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi.scaffolding.problems import ScaffoldError
from openapi.scaffolding.scaffold import Layout, Scaffold, scaffold
from tests.openapi.scaffolding.widgets import answer, contract_of, document

FOLDER = Path("handlers")
TESTS = Path("tests")
OVERLAY = Path("strict.yaml")
HANDLERS = '"""Widgets."""\n\nfrom __future__ import annotations\n\nasync def get_widget() -> int:\n  return 1 # mine\n'
ACTIONS = "overlay: 1.0.0\ninfo: {title: x, version: '1'}\nactions:\n  - target: $.info\n    update: {title: y}\n"


def scaffolded(
    written: dict[str, Any], files: dict[Path, str] | None = None, only: tuple[str, ...] = (), **options: Any
) -> Scaffold:
    return scaffold(contract_of(written), Layout("handlers", FOLDER, files or {}, **options), only)


def renamed(operation_id: str, tag: str = "Notes") -> dict[str, Any]:
    """The contract with other names of its POST."""
    written = document()
    written["paths"]["/notes"]["post"].update(operationId=operation_id, tags=[tag])
    return written


def test_an_empty_project_gets_types_coroutines_and_tests() -> None:
    found = scaffolded(document(), tests=TESTS)

    assert sorted(map(str, found.files)) == [
        "handlers/notes.py",
        "handlers/types/__init__.py",
        "handlers/types/conformance.py",
        "handlers/types/operations.py",
        "handlers/types/schemas.py",
        "handlers/widgets.py",
        "tests/test_create_note.py",
        "tests/test_get_widget.py",
    ]


def test_a_second_time_nothing_is_written() -> None:
    first = scaffolded(document(), tests=TESTS)

    assert scaffolded(document(), first.files, tests=TESTS).files == {}


def test_a_coroutine_that_exists_is_never_edited() -> None:
    path = FOLDER / "widgets.py"

    assert path not in scaffolded(document(), {path: HANDLERS}).files


def test_a_coroutine_in_another_module_counts() -> None:
    found = scaffolded(document(), {FOLDER / "elsewhere.py": HANDLERS})

    assert FOLDER / "widgets.py" not in found.files
    assert "_elsewhere.get_widget" in found.files[FOLDER / "types/conformance.py"]


def test_a_coroutine_in_the_package_itself_does_not_count() -> None:
    assert FOLDER / "widgets.py" in scaffolded(document(), {FOLDER / "__init__.py": HANDLERS}).files


def test_a_coroutine_is_added_after_what_is_there() -> None:
    written = renamed("create_note", "Widgets")
    source = scaffolded(written, {FOLDER / "widgets.py": HANDLERS}).files[FOLDER / "widgets.py"]

    assert "async def get_widget() -> int:\n  return 1 # mine\n" in source
    assert source.index("get_widget") < source.index("async def create_note(")
    assert (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from handlers.types import operations\n" in source
    )


def test_only_the_named_operations_get_coroutines() -> None:
    found = scaffolded(document(), only=("get_widget",))

    assert FOLDER / "notes.py" not in found.files
    assert "create_note" not in found.files[FOLDER / "types/conformance.py"]


def test_tests_are_written_once() -> None:
    files = {TESTS / "test_get_widget.py": "# mine"}

    assert TESTS / "test_get_widget.py" not in scaffolded(document(), files, tests=TESTS).files


def test_each_declared_status_has_a_skipped_test() -> None:
    source = scaffolded(document(), tests=TESTS).files[TESTS / "test_get_widget.py"]
    names = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]

    assert names == ["test_get_widget_answers_200", "test_get_widget_answers_404"]
    assert source.count("@pytest.mark.skip(reason=") == 2


def test_new_response_schemas_are_promised_once() -> None:
    first = scaffolded(document(), {OVERLAY: ACTIONS}, promises=OVERLAY)
    actions = yaml.safe_load(first.files[OVERLAY])["actions"]
    again = scaffolded(document(), {OVERLAY: first.files[OVERLAY]}, promises=OVERLAY)

    assert [action["target"] for action in actions] == [
        "$.info",
        "$.components.schemas.Error",
        "$.components.schemas.Widget",
    ]
    assert OVERLAY not in again.files


def test_the_answers_of_served_operations_are_not_promised() -> None:
    files = {OVERLAY: ACTIONS, FOLDER / "widgets.py": HANDLERS}

    assert OVERLAY not in scaffolded(document(), files, promises=OVERLAY).files


def test_what_requests_have_is_not_promised() -> None:
    written = document()
    written["paths"]["/notes"]["post"]["responses"]["201"] = answer("Text")
    source = scaffolded(written, {OVERLAY: ACTIONS}, promises=OVERLAY).files[OVERLAY]

    assert "Text" not in source


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("Voice Calls", "voice_calls"),
        ("a/b c", "a_b_c"),
        ("VoiceCalls", "voice_calls"),
        ("../../etc", "etc"),
        ("class", "class_"),
        ("2FA", "tag_2fa"),
        ("", "default"),
        ("💥", "default"),
        ("Types", "types_operations"),
        ("Errors", "errors_operations"),
    ],
)
def test_a_tag_names_a_module(tag: str, name: str) -> None:
    errors = {FOLDER / "errors.py": "class WidgetError(Exception):\n    pass\n"}

    assert FOLDER / f"{name}.py" in scaffolded(renamed("create_note", tag), errors).files


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [("import", "import_"), ("2fa", "op_2fa"), ("_x", "op__x"), ("create-note", "create_note"), ("a b/c", "a_b_c")],
)
def test_an_odd_operation_id_names_a_coroutine(operation_id: str, name: str) -> None:
    source = scaffolded(renamed(operation_id)).files[FOLDER / "notes.py"]

    assert [node.name for node in ast.parse(source).body if isinstance(node, ast.AsyncFunctionDef)] == [name]


def test_two_operation_ids_of_one_name_are_refused() -> None:
    with pytest.raises(ScaffoldError, match=r"'get-widget' and 'get_widget' both need .* get_widget; change one"):
        scaffolded(renamed("get-widget"))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def broken(:", r"handlers/notes.py:1: it is not valid Python \(invalid syntax\); correct it first"),
        ("a = '\0'", "handlers/notes.py.* is not valid Python"),
        ("from x import create_note\nasync def y(): ...", "handlers/notes.py:1: create_note is defined here, but not"),
        ("async def y(): ...\nclass create_note: ...", "handlers/notes.py:2: create_note is defined here, but not"),
        ("async def y(): ...\ndef create_note(): ...", "handlers/notes.py:2: create_note is defined here, but not"),
        ("async def y(): ...\ncreate_note = y", "handlers/notes.py:2: create_note is defined here, but not"),
        ("async def y(): ...\noperations = 1", "handlers/notes.py:2: `operations` is defined here"),
    ],
)
def test_a_module_that_cannot_be_extended_is_refused(source: str, reason: str) -> None:
    with pytest.raises(ScaffoldError, match=reason):
        scaffolded(document(), {FOLDER / "notes.py": source})


def test_a_coroutine_in_two_modules_is_refused() -> None:
    files = {FOLDER / "a.py": HANDLERS, FOLDER / "b.py": HANDLERS}

    with pytest.raises(ScaffoldError, match=r"get_widget is defined twice, at handlers/a\.py:5 and handlers/b\.py:5"):
        scaffolded(document(), files)


def test_types_that_a_person_wrote_are_not_overwritten() -> None:
    with pytest.raises(ScaffoldError, match=r"handlers/types/schemas\.py was not generated; move it"):
        scaffolded(document(), {FOLDER / "types/schemas.py": "class Widget: ..."})


def test_an_unknown_operation_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ScaffoldError, match="no operation 'get_widgets'; did you mean 'get_widget'"):
        scaffolded(document(), only=("get_widgets",))


@pytest.mark.parametrize(
    ("names", "reason"),
    [(("a-b", "a_b"), "two arguments have the name 'a_b'"), (("caller",), "'caller'"), (("é",), "letters of ASCII")],
)
def test_parameters_without_a_name_of_their_own_are_refused(names: tuple[str, ...], reason: str) -> None:
    written = document()
    written["paths"]["/widgets/{id}"]["get"]["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in names
    ]

    with pytest.raises(ScaffoldError, match=reason):
        scaffolded(written)


@pytest.mark.parametrize("overlay", ["actions: []\nx: 1\n", "- a\n", "actions: [{target: $.info, update: {}}]\n"])
def test_an_overlay_that_cannot_be_extended_is_refused(overlay: str) -> None:
    with pytest.raises(ScaffoldError, match=r"strict\.yaml"):
        scaffolded(document(), {OVERLAY: overlay}, promises=OVERLAY)


def test_a_coroutine_without_an_operation_is_told() -> None:
    found = scaffolded(document(), {FOLDER / "old.py": "async def get_old(): ...\nasync def _inner(): ..."})

    assert found.surplus == [
        "handlers/old.py:1: get_old is no operation of the contract; remove it, or begin its name with _"
    ]
