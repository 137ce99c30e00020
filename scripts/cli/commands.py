"""The commands of `tether-relay`. Each is imported only when it runs, because some imports are slow."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from openapi.extras import require_extra

# Command -> the extra of the package that it needs.
EXTRAS: Final = {"mock": "mock", "check": "check", "proxy": "check"}


class LazyGroup(click.Group):
    """A group whose commands are declared as ``name -> (module:attribute, help)`` and imported on use."""

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = lazy

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. If the command does not handle an interruption, or that the output is closed, exit with 2;
        Click's 1 would mean that the contract is broken."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("tether-relay: interrupted", err=True)
            ctx.exit(2)
        except BrokenPipeError:
            # The interpreter must not try to write the rest when it exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(2)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of their declaration."""
        return list(self._lazy)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; NoSuchCommand, with similar names, if there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand:
            # Click suggests only commands that are imported.
            raise click.NoSuchCommand(args[0], possibilities=self._lazy, ctx=ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name; None if there is none."""
        if cmd_name not in self._lazy:
            return None
        if (extra := EXTRAS.get(cmd_name)) is not None:
            require_extra(extra, f"the {cmd_name}")
        module, attribute = self._lazy[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"scripts.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for `--help` from their declarations, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in self._lazy.items()])


@click.group(
    cls=LazyGroup,
    lazy={
        "serve": ("serve.command:serve", "Serve the API from the database."),
        "mock": ("mock.command:mock", "Mock the API without a backend."),
        "check": ("check.command:check", "Check whether a server keeps the contract."),
        "proxy": ("proxy.command:proxy", "Forward requests to a server and validate the traffic."),
        "token": ("token:token", "Print a token for development."),
        "data": ("data.data:data", "Import, export, back up, restore and verify the data."),
        "org": ("data.org:org", "List and show organizations, and set their active provider."),
        "user": ("data.user:user", "Show, disable and enable users."),
        "number": ("data.number:number", "Assign phone numbers to users."),
        "contract": ("contract.group:contract", "Write the contract from its pages, and judge its changes."),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="tether-relay", prog_name="tether-relay")
def cli() -> None:
    """Serve the Tether API from its published OpenAPI contract."""
