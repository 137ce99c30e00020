"""Imports go in one direction, without cycles, and only the edge reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Package -> what it may import of ours, beside itself.
ALLOWED = {
    "openapi": set[str](),
    "store": set[str](),
    "handlers": {"store"},
    "scripts": {"openapi", "handlers", "store"},
}
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ALLOWED
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {module: ast.parse(path.read_bytes()) for module, path in FILES.items()}


# The folders inside openapi, the lowest first: each may import only those above it in this list.
LAYERS = [
    "http",
    "documents",
    "schemas",
    "contract",
    "publishing",
    "parameters",
    "validation",
    "examples",
    "engine",
    "gateway",
    "server",
    "findings",
    "compatibility",
    "check",
    "proxy",
    "typescript",
    "scaffolding",
    "mock",
]


def imported(module: str) -> Iterator[str]:
    """The modules of ours that a module imports, wherever in it: in functions and for type checkers too."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = f"{'.' * node.level}{node.module or ''}"
            names = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] in ALLOWED or name.startswith("."))


IMPORTS = {module: set(imported(module)) for module in FILES}


def test_the_source_is_there() -> None:
    """The laws below would hold for nothing at all."""
    found = {module.partition(".")[0] for module in FILES}

    assert found == ALLOWED.keys()
    assert "openapi.server" in IMPORTS["scripts.cli.serve.wiring"]


def test_imports_are_absolute() -> None:
    relative = [f"{module}: {name}" for module, names in IMPORTS.items() for name in names if name.startswith(".")]

    assert relative == []


def test_what_is_imported_is_there() -> None:
    missing = [f"{module}: {name}" for module, names in IMPORTS.items() for name in names if name not in FILES]

    assert missing == []


def test_imports_go_in_one_direction() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        for package in (module.partition(".")[0],)
        for name in sorted(names)
        if name.partition(".")[0] not in {package, *ALLOWED[package]}
    ]

    assert wrong == []


def layer_of(module: str) -> str:
    """The folder inside openapi that a module is in."""
    return module.split(".")[1] if module.startswith("openapi.") else ""


def test_every_folder_of_openapi_has_its_layer() -> None:
    folders = {layer_of(module) for module in FILES if layer_of(module)} - {"extras", "pytest_plugin"}

    assert folders == set(LAYERS)


def test_folders_of_openapi_import_lower_ones_alone() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if (own := layer_of(module)) in LAYERS
        for name in sorted(names)
        if (other := layer_of(name)) not in (own, "extras")
        and (other not in LAYERS or LAYERS.index(other) > LAYERS.index(own))
    ]

    assert wrong == []


def public_classes() -> dict[str, list[str]]:
    """Name -> the modules that define a public class of that name."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for package in ALLOWED for path in (ROOT / package).rglob("*.py")):
        # The generated types have the names of the contract.
        for node in ast.walk(ast.parse(path.read_bytes())) if path.parent != ROOT / "handlers/types" else ():
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    return found


def test_no_public_class_name_is_borne_twice() -> None:
    assert {name: files for name, files in public_classes().items() if len(files) > 1} == {}


# Where a document is read as it is written; everything else asks the contract and its schemas.
READERS = {"documents", "schemas", "contract", "publishing"}
RAW_NAMES = {"$ref", "nullable"}
RAW_ATTRIBUTES = {"root", "definition", "path_item", "written", "resolved", "follow"}


def raw_reads(tree: ast.AST) -> list[str]:
    """What of a module reads a raw document: words of a dialect, attributes with raw objects, references followed."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in RAW_NAMES:
            found.append(f"{node.lineno}: {node.value!r}")
        if isinstance(node, ast.Attribute) and node.attr in RAW_ATTRIBUTES:
            found.append(f"{node.lineno}: .{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "resolve":
            # Path.resolve takes no positional argument here.
            found += [f"{node.lineno}: .resolve(...)"] if node.args else []
    return found


def test_raw_documents_are_read_by_the_contract_and_schemas_alone() -> None:
    found = [
        f"{module}:{read}"
        for module in FILES
        if module.startswith("openapi.") and layer_of(module) not in READERS
        for read in raw_reads(TREES[module])
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    ["schema.get('nullable')", "'$ref' in schema", "contract.root['paths']", "contract.resolve(schema)"],
)
def test_a_raw_read_is_found(text: str) -> None:
    assert raw_reads(ast.parse(text)) != []


def test_the_command_line_does_without_the_other_scripts() -> None:
    """Of `scripts` it alone is installed."""
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if module.startswith("scripts.cli")
        for name in sorted(names)
        if name.startswith("scripts") and not name.startswith("scripts.cli")
    ]

    assert wrong == []


def cycle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a ring; empty when there are none."""
    done: set[str] = set()

    def visit(module: str, above: list[str]) -> list[str]:
        if module in above:
            return [*above[above.index(module) :], module]
        if module in done:
            return []
        for name in sorted(imports.get(module, ())):
            if found := visit(name, [*above, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(imports) if (found := visit(module, []))), [])


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycle(IMPORTS) == []


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set[str]()}, []),
        ({"a": {"b", "c"}, "b": {"c"}}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": {"a"}}, ["a", "a"]),
    ],
)
def test_a_ring_of_imports_is_found(imports: dict[str, set[str]], found: list[str]) -> None:
    assert cycle(imports) == found


ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def environment_used(tree: ast.AST) -> list[int]:
    """The lines that name the environment: `os.environ`, `from os import getenv`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {a.name for a in node.names} & ENVIRONMENT)
    ]


def test_only_scripts_read_the_environment() -> None:
    below = {module: tree for module, tree in TREES.items() if not module.startswith("scripts.")}
    used = [f"{module}:{line}" for module, tree in below.items() for line in environment_used(tree)]

    assert used == []


def test_one_module_of_the_command_line_reads_the_environment() -> None:
    used = [module for module, tree in TREES.items() if module.startswith("scripts.cli") and environment_used(tree)]

    assert used == ["scripts.cli.settings"]


@pytest.mark.parametrize(
    "text", ["import os\nos.environ['A']", "import os as o\no.getenv('A')", "from os import environ"]
)
def test_a_look_into_the_environment_is_found(text: str) -> None:
    assert environment_used(ast.parse(text)) != []
