"""`tether-relay proxy`: a gateway that judges what passes."""

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
from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT
from scripts.cli.proxy.server import run_gateway
from scripts.cli.ranges import Whole
from scripts.cli.telemetry.lines import Lines, lines_to

_PORT: Final = 2214
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--upstream", metavar="URL", required=True, help="The server that requests are passed on to.")
@click.option("--contract", type=_FILE, default=PUBLISHED, help="The OpenAPI document. [openapi/openapi.yaml]")
@click.option("--strict", is_flag=True, help="Judge by what tether-relay promises beyond the published contract too.")
@click.option("--overlay", type=_FILE, help="Judge by the contract with this OpenAPI Overlay too.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.REPORT.value,
    help="report: pass violating responses on; enforce: answer 502 in their place. [report]",
)
@click.option("--host", default="127.0.0.1", help="The address to listen on. [127.0.0.1]")
@click.option("--port", type=Whole(0, 65535), default=_PORT, help=f"The port to listen on. [{_PORT}]")
@click.option("--violations", type=_FILE, help="Where violations go, as lines of JSON. [stdout]")
@click.option("--max-judged", type=Whole(0), default=DEFAULT_MAX_JUDGED, help="Bytes. [1048576]")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=60.0, help="Seconds of silence. [60]")
@click.option("--cacert", "ca_bundle", type=_FILE, help="Certificates (PEM) to trust, in place of the system's.")
@click.option("--insecure", is_flag=True, help="Do not verify the certificate of the upstream.")
@click.option("--keep-host", is_flag=True, help="Send the Host that the client named, rather than the upstream's.")
@with_report_files
def proxy(violations: Path | None, host: str, port: int, files: ReportFiles, **options: Any) -> None:
    """Pass everything on to a server, and judge requests and responses as they pass."""
    if files.on_stdout and violations in (None, STDOUT):
        raise Refused("stdout has the violations, and can have no report; name a file for them with --violations")
    # The parts of the program tell what goes wrong with the upstream.
    logging.basicConfig(level=logging.WARNING, format="tether-relay: %(message)s")
    with lines_to(violations) as lines:
        app = make_proxy(lines, **options)
        run_gateway(app, host, port, lambda bound: announce(app, host, bound))
    sys.exit(finish(app.traffic, files))


def finish(traffic: Traffic, files: ReportFiles) -> int:
    """Print and write what has passed; the exit code."""
    from rich.console import Console

    from openapi.findings.reports.terminal import TerminalReport

    verdict = traffic.verdict()
    files.write(traffic.contract, verdict, traffic.secrets)
    # stdout has the violations.
    TerminalReport(Console(stderr=True), traffic.secrets).print(verdict)
    return verdict.exit_code


def make_proxy(
    lines: Lines,
    *,
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
) -> Proxy:
    """The proxy that the options describe; ContractError and Refused say what of them cannot be used."""
    published = load_contract(contract, lenient=True)
    stricter = strict_contract(published, contract, strict, overlay)
    try:
        forwarder = Forwarder(
            Upstream(upstream, timeout=timeout, ca_bundle=ca_bundle, insecure=insecure, keep_host=keep_host)
        )
        connecting = curl_options(upstream, ca_bundle=ca_bundle, insecure=insecure)
        traffic = Traffic(published, upstream, stricter, keep_host=keep_host, curl_options=connecting)
        return Proxy(forwarder, ContractValidator(published, stricter), traffic, Mode(mode), max_judged, lines)
    except RouteConflict as error:
        raise Refused(f"{contract} cannot be judged by: {error}") from None
    except ValueError as error:
        raise Refused(str(error)) from None


def strict_contract(published: Contract, path: Path, strict: bool, overlay: Path | None) -> Contract | None:
    """The contract with the overlay that is wanted, if one is."""
    if strict and path != PUBLISHED:
        raise Refused("--strict is an overlay for the published contract; name one for yours with --overlay")
    if strict and overlay is not None:
        raise Refused("--strict names an overlay of ours; leave out --strict or --overlay")
    chosen = STRICT if strict else overlay
    return None if chosen is None else published.with_overlay(chosen)


def announce(app: Proxy, host: str, port: int) -> None:
    """Tell the person at the terminal what stands where."""
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    click.echo(f"tether-relay proxy on {address}, before {app.traffic.base_url}", err=True)
    click.echo(f"  the report so far: {address}{REPORT.decode()}", err=True)
    click.echo("  Ctrl-C ends it", err=True)
