"""The arguments of `tether-relay mock`: contracts, the subcommand `export`, and hints for users of Prism."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click

from openapi.contract import PUBLISHED
from scripts.cli.failures import Refused

_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+")
# Options of Prism that the mock does not have (docs/mock.md, "Coming from Prism").
_OF_PRISM: Final = {
    "--errors": "leave it out: the mock always refuses requests that break the contract",
    "--cors": "leave it out: every origin may call the mock",
    "-d": "write --dynamic",
    "-m": "leave it out: the mock is one process",
    "--multiprocess": "leave it out: the mock is one process",
}


class MockCommand(click.Command):
    """`mock`, and its subcommand `export`; write `./export` for a contract file of that name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options; UsageError for an option of Prism says what to write instead."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if (instead := _OF_PRISM.get(error.option_name)) is None:
                raise
            raise click.UsageError(f"No such option '{error.option_name}': {instead}.", ctx) from None

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of `mock`, or of `mock export`."""
        if args[:1] != ["export"]:
            return super().make_context(info_name, args, parent, **extra)
        from scripts.cli.mock.export import export

        return export.make_context(f"{info_name} export", args[1:], parent, **extra)


def sources_of(contracts: tuple[str, ...]) -> dict[str, Path]:
    """Prefix -> file; Refused for an invalid prefix, or for one with two contracts."""
    sources: dict[str, Path] = {}
    for text in contracts:
        _check_name(text)
        prefix, _, name = text.partition("=") if text.startswith("/") and "=" in text else ("", "=", text)
        prefix = prefix.rstrip("/")
        if prefix and (not _PREFIX.fullmatch(prefix) or prefix.split("/")[1] == "__mock"):
            raise Refused(f"{prefix!r} is not a prefix; write, for example, /billing={name}")
        if prefix in sources:
            there = f"the prefix {prefix}" if prefix else "no prefix"
            raise Refused(f"{sources[prefix]} and {name} both have {there}; write /one={sources[prefix]} /two={name}")
        sources[prefix] = Path(name)
    return sources or {"": PUBLISHED}


def _check_name(text: str) -> None:
    """Refused for a URL, and for a prefix without a slash."""
    name = text.partition("=")[2] if text.startswith("/") else text
    if re.match("https?://", name):
        raise Refused(f"{name} is a URL, and contracts must be files: download it (curl -o openapi.yaml {name})")
    if re.fullmatch("[A-Za-z0-9._~-]+=.+", text) and not Path(text).exists():
        raise Refused(f"{text}: No such file; a prefix begins with a slash: write /{text}")
