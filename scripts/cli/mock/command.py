"""`tether-relay mock`: mock the API without a backend."""

from __future__ import annotations

import asyncio
import shlex
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from openapi.contract import PUBLISHED
from openapi.documents.errors import ContractError
from openapi.http.foreign_text import printable, printable_line
from openapi.http.messages import Request
from openapi.mock.app import create_mock
from openapi.mock.log.log import LoggedExchange
from openapi.mock.mocking import Mock
from openapi.mock.requests.suggestions import did_you_mean
from openapi.mock.scenarios.scenario_file import SCENARIOS
from openapi.mock.settings import MockSettings
from scripts.cli.addresses import listening
from scripts.cli.document_options import strict_document_option
from scripts.cli.failures import Refused
from scripts.cli.mock.arguments import MockCommand, sources_of
from scripts.cli.mock.options import envelope_of, examples_option
from scripts.cli.mock.server import in_thread, run

if TYPE_CHECKING:
    from openapi.mock.upstream import UpstreamMode

# Seconds to wait for the first request before the work that can wait begins.
_QUIET: Final = 1.0
# The most warnings that are printed; the panel lists all.
_MOST_WARNINGS: Final = 20
# The most violations of one exchange that are printed, and the most characters of a path or a sentence.
_MOST_VIOLATIONS: Final = 10
_LONGEST: Final = 300
_VIOLATION: Final = "violation"


