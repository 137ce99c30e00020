"""Options that several commands share, and the settings that they make."""

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
    """Give a command `--database` and `--demo`, and hand it `settings`, its first argument, made from them."""

    @click.option(
        "--database", type=click.Path(path_type=Path, readable=False), help="The SQLite file. [TETHER_RELAY_DATABASE]"
    )
    @click.option(
        "--demo",
        is_flag=True,
        help="Use ./.demo/relay.db and a secret beside it, made when missing, where neither is set.",
    )
    @wraps(command)
    def wrapped(*args: Any, database: Path | None, demo: bool, **options: Any) -> Any:
        settings = settings_for(database, demo)
        if demo:
            fill_demo(settings)
        return command(settings, *args, **options)

    return wrapped  # type: ignore[return-value]  # it takes two options more


def settings_for(database: Path | None, demo: bool, **options: Any) -> Settings:
    """The settings of the environment, these options, and the demo's where neither says otherwise."""
    settings = read_settings(database=database, **options)
    return demo_settings(settings) if demo else settings
