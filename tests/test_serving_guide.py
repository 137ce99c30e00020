"""docs/serving-your-contract.md, followed with a contract of five operations and a real server process."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

pytestmark = pytest.mark.long

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/serving-your-contract.md").read_text()
CONTRACT = ROOT / "tests/scripts/serve/shop.yaml"
PUBLIC = {"TETHER_RELAY_PUBLIC_OPERATIONS": "listItems"}


def initialize(folder: Path) -> None:
    program = Path(sys.executable).with_name("tether-relay")
    subprocess.run([program, "contract", "init", folder, "--contract", CONTRACT], check=True, capture_output=True)


@pytest.fixture(scope="module")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as `contract init` writes it."""
    folder = tmp_path_factory.mktemp("guide") / "shop"
    initialize(folder)
    return folder


@pytest.fixture(scope="module")
def project(empty_project: Path) -> Path:
    """The project with the files of the guide."""
    files = re.findall(r"^```(?:python|yaml)\n# (\S+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    for name, text in files:
        (empty_project / name).write_text(text)
    assert len(files) == 4
    return empty_project


@pytest.fixture(scope="module")
def shop(project: Path, running_server: Running) -> Iterator[Server]:
    """The server of the project."""
    arguments = ("--contract", str(project / "contract.yaml"), "--handlers", "shop")
    overlay = ("--overlay", str(project / "strict.yaml"))
    with running_server(*arguments, *overlay, environment=PUBLIC | {"PYTHONPATH": str(project)}) as server:
        yield server


def ask(server: Server, method: str, path: str, *, token: str | None = "", **options: object) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token or server.token('user_ada')}"}
    return server.client.request(method, path, headers=headers, **options)  # type: ignore[arg-type]


def parts(response: httpx.Response) -> tuple[int, object]:
    return response.status_code, response.json()


def test_an_operation_without_security_needs_no_token(shop: Server) -> None:
    assert parts(ask(shop, "GET", "/items", token=None)) == (200, [{"id": "cup"}, {"id": "pen"}])


def test_parameters_reach_the_handler(shop: Server) -> None:
    assert parts(ask(shop, "GET", "/items?limit=1", token=None)) == (200, [{"id": "cup"}])


def test_a_handler_chooses_a_declared_status(shop: Server) -> None:
    assert parts(ask(shop, "GET", "/items/cup")) == (200, {"id": "cup"})
    assert parts(ask(shop, "GET", "/items/none")) == (404, {"title": "There is no such item."})


def test_a_status_without_a_body_is_sent_without_one(shop: Server) -> None:
    response = ask(shop, "DELETE", "/items/unknown")

    assert (response.status_code, response.content) == (204, b"")


def test_the_caller_is_that_of_the_token(shop: Server) -> None:
    assert parts(ask(shop, "GET", "/me", token=shop.token("another_user"))) == (200, {"user": "another_user"})


@pytest.mark.parametrize("secret", [None, "another-secret-of-at-least-thirty-two-bytes"], ids=["no token", "other key"])
def test_a_request_without_a_valid_token_is_refused(shop: Server, secret: str | None) -> None:
    token = None if secret is None else shop.token("user_ada", secret)
    response = ask(shop, "GET", "/me", token=token)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


def test_errors_have_the_body_of_the_project(shop: Server) -> None:
    status, body = parts(ask(shop, "POST", "/orders", json={"itemId": "cup", "count": 0}))

    assert (status, sorted(dict(body))) == (400, ["code", "title"])  # type: ignore[call-overload]


def test_a_body_reaches_the_handler(shop: Server) -> None:
    answer = ask(shop, "POST", "/orders", json={"itemId": "cup", "count": 3})

    assert parts(answer) == (201, {"number": 3, "by": "user_ada"})


def test_an_answer_that_breaks_the_overlay_is_a_logged_500(shop: Server, eventually: Eventually) -> None:
    status, body = parts(ask(shop, "POST", "/orders", json={"itemId": "cup", "count": 100}))

    assert (status, dict(body)["code"]) == (500, "RESPONSE_INVALID")  # type: ignore[call-overload]
    assert eventually(lambda: "RESPONSE_INVALID" in shop.output)


def test_an_answer_that_breaks_the_contract_is_a_logged_500(
    project: Path, running_server: Running, eventually: Eventually
) -> None:
    wrong = project.parent / "wrong"
    (wrong / "wrong_shop").mkdir(parents=True)
    for file in (project / "shop").glob("*.py"):
        text = file.read_text().replace('{"user": caller.user_id}', '{"user": 1}').replace("shop.", "wrong_shop.")
        (wrong / "wrong_shop" / file.name).write_text(text)
    arguments = ("--contract", str(project / "contract.yaml"), "--handlers", "wrong_shop")
    with running_server(*arguments, environment=PUBLIC | {"PYTHONPATH": str(wrong)}) as server:
        status, body = parts(ask(server, "GET", "/me"))

        assert (status, dict(body)["code"]) == (500, "RESPONSE_INVALID")  # type: ignore[call-overload]
        assert eventually(lambda: "RESPONSE_INVALID" in server.output)


def test_a_new_project_is_typed(tmp_path: Path) -> None:
    initialize(tmp_path / "shop")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "/dev/null", "shop"]
    done = subprocess.run(mypy, cwd=tmp_path / "shop", capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_tests_of_the_project_pass(project: Path) -> None:
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(pytest_, cwd=project, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
