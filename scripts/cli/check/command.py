"""`tether-relay check`: check whether the server at a URL keeps the contract."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from openapi.contract import PUBLISHED, STRICT, Contract
from openapi.http.masking import Secrets
from openapi.http.token_variables import credential_variable
from scripts.cli.check.credentials import TokenOrigin, header_field, named_origins, token_origin
from scripts.cli.check.documents import DocumentSource, Source, contract_at
from scripts.cli.check.isolation import isolated
from scripts.cli.check.reports import Reports, with_reports
from scripts.cli.document_options import strict_document_option, tell_mistakes
from scripts.cli.failures import Refused
from scripts.cli.settings import CHECK_TOKEN, read_check_token

if TYPE_CHECKING:
    from openapi.check import Options

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_RATE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/([smh]))?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class Rate(click.ParamType[float]):
    """A rate of requests, as in ``10``, ``10/s``, ``100/m``, in requests per second."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The requests per second."""
        match = _RATE.fullmatch(str(value))
        rate = float(match[1]) / _SECONDS[match[2] or "s"] if match else 0.0
        if rate <= 0:
            self.fail(f"{value!r} is not a rate; write, for example, 10/s or 100/m", param, ctx)
        return rate


class OperationName(click.ParamType[str]):
    """An operationId, or a method and a path; the method may be in lower case."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, with the method in upper case."""
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


