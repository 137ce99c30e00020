"""The commands of `tether-relay`. Each is imported when it is run, for some import a lot."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

import click

from openapi.extras import require_extra

# Command -> the extra of the package that it needs.
EXTRAS: Final = {"mock": "mock", "check": "check", "proxy": "check"}


class LazyGroup(click.Group):
    """A group that knows its commands as ``name -> (module:attribute, help)``."""

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = lazy

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Interrupted before it sees to that itself, it ends with exit code 2; Click would say 1,
        which is what a broken contract is."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("tether-relay: interrupted", err=True)
            ctx.exit(2)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order in which they are declared."""
        return list(self._lazy)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named first; where there is none, the names that are like it are told."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand:
            # It knows nothing of commands that are not imported.
            raise click.NoSuchCommand(args[0], possibilities=self._lazy, ctx=ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self._lazy:
            return None
        if (extra := EXTRAS.get(cmd_name)) is not None:
            require_extra(extra, f"the {cmd_name}")
        module, attribute = self._lazy[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"scripts.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, from what was declared: nothing is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in self._lazy.items()])


@click.group(
    cls=LazyGroup,
    lazy={
        "serve": ("serve.command:serve", "Serve the contract, answered from the database."),
        "mock": ("mock.command:mock", "Answer the contract without a backend."),
        "check": ("check.command:check", "Check whether a server keeps the contract."),
        "proxy": ("proxy.command:proxy", "Stand before a server and judge what passes."),
        "token": ("token:token", "Print a token for development."),
        "data": ("data.data:data", "Import, export, back up, restore and verify the data."),
        "org": ("data.org:org", "List and show organizations, choose their provider."),
        "user": ("data.user:user", "Show, disable and enable users."),
        "number": ("data.number:number", "Assign phone numbers to users."),
        "contract": ("contract:contract", "Take the contract from its published page."),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(version("tether-relay"), prog_name="tether-relay")
def cli() -> None:
    """Serve the Tether API from its published OpenAPI contract."""
