"""`tether-relay contract sync` merges pages, folders of pages, indexes and documents into one contract."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from openapi.contract import PUBLISHED, load_contract
from openapi.publishing.writing import as_yaml
from tests.loopback import Handler, listening
from tests.published import ERROR, document, operation, simple_page

Relay = Callable[..., CompletedProcess[str]]
PAGES = {
    "calls.md": simple_page("/calls"),
    "call.md": simple_page("/calls/{id}"),
    "new.md": simple_page("/calls", "post"),
}


@pytest.fixture
def pages(folder: Path) -> Path:
    """A folder with three pages."""
    (folder / "pages").mkdir()
    for name, content in PAGES.items():
        (folder / "pages" / name).write_bytes(content)
    return folder / "pages"


@contextmanager
def site(contents: dict[str, bytes]) -> Iterator[str]:
    """The address of a site with these contents."""

    class Site(Handler):
        def do_GET(self) -> None:
            found = contents.get(self.path)
            self.reply(404 if found is None else 200, found or b"")

    with listening(Site) as address:
        yield address


def labels(file: Path) -> list[str]:
    return [operation.label for operation in load_contract(file).operations]


def test_pages_of_a_folder_become_one_contract(relay: Relay, pages: Path) -> None:
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "wrote api.yaml from pages/call.md, pages/calls.md, pages/new.md\n"
    assert labels(pages.parent / "api.yaml") == ["GET /calls", "POST /calls", "GET /calls/{id}"]


def test_order_of_the_arguments_has_no_effect(relay: Relay, pages: Path) -> None:
    relay("contract", "sync", "pages/new.md", "pages/call.md", "pages/calls.md", "--output", "one.yaml")
    relay("contract", "sync", "pages/calls.md", "pages/new.md", "pages/call.md", "--output", "other.yaml")

    assert (pages.parent / "one.yaml").read_bytes() == (pages.parent / "other.yaml").read_bytes()


def test_second_run_changes_nothing(relay: Relay, pages: Path) -> None:
    relay("contract", "sync", "pages", "--output", "api.yaml")

    assert relay("contract", "sync", "pages", "--output", "api.yaml", "--check").returncode == 0


def test_conflicts_are_listed_and_nothing_is_written(relay: Relay, pages: Path) -> None:
    components = {"schemas": {"Error": {**ERROR, "type": "string"}}, "securitySchemes": {}}
    (pages / "odd.md").write_bytes(
        simple_page(
            "/odd", components=components | {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "basic"}}}
        )
    )
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert (done.returncode, done.stdout, (pages.parent / "api.yaml").exists()) == (2, "", False)
    first, second = done.stderr.splitlines()
    assert "call.md and pages/odd.md differ at #/components/schemas/Error/type" in first
    assert "(3 pages against 1)" in first
    assert "#/components/securitySchemes/bearerAuth/scheme" in second


def test_prose_that_differs_is_a_warning_or_an_error(relay: Relay, pages: Path) -> None:
    (pages / "odd.md").write_bytes(
        simple_page("/odd", info={"title": "Tether", "version": "1.0.0", "description": "Other"})
    )

    warned = relay("contract", "sync", "pages", "--output", "api.yaml")
    refused = relay("contract", "sync", "pages", "--output", "api.yaml", "--strict-prose")

    assert warned.returncode == 0
    assert "warning: " in warned.stderr
    assert "differ at #/info/description: " in warned.stderr
    assert (refused.returncode, "only prose differs" in refused.stderr) == (2, True)


def test_an_operation_that_vanished_is_refused_unless_it_is_named(relay: Relay, pages: Path) -> None:
    relay("contract", "sync", "pages", "--output", "api.yaml")
    before = (pages.parent / "api.yaml").read_bytes()
    (pages / "new.md").unlink()

    refused = relay("contract", "sync", "pages", "--output", "api.yaml")
    kept = (pages.parent / "api.yaml").read_bytes()
    done = relay("contract", "sync", "pages", "--output", "api.yaml", "--removed", "POST /calls")

    assert (refused.returncode, kept) == (2, before)
    assert "no page has POST /calls any more; if that is right, add --removed 'POST /calls'" in refused.stderr
    assert (done.returncode, labels(pages.parent / "api.yaml")) == (0, ["GET /calls", "GET /calls/{id}"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [("get_calls", "a page still has the operation"), ("GET /nowhere", "the contract has no such operation")],
)
def test_removed_must_name_an_operation_that_vanished(relay: Relay, pages: Path, name: str, reason: str) -> None:
    relay("contract", "sync", "pages", "--output", "api.yaml")
    done = relay("contract", "sync", "pages", "--output", "api.yaml", "--removed", name)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert reason in done.stderr


def test_components_that_only_a_removed_operation_reached_go_along(relay: Relay, pages: Path) -> None:
    components = {
        "schemas": {"Error": ERROR, "Only": {"type": "object"}},
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
    }
    (pages / "only.md").write_bytes(simple_page("/only", components=components))
    relay("contract", "sync", "pages", "--output", "api.yaml")
    (pages / "only.md").unlink()
    relay("contract", "sync", "pages", "--output", "api.yaml", "--removed", "get_only")

    assert "Only" not in load_contract(pages.parent / "api.yaml").schemas


def test_check_ends_with_the_verdict(relay: Relay, pages: Path) -> None:
    relay("contract", "sync", "pages", "--output", "api.yaml")
    (pages / "more.md").write_bytes(simple_page("/more"))
    done = relay("contract", "sync", "pages", "--output", "api.yaml", "--check")

    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "added GET /more"
    assert done.stdout.splitlines()[-1].startswith("verdict: compatible (a minor version)")


def test_index_of_a_folder_must_list_pages_that_are_there(relay: Relay, pages: Path) -> None:
    index = (
        "# API\n\n- [Calls](https://docs.example.com/api/calls.md)\n- [Gone](https://docs.example.com/api/gone.md)\n"
    )
    (pages / "llms.txt").write_text(index)
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert done.returncode == 2
    assert "it lists https://docs.example.com/api/gone.md, which is not in the folder; add the page" in done.stderr


def test_page_that_the_index_of_its_folder_does_not_list_is_a_warning(relay: Relay, pages: Path) -> None:
    (pages / "llms.txt").write_text(
        "- [Calls](https://docs.example.com/calls.md)\n- [Call](https://docs.example.com/call.md)\n"
    )
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert (done.returncode, done.stderr) == (0, "warning: pages/new.md is not listed in pages/llms.txt\n")


def test_index_at_a_url_leads_to_the_pages(relay: Relay, folder: Path) -> None:
    contents = {f"/api/{name}": content for name, content in PAGES.items()}
    links = "".join(f"- [{name}](/api/{name}): a page\n" for name in PAGES)
    contents |= {"/llms.txt": f"# Docs\n\n{links}- [Guide](guide/start.md)\n".encode(), "/guide/start.md": b"# Start\n"}
    with site(contents) as address:
        done = relay("contract", "sync", f"{address}/llms.txt", "--output", "api.yaml")

        assert done.stderr == f"warning: {address}/llms.txt: 1 page without an operation is left out\n"
    assert (done.returncode, labels(folder / "api.yaml")) == (0, ["GET /calls", "POST /calls", "GET /calls/{id}"])


def test_page_without_an_operation_beside_pages_with_one_is_a_warning(relay: Relay, folder: Path) -> None:
    contents = {"/api/calls.md": PAGES["calls.md"], "/api/cut.md": b"# Cut off\n"}
    contents["/llms.txt"] = b"- [a](api/calls.md)\n- [b](api/cut.md)\n"
    with site(contents) as address:
        done = relay("contract", "sync", f"{address}/llms.txt", "--output", "api.yaml")

    assert "/api/cut.md has no operation, but pages beside it have; it may be incomplete" in done.stderr


def test_entry_of_an_index_that_cannot_be_read_is_an_error(relay: Relay, folder: Path) -> None:
    with site({"/llms.txt": b"- [a](api/calls.md)\n"}) as address:
        done = relay("contract", "sync", f"{address}/llms.txt", "--output", "api.yaml")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"it lists {address}/api/calls.md, which cannot be fetched: Client error '404 Not Found'" in done.stderr


def test_published_document_is_held_against_the_pages(relay: Relay, pages: Path) -> None:
    other = document("/calls", "get", operation("get_calls", deprecated=True))
    (pages.parent / "openapi.yaml").write_bytes(as_yaml(other))
    done = relay("contract", "sync", "pages", "openapi.yaml", "--output", "api.yaml")

    assert done.returncode == 2
    assert "openapi.yaml and pages/calls.md differ at #/paths/~1calls/get/deprecated" in done.stderr


def test_operations_that_only_pages_or_the_document_have_are_warnings(relay: Relay, pages: Path) -> None:
    (pages.parent / "openapi.yaml").write_bytes(as_yaml(document("/more", "get", operation("get_more"))))
    done = relay("contract", "sync", "pages/calls.md", "openapi.yaml", "--output", "api.yaml")

    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "warning: openapi.yaml does not have GET /calls of pages/calls.md",
        "warning: no page has GET /more of openapi.yaml",
    ]


def test_redirect_to_another_host_is_told(relay: Relay, folder: Path) -> None:
    with site({"/page.md": PAGES["calls.md"]}) as address:
        there = address.replace("127.0.0.1", "localhost")

        class Moved(Handler):
            def do_GET(self) -> None:
                self.reply(302, Location=f"{there}/page.md")

        with listening(Moved) as here:
            done = relay("contract", "sync", f"{here}/page.md", "--output", "api.yaml")

    assert (done.returncode, done.stderr) == (
        0,
        f"warning: {here}/page.md was redirected to the host localhost\n",
    )


def test_redirects_that_do_not_end_are_refused(relay: Relay, folder: Path) -> None:
    class Round(Handler):
        def do_GET(self) -> None:
            self.reply(302, Location="/page.md")

    with listening(Round) as here:
        done = relay("contract", "sync", f"{here}/page.md", "--output", "api.yaml")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be fetched: it redirects more than 5 times" in done.stderr


def test_content_that_is_too_large_is_refused(relay: Relay, folder: Path) -> None:
    with site({"/page.md": bytes(33 * 1024 * 1024)}) as address:
        done = relay("contract", "sync", f"{address}/page.md", "--output", "api.yaml")

    assert done.returncode == 2
    assert "cannot be fetched: it has more than 32 MiB" in done.stderr


def test_document_alone_gives_its_own_bytes(relay: Relay, folder: Path) -> None:
    done = relay("contract", "sync", PUBLISHED, "--output", "api.yaml")

    assert (done.returncode, (folder / "api.yaml").read_bytes()) == (0, PUBLISHED.read_bytes())


def test_page_about_a_webhook_is_not_merged(relay: Relay, pages: Path) -> None:
    (pages / "hook.md").write_bytes(b"```yaml openapi.json webhook called\nopenapi: 3.1.0\npaths: {}\n```\n")
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert done.returncode == 0
    assert "warning: pages/hook.md is about a webhook, which no server answers; it is not merged" in done.stderr


def test_plain_http_is_refused_outside_of_this_machine(relay: Relay, folder: Path) -> None:
    done = relay("contract", "sync", "http://docs.example.com/llms.txt", "--output", "api.yaml")

    assert done.returncode == 2
    assert "cannot be fetched: http://docs.example.com/llms.txt is not an https URL; give one" in done.stderr


def test_present_contract_that_is_invalid_is_not_replaced(relay: Relay, pages: Path) -> None:
    (pages.parent / "api.yaml").write_text("openapi: [")
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert (done.returncode, (pages.parent / "api.yaml").read_text()) == (2, "openapi: [")
    assert "the present contract is invalid" in done.stderr


@pytest.mark.long
def test_three_hundred_pages_take_seconds(relay: Relay, folder: Path) -> None:
    (folder / "pages").mkdir()
    for number in range(300):
        (folder / f"pages/{number}.md").write_bytes(simple_page(f"/calls{number}/{{id}}"))
    start = time.monotonic()
    done = relay("contract", "sync", "pages", "--output", "api.yaml")

    assert (done.returncode, done.stdout) == (0, "wrote api.yaml from 300 pages\n")
    assert time.monotonic() - start < 30
    assert len(yaml.safe_load((folder / "api.yaml").read_bytes())["paths"]) == 300