class Credential(click.ParamType[tuple[str, str]]):
    """The credentials of one security scheme, as in ``SCHEME=VALUE``."""

    name = "credential"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The name of the scheme, and the value."""
        if isinstance(value, tuple):
            return value
        name, equals, given = str(value).partition("=")
        if not (name and equals and given):
            self.fail("write SCHEME=VALUE, with the name of a security scheme of the contract", param, ctx)
        return name, given


@click.command()
@click.argument("url")
@click.option(
    "--contract",
    "source",
    type=DocumentSource(),
    default=PUBLISHED,
    help="An OpenAPI document of any version, a file or a URL. [the Tether API's]",
)
@strict_document_option
@click.option(
    "--strict",
    is_flag=True,
    help="Report undeclared statuses of refused invalid requests; judge the Tether API by openapi/strict.yaml too.",
)
@click.option("--overlay", "overlays", type=_FILE, multiple=True, help="Also judge by this overlay; may be repeated.")
@click.option(
    "--profile",
    type=click.Choice(["fast", "deep"]),
    default="fast",
    show_default=True,
    help="The thoroughness of the check.",
)
@click.option("--seed", type=click.IntRange(0), help="The seed of generated requests. [0; random for deep]")
@click.option("--time-limit", type=click.FloatRange(0.1), help="End the check after this many seconds. [300 for deep]")
@click.option("--max-requests", type=click.IntRange(1), help="End the check after this many requests.")
@click.option(
    "--operation",
    "operations",
    type=OperationName(),
    multiple=True,
    help="Check only this operationId or 'GET /path'; may be repeated.",
)
@click.option(
    "--only-changed-since", "since", type=DocumentSource(), help="Check only what differs from this older contract."
)
@click.option("--allow-writes", is_flag=True, help="Also call methods that can change data: POST, DELETE, …")
@click.option("--provocations", type=_FILE, help="A file with requests that produce rare statuses.")
@click.option("--require-all-statuses", is_flag=True, help="Report each declared status that the check never saw.")
@click.option("--require-success", is_flag=True, help="Report each operation that was never answered with a success.")
@click.option("--skip", multiple=True, metavar="RULE", help="Do not judge this rule; may be repeated.")
@click.option("--token", help=f"The token, the API key, or user:password; safer in the variable {CHECK_TOKEN}.")
@click.option(
    "--token-file", type=click.Path(path_type=Path, allow_dash=True), help="A file with the token; `-` for stdin."
)
@click.option("--token-command", help="A command that prints the token; run again before the token expires.")
@click.option(
    "--credential",
    "named",
    type=Credential(),
    multiple=True,
    metavar="SCHEME=VALUE",
    help="The token, key or user:password of one security scheme, or @FILE or !COMMAND; may be repeated.",
)
@click.option(
    "--send-token",
    "sending",
    type=click.Choice(["auto", "always"]),
    default="auto",
    show_default=True,
    help="Send the token where the contract requires credentials, or always.",
)
@click.option(
    "--jwt-secret-file", "signing_key", type=_FILE, help="A file with the key that signs tokens, for forged tokens."
)
@click.option("--header", "headers", type=Header(), multiple=True, help="A header for every request, 'Name: value'.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Operations to check in parallel."
)
@click.option("--rate-limit", "rate", type=Rate(), help="The most requests: 10/s, 100/m; a number alone is per second.")
@click.option(
    "--timeout", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Seconds to wait for an answer."
)
@click.option(
    "--max-response-time", type=click.FloatRange(0, min_open=True), help="Report answers slower than this, in seconds."
)
@click.option("--proxy", help="The URL of an http:// proxy. [HTTP_PROXY, HTTPS_PROXY, NO_PROXY]")
@click.option("--cacert", "ca_bundle", type=_FILE, help="The certificates to trust, in PEM.")
@click.option("--insecure", is_flag=True, help="Do not verify the server's certificate.")
@click.option("--cert", type=_FILE, help="A client certificate in PEM.")
@click.option("--key", type=_FILE, help="The private key of --cert in PEM, if it is in another file.")
@with_reports
def check(
    url: str,
    reports: Reports,
    source: Source,
    strict_document: bool,
    strict: bool,
    overlays: tuple[Path, ...],
    since: Source | None,
    signing_key: Path | None,
    token: str | None,
    token_file: Path | None,
    token_command: str | None,
    named: tuple[tuple[str, str], ...],
    sending: str,
    proxy: str | None,
    cert: Path | None,
    key: Path | None,
    **given: Any,
) -> None:
    """Check whether the server at URL keeps the contract.

    Exit code 0: it does. 1: it does not. 2: there is no verdict. 3: nothing differs from the contract of
    --only-changed-since. Without --allow-writes, the check calls only methods that change nothing.
    """
    origin = token_origin(read_check_token(), token, token_file, token_command)

    def document(one: Source) -> Contract:
        usual = proxy or (_usual_proxy(one) if isinstance(one, str) else None)
        bundle, insecure = given["ca_bundle"], given["insecure"]
        return contract_at(
            one,
            timeout=given["timeout"],
            proxy=usual,
            ca_bundle=bundle,
            insecure=insecure,
            strict_document=strict_document,
        )

    contract = document(source)
    tell_mistakes(contract)
    origins = named_origins(named, contract.security_schemes)
    if sending == "always" and origin is None and not origins:
        raise click.UsageError("--send-token always: give the token with --token, or with --credential")
    options = _options(
        given,
        refusals_declared=strict,
        strict=_overlaid(contract, source, strict, overlays),
        token=origin.ask if origin else None,
        credentials={name: each.ask for name, each in origins.items()},
        always_send_token=sending == "always",
        signing_key=_content(signing_key) if signing_key else None,
        changed_since=document(since) if since else None,
        proxy=proxy or _usual_proxy(url),
        client_cert=(cert, key) if cert else None,
    )
    if key and not cert:
        raise click.UsageError("--key: name the certificate of the key with --cert")
    _check(contract, url, options, {**({"": origin} if origin else {}), **origins}, reports)


def _check(
    contract: Contract, url: str, options: Options, origins: Mapping[str, TokenOrigin], reports: Reports
) -> None:
    from openapi.check import run_check
    from openapi.check.drafting import draft_verdict

    def secrets() -> Secrets:
        asked = [(token, name) for name, origin in origins.items() for token in origin.asked]
        variables = {token: credential_variable(name) for token, name in asked if name}
        names = [scheme.key for scheme in contract.api_keys]
        return Secrets.of(names, [token for token, _ in asked], variables, options.headers)

    known = reports.baseline()
    draft = draft_verdict(contract, url, options)
    try:
        with isolated(), reports.watching(draft, known, secrets) as watch:
            # The seed of `deep` is random, and must be that of the first line of --jsonl.
            chosen = replace(options, seed=draft.seed).reporting(watch.progress, watch.asking, watch.found)
            verdict = run_check(contract, url, chosen)
    except ValueError as error:
        raise Refused(str(error)) from None
    sys.exit(reports.finish(contract, verdict, known, secrets(), watch))


def _options(given: dict[str, Any], **made: Any) -> Options:
    from openapi.check import Options, Profile

    return Options(profile=Profile(given.pop("profile")), **given, **made)


def _overlaid(contract: Contract, source: Source, strict: bool, overlays: tuple[Path, ...]) -> Contract | None:
    """The contract with its overlays; None without overlays."""
    if strict and source == PUBLISHED and not overlays:
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
    """The proxy that the usual environment variables set for a URL."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return getproxies().get(parts.scheme)