@click.command(cls=MockCommand)
@click.argument("contracts", metavar="[CONTRACT]...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "-p", "--port", type=click.IntRange(1, 65535), default=2212, show_default=True, help="The port to listen on."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of generated data and shares.")
@click.option("--dynamic", is_flag=True, help="Generate new data for each request, instead of sending examples.")
@click.option(
    "--auth",
    type=click.Choice(["presence", "jwt", "off"]),
    default="presence",
    show_default=True,
    help="presence: require credentials; jwt: also refuse expired tokens; off: require none.",
)
@examples_option
@click.option("--scenario", metavar="NAME", help="The scenario to start with.")
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path, readable=False),
    help="The file of scenarios. [the Tether API's, for its contract]",
)
@click.option("--upstream", metavar="URL", help="A server for the operations that it has; the mock answers the others.")
@strict_document_option
@click.option("--quiet", is_flag=True, help="Print no lines for requests.")
def mock(
    contracts: tuple[str, ...],
    host: str,
    port: int,
    scenario: str | None,
    scenarios: Path | None,
    upstream: str | None,
    strict_document: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Mock CONTRACT without a backend: scenarios, faults, generated data, and a panel at /__mock.

    CONTRACT is an OpenAPI document of any version, by default the Tether API's. Several contracts need a path prefix
    each:

    \b
      tether-relay mock /billing=billing.yaml /crm=crm.yaml

    `tether-relay mock export --to msw|types` writes the scenarios or the types in TypeScript.
    """
    sources = sources_of(contracts)
    if scenarios is None and sources == {"": PUBLISHED}:
        scenarios = SCENARIOS
    shown = f"[{host}]" if ":" in host else host
    answers = _Answers(quiet)
    mocked = Mock(
        sources,
        scenarios,
        MockSettings(**settings, envelope=envelope_of(sources)),
        scenario,
        upstream=upstream_of(upstream),
        observe=answers,
        address=f"http://{shown}:{port}",
        strict_document=strict_document,
    )
    if scenario is not None and scenario not in mocked.snapshot.scenarios:
        names, near = ", ".join(mocked.snapshot.scenarios), did_you_mean(scenario, mocked.snapshot.scenarios)
        raise Refused(f"--scenario: unknown scenario {scenario!r}; the scenarios are {names}.{near}")
    app = create_mock(mocked)
    with (
        listening(host, port, "--host", "--port") as (family, address),
        socket.create_server(address, family=family, backlog=1024) as listener,
    ):
        announce(mocked)
        run(app, listener, lambda: beside(mocked), answers, mocked.settings.envelope)


def upstream_of(url: str | None) -> UpstreamMode | None:
    """The upstream of the mock; Refused if `url` is not the URL of a server."""
    if url is None:
        return None
    from openapi.mock.upstream import UpstreamMode

    try:
        return UpstreamMode(url)
    except ValueError as error:
        raise Refused(f"--upstream: {error}") from None


def announce(mocked: Mock) -> None:
    """Print the mocked contracts, their addresses and a request to try."""
    from openapi.mock.sample_requests import request_to_try

    for prefix, mounted in mocked.snapshot.mounts.items():
        count = len(mounted.contract.operations)
        title = printable_line(mounted.contract.title)
        click.echo(f"tether-relay mocks {count} operation(s) of {title} on {mocked.address}{prefix}")
        if webhooks := mounted.contract.webhooks:
            click.echo(f"  webhooks, which the API sends and the mock does not: {printable_line(', '.join(webhooks))}")
    click.echo(f"  panel: {mocked.address}/__mock")
    if mocked.upstream is not None:
        click.echo(f"  upstream: {mocked.upstream.url}")
    request = request_to_try(mocked.snapshot.operations, mocked.settings.auth, time.time())
    if request is not None:
        click.echo(f"\nTry it:\n\n  {curl_line(request, mocked.address)}\n")


def curl_line(request: Request, address: str) -> str:
    """The curl command, for a shell, that sends a request."""
    parts = ["curl", "-i"]
    if request.method != "GET":
        parts += ["-X", request.method]
    for name, value in request.headers:
        parts += ["-H", f"{name}: {value}"]
    if request.body:
        parts += ["--data-raw", request.body.decode()]
    return shlex.join([*parts, address + request.target])


async def beside(mocked: Mock) -> None:
    """The background work of the mock: check the contracts after the first answer, and reload them when they are
    saved."""
    from openapi.mock.reloading import reload_on_save

    def report(error: ContractError | None) -> None:
        say("reloaded" if error is None else f"not reloaded, because the saved file is invalid: {_line(str(error))}")
        waiting.set()

    waiting = asyncio.Event()
    said: set[str] = set()
    reloading = asyncio.ensure_future(reload_on_save(mocked, report))
    try:
        await mocked.log.first(_QUIET)
        while True:
            await in_thread(lambda: look_through(mocked, said))
            mocked.log.publish("state", {})
            await waiting.wait()
            waiting.clear()
    finally:
        reloading.cancel()


def look_through(mocked: Mock, said: set[str]) -> None:
    """Check the contracts, and print new warnings: those not in `said`, the warnings of the last check."""
    from openapi.mock.contract_warnings import check_snapshot

    mocked.warnings = check_snapshot(mocked.snapshot)
    lines = [
        f"{prefix or mounted.contract.source}: {printable_line(warning)}"
        for prefix, mounted in mocked.snapshot.mounts.items()
        for warning in (*mounted.conflicts, *mocked.warnings.get(prefix, ()))
    ]
    new = [line for line in lines if line not in said]
    said.clear()
    said.update(lines)
    for line in new[:_MOST_WARNINGS]:
        say(f"  warning: {line}")
    if len(new) > _MOST_WARNINGS:
        say(f"  and {len(new) - _MOST_WARNINGS} more warnings; the panel lists them")


class _Answers:
    """Prints a line for each request and for each violation in it or its answer. Lines contain no query and no header,
    because these can contain tokens."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, exchange: LoggedExchange) -> None:
        if not self._quiet:
            say("\n".join(lines_of(exchange)))


def lines_of(exchange: LoggedExchange) -> Iterator[str]:
    """The lines for an exchange in the terminal."""
    moment = datetime.fromtimestamp(exchange.at).strftime("%H:%M:%S")
    status = "---" if exchange.status is None else exchange.status
    path = _line(exchange.target.partition("?")[0])
    scenario = f"  {exchange.scenario}" if exchange.scenario else ""
    took = f"{1000 * exchange.seconds:.1f} ms"
    # The reason for refusing an invalid request is its violation.
    refused = f"{_VIOLATION}: " if exchange.reason in exchange.violations else ""
    yield f"{moment} {exchange.method} {path} {status}{scenario}  {took}  {refused}{_line(exchange.reason)}"
    for violation in exchange.violations[:_MOST_VIOLATIONS]:
        if violation != exchange.reason:
            yield f"  {_VIOLATION}: {_line(violation)}"
    if len(exchange.violations) > _MOST_VIOLATIONS:
        yield f"  and {len(exchange.violations) - _MOST_VIOLATIONS} more violations; the panel lists them"


def say(text: str) -> None:
    """Print a line. The mock keeps answering if the terminal or the pipe is closed."""
    with suppress(OSError):
        click.echo(printable(text))


def _line(text: str) -> str:
    text = printable_line(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
