"""`tether-relay proxy`: a gateway that validates requests and responses."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, Final

import click

from openapi.contract import PUBLISHED, STRICT, Contract, load_contract
from openapi.contract.router import RouteConflict
from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.http.curl import curl_options
from openapi.proxy.app import DEFAULT_MAX_JUDGED, REPORT, Mode, Proxy
from openapi.proxy.traffic import Traffic
from openapi.validation import ContractValidator
from scripts.cli.check.files import ReportFiles, with_report_files
from scripts.cli.document_options import strict_document_option, tell_mistakes
from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT
from scripts.cli.output import PrintableFormatter
from scripts.cli.proxy.server import run_gateway
from scripts.cli.ranges import Whole
from scripts.cli.telemetry.lines import Lines, lines_to

_PORT: Final = 2214
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--upstream", metavar="URL", required=True, help="The server to forward requests to.")
@click.option("--contract", type=_FILE, default=PUBLISHED, help="The OpenAPI document. [openapi/openapi.yaml]")
@click.option(
    "--strict", is_flag=True, help="Also judge by openapi/strict.yaml, which requires more of the Tether API."
)
@click.option("--overlay", type=_FILE, help="Also judge by this OpenAPI Overlay.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.REPORT.value,
    help="report: forward responses that break the contract; enforce: send 502 instead. [report]",
)
@click.option("--host", default="127.0.0.1", help="The address to listen on. [127.0.0.1]")
@click.option("--port", type=Whole(0, 65535), default=_PORT, help=f"The port to listen on. [{_PORT}]")
@click.option("--violations", type=_FILE, help="The file for violations, as JSON Lines. [stdout]")
@click.option(
    "--max-judged",
    type=Whole(0),
    default=DEFAULT_MAX_JUDGED,
    help="Do not validate bodies longer than this, in bytes. [1048576]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    help="Seconds without data from the upstream before the proxy gives up. [60]",
)
@click.option("--cacert", "ca_bundle", type=_FILE, help="The certificates to trust instead of the system's, in PEM.")
@click.option("--insecure", is_flag=True, help="Do not verify the upstream's certificate.")
@click.option("--keep-host", is_flag=True, help="Send the client's Host header instead of the upstream's host.")
@strict_document_option
@with_report_files
def proxy(violations: Path | None, host: str, port: int, files: ReportFiles, **options: Any) -> None:
    """Forward requests to a server, and validate requests and responses against the contract."""
    if files.on_stdout and violations in (None, STDOUT):
        raise Refused("a report cannot go to stdout, which has the violations; name a file with --violations")
    # The gateway logs problems with the upstream.
    handler = logging.StreamHandler()
    handler.setFormatter(PrintableFormatter("tether-relay: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    with lines_to(violations) as lines:
        app = make_proxy(lines, host=host, **options)
        run_gateway(app, host, port, lambda bound: announce(app, host, bound))
    sys.exit(finish(app.traffic, files))


def finish(traffic: Traffic, files: ReportFiles) -> int:
    """Print and write the reports, and return the exit code."""
    from openapi.findings.reports.console import ReportConsole
    from openapi.findings.reports.terminal import TerminalReport

    verdict = traffic.verdict()
    try:
        files.write(traffic.contract, verdict, traffic.secrets)
    finally:
        # stdout has the violations.
        TerminalReport(ReportConsole(stderr=True), traffic.secrets).print(verdict)
    return verdict.exit_code


def make_proxy(
    lines: Lines,
    *,
    host: str,
    upstream: str,
    contract: Path,
    strict: bool,
    overlay: Path | None,
    mode: str,
    max_judged: int,
    timeout: float,
    ca_bundle: Path | None,
    insecure: bool,
    keep_host: bool,
    strict_document: bool = False,
) -> Proxy:
    """The proxy for the options; ContractError or Refused if one of them is invalid."""
    published = load_contract(contract, lenient=True, mended=not strict_document)
    tell_mistakes(published)
    stricter = strict_contract(published, contract, strict, overlay)
    try:
        forwarder = Forwarder(
            Upstream(upstream, timeout=timeout, ca_bundle=ca_bundle, insecure=insecure, keep_host=keep_host)
        )
        connecting = curl_options(upstream, ca_bundle=ca_bundle, insecure=insecure)
        traffic = Traffic(published, upstream, stricter, keep_host=keep_host, curl_options=connecting)
        return Proxy(forwarder, ContractValidator(published, stricter), traffic, Mode(mode), max_judged, lines, host)
    except RouteConflict as error:
        raise Refused(f"{contract} cannot be used: {error}") from None
    except ValueError as error:
        raise Refused(str(error)) from None


def strict_contract(published: Contract, path: Path, strict: bool, overlay: Path | None) -> Contract | None:
    """The contract with the overlay that the options name; None without one."""
    if strict and path != PUBLISHED:
        raise Refused("--strict is only for the Tether API's contract; name an overlay for yours with --overlay")
    if strict and overlay is not None:
        raise Refused("--strict is an overlay too; leave out --strict or --overlay")
    chosen = STRICT if strict else overlay
    return None if chosen is None else published.with_overlay(chosen)


def announce(app: Proxy, host: str, port: int) -> None:
    """Print the addresses of the proxy, its upstream and its report."""
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    click.echo(f"tether-relay proxy on {address}, upstream {app.traffic.base_url}", err=True)
    click.echo(f"  the report so far: {address}{REPORT.decode()}", err=True)
    click.echo("  Ctrl-C stops the proxy and prints the report", err=True)
