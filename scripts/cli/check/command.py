"""`tether-relay check`: does the server at a URL keep the contract?"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from openapi.contract import PUBLISHED, STRICT, Contract, load_contract
from openapi.http.messages import Fields
from scripts.cli.check.credentials import TokenOrigin, header_field, token_origin
from scripts.cli.check.reports import Reports, with_reports
from scripts.cli.check.seclusion import secluded
from scripts.cli.failures import Refused
from scripts.cli.settings import CHECK_TOKEN, read_check_token

if TYPE_CHECKING:
    from openapi.check import Options

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_RATE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/([smh]))?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class Rate(click.ParamType[float]):
    """Requests in a time, as in ``10``, ``10/s``, ``100/m``; in a second."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The requests in a second."""
        match = _RATE.fullmatch(str(value))
        rate = float(match[1]) / _SECONDS[match[2] or "s"] if match else 0.0
        if rate <= 0:
            self.fail(f"{value!r} is no rate; write 10/s or 100/m", param, ctx)
        return rate


class OperationName(click.ParamType[str]):
    """An operationId, or a method and a path; methods may be written in small letters."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, with the method as HTTP has it."""
        method, space, path = str(value).partition(" ")
        return f"{method.upper()} {path}" if space else method


class Header(click.ParamType[tuple[str, str]]):
    """A header, as in ``Name: value``."""

    name = "header"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The name and the value."""
        if isinstance(value, tuple):
            return value
        try:
            return header_field(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("url")
@click.option("--contract", "source", type=_FILE, default=PUBLISHED, help="An OpenAPI 3.0 document. [our own]")
@click.option("--strict", is_flag=True, help="Judge by openapi/strict.yaml too, which asks more than our contract.")
@click.option("--overlay", "overlays", type=_FILE, multiple=True, help="Judge by the contract with this overlay too.")
@click.option(
    "--profile", type=click.Choice(["fast", "deep"]), default="fast", show_default=True, help="How thorough it is."
)
@click.option("--seed", type=click.IntRange(0), help="What generated requests follow from. [0; random for deep]")
@click.option(
    "--time-limit", type=click.IntRange(1), default=300, show_default=True, help="Seconds that `deep` may take."
)
@click.option(
    "--operation",
    "operations",
    type=OperationName(),
    multiple=True,
    help="Check this operationId or 'GET /path' alone.",
)
@click.option("--only-changed-since", "since", type=_FILE, help="Check what differs from this older contract alone.")
@click.option("--allow-writes", is_flag=True, help="Call methods too that may change something: POST, DELETE, …")
@click.option("--provocations", type=_FILE, help="A file that says how to get statuses that are rare.")
@click.option("--require-all-statuses", is_flag=True, help="A declared status that was never seen is a finding.")
@click.option("--skip", multiple=True, metavar="RULE", help="Do not judge this rule.")
@click.option("--token", help=f"The token, the API key, or user:password; better in {CHECK_TOKEN}.")
@click.option("--token-file", type=click.Path(path_type=Path, allow_dash=True), help="A file with the token.")
@click.option("--token-command", help="A command that prints the token; run again before it expires.")
@click.option(
    "--jwt-secret-file", "signing_key", type=_FILE, help="The key that tokens are signed with, for forgeries."
)
@click.option("--header", "headers", type=Header(), multiple=True, help="A header for every request, 'Name: value'.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Operations at a time.")
@click.option(
    "--rate-limit", "rate", type=Rate(), help="At most so many requests: 10/s, 100/m; a number alone is by the second."
)
@click.option("--timeout", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Seconds for an answer.")
@click.option("--max-response-time", type=click.FloatRange(0, min_open=True), help="Slower, in seconds, is a finding.")
@click.option("--proxy", help="An http:// proxy. [HTTP_PROXY, HTTPS_PROXY, NO_PROXY]")
@click.option("--cacert", "ca_bundle", type=_FILE, help="The certificates to trust, in PEM.")
@click.option("--insecure", is_flag=True, help="Trust any certificate.")
@click.option("--cert", type=_FILE, help="A client certificate in PEM.")
@click.option("--key", type=_FILE, help="Its private key in PEM, where it is not in the same file.")
@with_reports
def check(
    url: str,
    reports: Reports,
    source: Path,
    strict: bool,
    overlays: tuple[Path, ...],
    since: Path | None,
    signing_key: Path | None,
    token: str | None,
    token_file: Path | None,
    token_command: str | None,
    proxy: str | None,
    cert: Path | None,
    key: Path | None,
    **given: Any,
) -> None:
    """Check whether the server at URL keeps the contract.

    Exit code 0: it does. 1: it does not. 2: that could not be judged. 3: nothing differs from the contract of
    --only-changed-since. Nothing is called that may change something, unless --allow-writes is given.
    """
    origin = token_origin(read_check_token(), token, token_file, token_command)
    contract = load_contract(source, lenient=True)
    options = _options(
        given,
        strict=_overlaid(contract, source, strict, overlays),
        token=origin.ask if origin else None,
        signing_key=_content(signing_key) if signing_key else None,
        changed_since=load_contract(since, lenient=True) if since else None,
        proxy=proxy or _usual_proxy(url),
        client_cert=(cert, key) if cert else None,
    )
    if key and not cert:
        raise click.UsageError("--key: it belongs to a certificate; give --cert too")
    _check(contract, url, options, origin, reports)


def _check(contract: Contract, url: str, options: Options, origin: TokenOrigin | None, reports: Reports) -> None:
    from openapi.check import run_check

    known = reports.baseline()
    try:
        with secluded(), reports.progress() as progress:
            verdict = run_check(contract, url, options.reporting(progress))
    except ValueError as error:
        raise Refused(str(error)) from None
    secrets = [*(origin.asked if origin else ()), *_secret_headers(options.headers)]
    sys.exit(reports.finish(contract, verdict, known, secrets))


def _options(given: dict[str, Any], **made: Any) -> Options:
    from openapi.check import Options, Profile

    return Options(profile=Profile(given.pop("profile")), **given, **made)


def _overlaid(contract: Contract, source: Path, strict: bool, overlays: tuple[Path, ...]) -> Contract | None:
    """The contract with its overlays; None without any."""
    if strict and not overlays:
        if source != PUBLISHED:
            raise Refused("--strict is about our own contract; name an overlay for this one with --overlay")
        overlays = (STRICT,)
    result = contract
    for overlay in overlays:
        result = result.with_overlay(overlay)
    return result if overlays else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None


def _usual_proxy(url: str) -> str | None:
    """The proxy that the environment has for a URL, as other programs understand it."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return getproxies().get(parts.scheme)


def _secret_headers(headers: Fields) -> list[str]:
    """What stands in headers that carry credentials."""
    values = [value for name, value in headers if name.lower() == "authorization"]
    return [value.partition(" ")[2] or value for value in values]
