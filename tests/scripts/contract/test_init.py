"""`tether-relay contract init` writes a project, or one line and nothing; `serve` refuses projects that cannot run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Relay = Callable[..., CompletedProcess[str]]

SHOP = Path(__file__).parent.parent / "serve/shop.yaml"
ALONE = """
openapi: 3.0.3
info: {title: T, version: '1'}
paths: {/a: {get: {operationId: getA, responses: {'200': {description: d}}}}}
"""
HANDLER = "async def getA(): ...\n"


@pytest.fixture
def contract(folder: Path) -> Path:
    path = folder / "alone.yaml"
    path.write_text(ALONE)
    return path


@pytest.fixture
def serve(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Runs `serve`, which imports packages of the current folder, in this process."""
    monkeypatch.setattr(sys, "path", sys.path[:])
    before = set(sys.modules)
    yield partial(relay, "serve")
    here = str(Path.cwd())
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(here):
            del sys.modules[name]


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refusal(done: CompletedProcess[str]) -> str:
    """The one line of a command that ended with 2."""
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    return done.stderr


def test_a_project_has_a_coroutine_for_each_operation(relay: Relay, folder: Path) -> None:
    done = relay("contract", "init", "shop", "--contract", SHOP)

    assert done.returncode == 0
    assert "async def placeOrder(" in (folder / "shop/shop/orders.py").read_text()
    assert (folder / "shop/contract.yaml").read_bytes() == SHOP.read_bytes()
    assert {"Containerfile", "pyproject.toml", "tests"} <= {path.name for path in (folder / "shop").iterdir()}


def test_an_empty_folder_is_filled(relay: Relay, folder: Path) -> None:
    (folder / "shop").mkdir()

    assert relay("contract", "init", "shop", "--contract", SHOP).returncode == 0


@pytest.mark.parametrize("name", ["handlers", "store", "tests", "class", "4shop"])
def test_the_package_gets_a_name_that_python_and_the_program_permit(relay: Relay, folder: Path, name: str) -> None:
    done = relay("contract", "init", name, "--contract", SHOP)

    assert done.returncode == 0, done.stderr


def test_a_folder_that_is_not_empty_is_refused(relay: Relay, folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shop/mine.txt").touch()
    before = files_of(folder)

    assert "shop is not an empty folder; name a new one" in refusal(
        relay("contract", "init", "shop", "--contract", SHOP)
    )
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n", "has no operations"),
        ("openapi: 3.0.3\npaths: {}\n", "info"),
        ("a: [", "line 2"),
        (ALONE.replace("{description: d}", "{$ref: 'other.yaml#/r'}"), "other.yaml"),
    ],
    ids=["no operations", "invalid", "no YAML", "a missing file"],
)
def test_a_contract_that_cannot_be_served_is_refused(relay: Relay, folder: Path, text: str, reason: str) -> None:
    (folder / "bad.yaml").write_text(text)

    assert reason in refusal(relay("contract", "init", "shop", "--contract", "bad.yaml"))
    assert files_of(folder) == ["bad.yaml"]


def test_a_missing_contract_is_refused(relay: Relay, folder: Path) -> None:
    assert "cannot be read" in refusal(relay("contract", "init", "shop", "--contract", "none.yaml"))
    assert files_of(folder) == []


def test_a_contract_of_several_files_must_be_bundled(relay: Relay, folder: Path) -> None:
    (folder / "other.yaml").write_text("r: {description: d}\n")
    (folder / "parts.yaml").write_text(ALONE.replace("{description: d}", "{$ref: 'other.yaml#/r'}"))

    assert "needs other files" in refusal(relay("contract", "init", "shop", "--contract", "parts.yaml"))
    assert files_of(folder) == ["other.yaml", "parts.yaml"]


@pytest.mark.parametrize("name", ["openapi", "a-b", "class"])
def test_a_name_that_no_package_can_have_is_refused(relay: Relay, folder: Path, name: str) -> None:
    done = relay("contract", "init", "shop", "--contract", SHOP, "--package", name)

    assert "choose another with --package" in refusal(done)
    assert files_of(folder) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--contract", "alone.yaml"), "--contract needs --handlers PACKAGE too"),
        (("--handlers", "mine"), "--handlers needs --contract FILE too"),
        (("--overlay", "o.yaml"), "--overlay is for a contract of your own"),
        (("--contract", "alone.yaml", "--handlers", "mine", "--demo"), "--demo has data for the Tether API only"),
        (("--contract", "alone.yaml", "--handlers", "not_there"), "there is no package 'not_there'"),
        (("--contract", "alone.yaml", "--handlers", "mine.not_there"), "there is no package 'mine.not_there'"),
        (("--contract", "alone.yaml", "--handlers", "a b"), "is not the name of a package"),
        (("--contract", "alone.yaml", "--handlers", "handlers"), "has the name of a part of tether-relay"),
        (("--contract", "alone.yaml", "--handlers", "single"), "single is a module; move its coroutines"),
        (("--contract", "alone.yaml", "--handlers", "broken"), "broken cannot be imported: ZeroDivisionError"),
        (("--contract", "alone.yaml", "--handlers", "hooked"), "hooked.services() failed: KeyError"),
        (("--contract", "alone.yaml", "--handlers", "unnamed"), "services() must return a dict"),
        (("--contract", "alone.yaml", "--handlers", "nothing"), "no handler for getA (GET /a): write `async def getA"),
        (("--contract", "alone.yaml", "--handlers", "greedy"), "takes 'other', but the server passes no arguments"),
        (("--contract", "none.yaml", "--handlers", "mine"), "none.yaml: cannot be read"),
        (("--contract", "alone.yaml", "--handlers", "mine", "--overlay", "none.yaml"), "none.yaml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_project_that_cannot_be_served_is_refused(
    serve: Relay, folder: Path, contract: Path, arguments: tuple[str, ...], reason: str
) -> None:
    packages = {
        "mine": ("", HANDLER),
        "broken": ("1 / 0", HANDLER),
        "hooked": ("def services(): return {}['a']", HANDLER),
        "unnamed": ("def services(): return []", HANDLER),
        "nothing": ("", ""),
        "greedy": ("", "async def getA(other): ...\n"),
    }
    for name, (init, module) in packages.items():
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(init)
        (folder / name / "module.py").write_text(module)
    (folder / "single.py").write_text(HANDLER)

    assert reason in refusal(serve(*arguments, "--allow-public"))


def test_a_contract_with_security_needs_a_key(relay: Relay, serve: Relay, folder: Path) -> None:
    relay("contract", "init", "shop", "--contract", SHOP)
    done = serve("--contract", "shop/contract.yaml", "--handlers", "shop.shop", "--allow-public")

    assert "no key to verify tokens with: set TETHER_RELAY_JWT_SECRET" in refusal(done)


def test_a_public_operation_of_a_project_must_be_permitted(serve: Relay, folder: Path, contract: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine/__init__.py").touch()
    (folder / "mine/module.py").write_text(HANDLER)

    assert "declares getA public" in refusal(serve("--contract", "alone.yaml", "--handlers", "mine"))
