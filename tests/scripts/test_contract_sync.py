"""`tether-relay contract sync` extracts the contract from its published page, byte for byte."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from openapi.contract import PUBLISHED
from tests.frozen import FROZEN
from tests.frozen import FROZEN_PAGE as PAGE
from tests.loopback import Handler, listening

Relay = Callable[..., CompletedProcess[str]]


@pytest.fixture
def output(folder: Path) -> Path:
    return folder / "contract.yaml"


@contextmanager
def published(pages: dict[str, bytes]) -> Iterator[str]:
    """The address of a site with these pages; `/moved` leads to `/page`."""

    class Site(Handler):
        def do_GET(self) -> None:
            found = pages.get(self.path)
            status = 302 if self.path == "/moved" else 404 if found is None else 200
            self.reply(status, found or b"", Location="/page")

    with listening(Site) as address:
        yield address


def test_the_file_equals_the_document_of_the_page_byte_for_byte(relay: Relay, output: Path) -> None:
    done = relay("contract", "sync", PAGE, "--output", output)

    assert (done.returncode, done.stdout) == (0, f"wrote {output} from {PAGE}\n")
    assert output.read_bytes() == FROZEN.read_bytes()


def test_line_ends_and_unusual_bytes_are_preserved(relay: Relay, output: Path, folder: Path) -> None:
    content = FROZEN.read_bytes().replace(b"\n", b"\r\n") + b"# caf\xc3\xa9\t  \r\n\r\n"
    page = folder / "page.md"
    page.write_bytes(b"# Page\r\n\r\n````yaml x.yaml get /api/calls/providers\r\n" + content + b"````\r\n")
    relay("contract", "sync", page, "--output", output)

    assert output.read_bytes() == content


def test_without_a_page_the_kept_pages_are_used(relay: Relay, output: Path) -> None:
    done = relay("contract", "sync", "--output", output)

    assert (done.returncode, output.read_bytes()) == (0, PUBLISHED.read_bytes())


def test_the_kept_pages_and_the_contract_agree(relay: Relay) -> None:
    assert relay("contract", "sync", "--check").returncode == 0


def test_several_pages_with_the_same_document_are_accepted(relay: Relay, output: Path, folder: Path) -> None:
    other = folder / "other.md"
    other.write_bytes(PAGE.read_bytes().replace(b"# Get the active", b"# Another title"))
    done = relay("contract", "sync", PAGE, other, "--output", output)

    assert (done.returncode, done.stdout) == (0, f"wrote {output} from {', '.join(sorted([str(PAGE), str(other)]))}\n")
    assert "is a copy of" in done.stderr
    assert output.read_bytes() == FROZEN.read_bytes()


def test_pages_with_different_documents_are_refused(relay: Relay, output: Path, folder: Path) -> None:
    other = folder / "other.md"
    other.write_bytes(PAGE.read_bytes().replace(b"version: 1.0.0", b"version: 1.0.1"))
    done = relay("contract", "sync", PAGE, other, "--output", output)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    names = " and ".join(sorted([str(PAGE), str(other)]))
    assert f"{names} differ at #/info/version: " in done.stderr
    assert "(1 page against 1)" in done.stderr
    assert not output.exists()


@pytest.mark.parametrize("address", ["/page", "/moved"])
def test_a_page_may_be_at_a_url(relay: Relay, output: Path, address: str) -> None:
    with published({"/page": PAGE.read_bytes()}) as site:
        done = relay("contract", "sync", site + address, "--output", output)

    assert (done.returncode, done.stderr) == (0, "")
    assert output.read_bytes() == FROZEN.read_bytes()


def test_a_url_with_status_404_is_named_in_one_line(relay: Relay, output: Path) -> None:
    with published({}) as site:
        done = relay("contract", "sync", f"{site}/page", "--output", output)

    assert (done.returncode, len(done.stderr.splitlines()), output.exists()) == (2, 1, False)
    assert "cannot be fetched: Client error '404 Not Found'" in done.stderr


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/page", "http://a..b/", "http://[", "http://", "https://", "http://x:99999/"],
    ids=ascii,
)
def test_an_unreachable_or_invalid_url_is_named_in_one_line(relay: Relay, output: Path, address: str) -> None:
    done = relay("contract", "sync", address, "--output", output)

    assert (done.returncode, len(done.stderr.splitlines()), output.exists()) == (2, 1, False)
    assert "cannot be fetched: " in done.stderr


def test_check_accepts_an_equal_file(relay: Relay, output: Path) -> None:
    output.write_bytes(FROZEN.read_bytes())
    done = relay("contract", "sync", PAGE, "--check", "--output", output)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{output} is up to date with {PAGE}\n", "")


def test_check_shows_the_difference_and_changes_nothing(relay: Relay, output: Path) -> None:
    old = FROZEN.read_bytes().replace(b"  version: 1.0.0", b"  version: 0.9.0")
    output.write_bytes(old)
    done = relay("contract", "sync", PAGE, "--check", "--output", output)
    changed = [line for line in done.stdout.splitlines() if line[0] in "+-"]

    assert done.returncode == 1
    assert changed == [f"--- {output}", f"+++ {PAGE}", "-  version: 0.9.0", "+  version: 1.0.0"]
    assert done.stderr == f"{output} differs from {PAGE}; run `tether-relay contract sync {PAGE}` to update it\n"
    assert output.read_bytes() == old


def test_check_detects_different_line_ends(relay: Relay, output: Path) -> None:
    output.write_bytes(FROZEN.read_bytes().replace(b"\n", b"\r\n"))

    assert relay("contract", "sync", PAGE, "--check", "--output", output).returncode == 1


def test_check_treats_a_missing_file_as_empty(relay: Relay, output: Path) -> None:
    done = relay("contract", "sync", PAGE, "--check", "--output", output)

    assert (done.returncode, output.exists()) == (1, False)
    assert "+openapi: 3.0.3" in done.stdout.splitlines()


BROKEN: dict[str, tuple[bytes, bytes, str]] = {
    "no block": (b"````yaml /api", b"````json /api", "the page has no block of the form"),
    "cut off": (b"bearerFormat: JWT\n\n````", b"bearerFormat: JWT\n", "the code block has no closing fence"),
    "not about its document": (b"get /api/calls", b"post /api/calls", "its document does not have this operation"),
    "OpenAPI 4": (b"openapi: 3.0.3", b"openapi: 4.0.0", "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are supported"),
    "bad YAML": (b"info:\n", b"info: [\n", "line "),
    "broken reference": (b"schemas/CallsErrorResponse'", b"schemas/Missing'", "does not exist"),
    "no operationId": (b"operationId: get_calls_providers", b"x-id: none", "the operation has no operationId"),
}


@pytest.mark.parametrize(("old", "new", "reason"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("check", [[], ["--check"]], ids=["write", "check"])
def test_a_broken_page_is_refused_and_the_file_stays(
    relay: Relay, output: Path, folder: Path, old: bytes, new: bytes, reason: str, check: list[str]
) -> None:
    page = folder / "broken.md"
    assert old in PAGE.read_bytes()
    page.write_bytes(PAGE.read_bytes().replace(old, new))
    output.write_bytes(b"as it was")
    done = relay("contract", "sync", page, "--output", output, *check)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"tether-relay: {page}")
    assert reason in done.stderr
    assert output.read_bytes() == b"as it was"


@pytest.mark.parametrize("page", ["missing.md", ".", "ftp://127.0.0.1/page"])
def test_a_page_that_cannot_be_read_is_named(relay: Relay, output: Path, page: str) -> None:
    done = relay("contract", "sync", page, "--output", output)

    assert (done.returncode, done.stdout, output.exists()) == (2, "", False)
    assert f"{page}: cannot be read: " in done.stderr


@pytest.mark.parametrize("place", ["missing/contract.yaml", "file/contract.yaml", "."])
def test_an_output_that_cannot_be_written_is_named(relay: Relay, folder: Path, place: str) -> None:
    (folder / "file").touch()
    done = relay("contract", "sync", PAGE, "--output", place)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{place}: cannot be written: " in done.stderr
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_an_output_that_cannot_be_compared_is_named(relay: Relay) -> None:
    done = relay("contract", "sync", PAGE, "--check", "--output", ".")

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "tether-relay: .: cannot be read: Is a directory\n")
