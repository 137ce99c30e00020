"""Options that several commands share, and the settings made from them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from scripts.cli.data.demo import demo_settings, fill_demo
from scripts.cli.settings import Settings, read_settings

F = TypeVar("F", bound=Callable[..., Any])


def with_settings(command: F) -> F:
    """Add `--database` and `--demo` to a command, and pass it the resulting `settings` as its first argument."""

    @click.option(
        "--database", type=click.Path(path_type=Path, readable=False), help="The SQLite file. [TETHER_RELAY_DATABASE]"
    )
    @click.option(
        "--demo",
        is_flag=True,
        help="Use demo data in ./.demo/relay.db and a generated secret, unless a database or a key is set.",
    )
    @wraps(command)
    def wrapped(*args: Any, database: Path | None, demo: bool, **options: Any) -> Any:
        settings = settings_for(database, demo)
        if demo:
            fill_demo(settings)
        return command(settings, *args, **options)

    return wrapped  # type: ignore[return-value]  # the wrapper adds two options


def settings_for(database: Path | None, demo: bool, **options: Any) -> Settings:
    """The settings from the environment and these options; with `demo`, also the demo's database and secret, if
    neither sets them."""
    settings = read_settings(database=database, **options)
    return demo_settings(settings) if demo else settings
